//! Clients that do what a test tells them: no broker, no thread, no C.

mod consumers;
mod producers;

pub use consumers::{ScriptedConsumers, ScriptedTopic};
pub use producers::{Kept, Script, ScriptedProducers};
