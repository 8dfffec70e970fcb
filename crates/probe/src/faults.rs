use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use test_probe_embedded::{EmbeddedWorld, RegistryProxy, StackControl};
use test_probe_scenarios::{FaultError, Faults};

use crate::blocking::blocking;

/// Faults in the world inside this process.
#[derive(Debug)]
pub(crate) struct EmbeddedFaults(pub(crate) Arc<EmbeddedWorld>);

#[async_trait]
impl Faults for EmbeddedFaults {
    async fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), FaultError> {
        let world = Arc::clone(&self.0);
        let down = blocking(move || world.broker_down(broker, outage)).await;
        down.map_err(|error| broker_fault(broker).because(error))
    }

    async fn token_endpoint_down(&self, outage: Duration) -> Result<(), FaultError> {
        let world = Arc::clone(&self.0);
        blocking(move || world.token_endpoint_down(outage)).await;
        Ok(())
    }

    async fn registry_answers(&self, status: u16, requests: u32) -> Result<(), FaultError> {
        self.0.registry_answers(status, requests);
        Ok(())
    }

    async fn restore(&self) -> Result<(), FaultError> {
        let world = Arc::clone(&self.0);
        blocking(move || world.restore()).await;
        Ok(())
    }
}

/// Faults on the stack beside this process: its script stops and starts its parts, and a proxy stands before the
/// registry, which cannot be told to fail.
#[derive(Debug)]
pub(crate) struct StackFaults {
    pub(crate) control: Arc<StackControl>,
    pub(crate) registry: RegistryProxy,
}

#[async_trait]
impl Faults for StackFaults {
    async fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), FaultError> {
        let control = Arc::clone(&self.control);
        let down = blocking(move || control.broker_down(broker, outage)).await;
        down.map_err(|error| broker_fault(broker).because(error))
    }

    async fn token_endpoint_down(&self, outage: Duration) -> Result<(), FaultError> {
        let control = Arc::clone(&self.control);
        let down = blocking(move || control.token_endpoint_down(outage)).await;
        down.map_err(|error| FaultError::new("the token endpoint could not be taken away").because(error))
    }

    async fn registry_answers(&self, status: u16, requests: u32) -> Result<(), FaultError> {
        self.registry.fail_next(status, requests);
        Ok(())
    }

    async fn restore(&self) -> Result<(), FaultError> {
        self.registry.fail_next(0, 0);
        let control = Arc::clone(&self.control);
        blocking(move || control.restore()).await;
        Ok(())
    }
}

fn broker_fault(broker: u32) -> FaultError {
    FaultError::new(format!("broker {broker} could not be taken away"))
}
