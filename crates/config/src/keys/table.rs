use super::{Bounds, KeySpec, Kind};

mod core;
mod rest;
mod services;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Every key that is read, in the order in which it is printed.
pub(crate) fn keys() -> impl Iterator<Item = &'static KeySpec> {
    core::KEYS.iter().chain(rest::KEYS).chain(services::KEYS)
}

const fn duration(min: i64, recommended: i64) -> Kind {
    Kind::Duration(Bounds::at_least(min).recommended(recommended))
}

const fn integer(min: i64, recommended: i64) -> Kind {
    Kind::Integer(Bounds::at_least(min).recommended(recommended))
}

const fn positive(recommended: i64) -> Kind {
    Kind::Positive(Bounds::at_least(1).recommended(recommended))
}

const fn choice(allowed: &'static [&'static str]) -> Kind {
    Kind::Choice { allowed, unavailable: &[] }
}
