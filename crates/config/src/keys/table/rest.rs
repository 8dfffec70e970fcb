//! `test-probe.interfaces.rest`: what stands between a caller and the tree.
//!
//! The Scala system calls these keys by the names of its fields in its messages.

use super::{Bounds, KeySpec, Kind, MINUTE, duration, positive};

#[rustfmt::skip]
pub(super) const KEYS: &[KeySpec] = &[
    KeySpec::new("test-probe.interfaces.rest.ask-timeout", "askTimeout", Kind::Duration(Bounds::at_least(1))),
    KeySpec::new("test-probe.interfaces.rest.circuit-breaker-max-failures", "circuitBreakerMaxFailures", positive(100)),
    KeySpec::new("test-probe.interfaces.rest.circuit-breaker-call-timeout", "circuitBreakerCallTimeout",
        Kind::Duration(Bounds::at_least(1))),
    KeySpec::new("test-probe.interfaces.rest.circuit-breaker-reset-timeout", "circuitBreakerResetTimeout",
        duration(1, 10 * MINUTE)),
];
