//! Durations of which one must be shorter than the other.

use std::time::Duration;

use crate::issue::Issue;
use crate::settings::Values;

const ACTOR_TIMEOUT: &str = "test-probe.core.actor-system.timeout";
const SHUTDOWN_TIMEOUT: &str = "test-probe.core.actor-system.shutdown-timeout";
const MAX_EXECUTION_TIME: &str = "test-probe.core.actor-system.max-execution-time";
const CLEANUP_DELAY: &str = "test-probe.core.test-execution.cleanup-delay";
const MIN_BACKOFF: &str = "test-probe.core.supervision.streaming.min-backoff";
const MAX_BACKOFF: &str = "test-probe.core.supervision.streaming.max-backoff";
const LINGER: &str = "test-probe.core.kafka.producer.linger";
const DELIVERY_TIMEOUT: &str = "test-probe.core.kafka.producer.delivery-timeout";
const CLOSE_TIMEOUT: &str = "test-probe.core.kafka.producer.close-timeout";
const PRODUCE_TIMEOUT: &str = "test-probe.core.dsl.produce-timeout";
const TOKEN_REQUEST_TIMEOUT: &str = "test-probe.services.vault.oauth.request-timeout";
const TOKEN_MARGIN: &str = "test-probe.services.vault.oauth.refresh.margin";
const TOKEN_MIN_BACKOFF: &str = "test-probe.services.vault.oauth.refresh.initial-backoff";
const TOKEN_MAX_BACKOFF: &str = "test-probe.services.vault.oauth.refresh.max-backoff";
const ASK_TIMEOUT: &str = "test-probe.interfaces.rest.ask-timeout";
const REST_TIMEOUT: &str = "test-probe.interfaces.rest.timeout";

/// Every order that does not hold.
pub(super) fn broken(values: &Values) -> impl Iterator<Item = Issue> {
    ORDERS.iter().filter_map(|order| order.broken(values))
}

/// One duration that must be shorter than another one.
struct Order {
    shorter: &'static str,
    longer: &'static str,
    may_be_equal: bool,
    /// Which of the two is reported, and how much it matters.
    issue: fn(shorter: u128, longer: u128) -> Issue,
}

const ORDERS: &[Order] = &[
    Order {
        shorter: ACTOR_TIMEOUT,
        longer: MAX_EXECUTION_TIME,
        may_be_equal: false,
        issue: |timeout, execution| {
            let message =
                format!("Max execution time ({execution} ms) must be greater than actor timeout ({timeout} ms)");
            Issue::error(MAX_EXECUTION_TIME, message, format!("Raise it, or lower '{ACTOR_TIMEOUT}'"))
        },
    },
    Order {
        shorter: ASK_TIMEOUT,
        longer: REST_TIMEOUT,
        may_be_equal: false,
        issue: |ask, timeout| {
            let message = format!("timeout ({timeout} ms) must be greater than askTimeout ({ask} ms)");
            Issue::error(REST_TIMEOUT, message, format!("Raise it, or lower '{ASK_TIMEOUT}'"))
        },
    },
    Order {
        shorter: CLEANUP_DELAY,
        longer: MAX_EXECUTION_TIME,
        may_be_equal: false,
        issue: |delay, execution| {
            let message = format!("Cleanup delay ({delay} ms) should be less than max execution time ({execution} ms)");
            Issue::error(CLEANUP_DELAY, message, format!("Lower it, or raise '{MAX_EXECUTION_TIME}'"))
        },
    },
    Order {
        shorter: MIN_BACKOFF,
        longer: MAX_BACKOFF,
        may_be_equal: true,
        issue: |min, max| {
            let message =
                format!("Streaming max backoff ({max} ms) must not be less than streaming min backoff ({min} ms)");
            Issue::error(MAX_BACKOFF, message, format!("Raise it, or lower '{MIN_BACKOFF}'"))
        },
    },
    Order {
        shorter: DELIVERY_TIMEOUT,
        longer: PRODUCE_TIMEOUT,
        may_be_equal: false,
        issue: |delivery, produce| {
            let message = format!(
                "Producer delivery timeout ({delivery} ms) must be less than DSL produce timeout ({produce} ms), or \
                 the asker gives up before the broker's answer is known"
            );
            Issue::error(DELIVERY_TIMEOUT, message, format!("Lower it, or raise '{PRODUCE_TIMEOUT}'"))
        },
    },
    Order {
        shorter: LINGER,
        longer: DELIVERY_TIMEOUT,
        may_be_equal: false,
        issue: |linger, delivery| {
            let message =
                format!("Producer linger ({linger} ms) must be less than producer delivery timeout ({delivery} ms)");
            Issue::error(LINGER, message, format!("Lower it, or raise '{DELIVERY_TIMEOUT}'"))
        },
    },
    Order {
        shorter: CLOSE_TIMEOUT,
        longer: SHUTDOWN_TIMEOUT,
        may_be_equal: false,
        issue: |close, shutdown| {
            let message = format!(
                "Producer close timeout ({close} ms) should be less than shutdown timeout ({shutdown} ms), which cuts \
                 the drain short"
            );
            Issue::warning(CLOSE_TIMEOUT, message, format!("Lower it, or raise '{SHUTDOWN_TIMEOUT}'"))
        },
    },
    Order {
        shorter: TOKEN_MIN_BACKOFF,
        longer: TOKEN_MAX_BACKOFF,
        may_be_equal: true,
        issue: |min, max| {
            let message = format!(
                "OAuth refresh max backoff ({max} ms) must not be less than OAuth refresh initial backoff ({min} ms)"
            );
            Issue::error(TOKEN_MAX_BACKOFF, message, format!("Raise it, or lower '{TOKEN_MIN_BACKOFF}'"))
        },
    },
    Order {
        shorter: TOKEN_REQUEST_TIMEOUT,
        longer: TOKEN_MARGIN,
        may_be_equal: false,
        issue: |timeout, margin| {
            let message = format!(
                "OAuth refresh margin ({margin} ms) should be more than OAuth request timeout ({timeout} ms), or an answer \
                 that comes late finds the old token at its end"
            );
            Issue::warning(TOKEN_MARGIN, message, format!("Raise it, or lower '{TOKEN_REQUEST_TIMEOUT}'"))
        },
    },
    Order {
        shorter: TOKEN_MAX_BACKOFF,
        longer: TOKEN_MARGIN,
        may_be_equal: false,
        issue: |backoff, margin| {
            let message = format!(
                "OAuth refresh margin ({margin} ms) should be more than OAuth refresh max backoff ({backoff} ms), or one \
                 pause outlasts the token"
            );
            Issue::warning(TOKEN_MARGIN, message, format!("Raise it, or lower '{TOKEN_MAX_BACKOFF}'"))
        },
    },
];

impl Order {
    fn broken(&self, values: &Values) -> Option<Issue> {
        let shorter: Duration = values.get(self.shorter).ok()?;
        let longer: Duration = values.get(self.longer).ok()?;
        let holds = shorter < longer || (self.may_be_equal && shorter == longer);
        (!holds).then(|| (self.issue)(shorter.as_millis(), longer.as_millis()))
    }
}
