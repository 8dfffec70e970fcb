//! Row 30.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use test_probe_scenarios::{FaultError, Faults, TestEnvironment};

use crate::rig::{Rig, fails, paused, scenario};

/// Writes down what it is asked for; there is no broker above 1, and nothing that a hostile one gives back.
#[derive(Debug, Default)]
struct Recorded {
    asked: Mutex<Vec<String>>,
    hostile: bool,
}

impl Recorded {
    fn note(&self, what: String) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

#[async_trait]
impl Faults for Recorded {
    async fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), FaultError> {
        self.note(format!("broker {broker} {outage:?}"));
        if broker == 1 {
            Ok(())
        } else {
            Err(FaultError::new(format!("there is no broker {broker}")).because("one only"))
        }
    }
    async fn token_endpoint_down(&self, outage: Duration) -> Result<(), FaultError> {
        self.note(format!("token endpoint {outage:?}"));
        Ok(())
    }
    async fn registry_answers(&self, status: u16, requests: u32) -> Result<(), FaultError> {
        self.note(format!("registry {status} {requests}"));
        Ok(())
    }
    async fn restore(&self) -> Result<(), FaultError> {
        self.note("restore".to_owned());
        if self.hostile { Err(FaultError::new("broker 1 does not come back")) } else { Ok(()) }
    }
}

/// Runs a feature and gives what was asked for.
fn asked(feature: &str, hostile: bool) -> (Vec<String>, Vec<String>) {
    let faults = Arc::new(Recorded { hostile, ..Recorded::default() });
    let rig = Rig::new();
    let told = paused(async {
        let open = rig.open().await;
        let environment: TestEnvironment = open.environment.with_faults(Arc::clone(&faults) as Arc<dyn Faults>);
        crate::rig::run_in(environment, feature).await
    });
    let asked = faults.asked.lock().unwrap().clone();
    let messages = told.messages().into_iter().map(str::to_owned);
    let of_scenarios = told.results.iter().filter_map(|result| result.message.clone());
    (asked, messages.chain(of_scenarios).collect())
}

#[test]
fn row_30_faults_begin_and_are_taken_back_after_the_scenario() {
    let feature = "Feature: f
  Scenario: with faults
    * broker 1 is down for 5 seconds
    * the token endpoint is down for 200 ms
    * the schema registry answers 503 for the next 2 requests
  Scenario: without
    * I wait 1s
";
    let (asked, messages) = asked(feature, false);
    assert_eq!(asked, ["broker 1 5s", "token endpoint 200ms", "registry 503 2", "restore"]);
    assert_eq!(messages, [""; 0]);
}

#[test]
fn row_30_a_fault_that_cannot_begin_fails_the_step_and_is_taken_back_all_the_same() {
    let (asked, messages) = asked(&scenario(&["broker 2 is down for 1s"]), false);
    assert_eq!(asked, ["broker 2 1s", "restore"]);
    assert_eq!(messages, ["there is no broker 2: one only"]);
}

#[test]
fn row_30_what_does_not_come_back_fails_the_scenario() {
    let (_, messages) = asked(&scenario(&["broker 1 is down for 1s"]), true);
    assert_eq!(messages, ["what the scenario broke on purpose could not be given back: broker 1 does not come back"]);
}

#[test]
fn row_30_a_world_that_cannot_be_broken_says_so() {
    for step in [
        "broker 1 is down for 5 seconds",
        "the token endpoint is down for 5 seconds",
        "the schema registry answers 500 for the next 1 request",
    ] {
        assert_eq!(
            fails(Rig::new(), &[step]),
            "this world cannot be broken on purpose; only the embedded one and the project's own stack can"
        );
    }
}
