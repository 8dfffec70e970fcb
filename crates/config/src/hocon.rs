//! HOCON: the subset that configuration files of such a system use, with the place of every value.
//!
//! ```text
//! text ──lexer──▶ tokens ──parser──▶ nodes ──resolver──▶ values
//!                                      ▲ layers, oldest first, and the environment join here
//! ```
//!
//! Read are comments (`#`, `//`), objects with and without root braces, `a.b.c`, `=`, `:`, `+=`, quoted, triple-quoted
//! and unquoted texts, numbers, booleans, null, lists, merged objects, values side by side on one line, `${path}`,
//! `${?path}`, and `include` of files.
//!
//! Not read, each answered with an error that says so: includes of URLs and class paths. Not done: objects with numeric
//! keys do not turn into lists, and `${X[]}` does not gather environment variables.

mod error;
mod lexer;
mod node;
mod parser;
mod path;
mod render;
mod resolver;
mod token;
mod units;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use error::HoconError;
pub(crate) use node::{Node, Scalar};
pub(crate) use parser::parse;
pub(crate) use path::KeyPath;
pub(crate) use resolver::{Resolved, resolve};
pub(crate) use units::{duration_of, size_of};
pub(crate) use value::{Value, ValueKind};
