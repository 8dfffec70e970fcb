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
        let restored = blocking(move || world.restore()).await;
        restored.map_err(|error| FaultError::new("the embedded world is not whole again").because(error))
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
        let restored = blocking(move || control.restore()).await;
        restored.map_err(|error| FaultError::new("the stack is not whole again").because(error))
    }
}

fn broker_fault(broker: u32) -> FaultError {
    FaultError::new(format!("broker {broker} could not be taken away"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt;

    use test_probe_actors::supervision::explain;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_part_of_the_embedded_world_that_stays_away_is_told() {
        let world = Arc::new(EmbeddedWorld::start(1).unwrap());
        let url = world.token_endpoint_url();
        let server = url.trim_start_matches("http://").trim_end_matches("/token").to_owned();
        let faults = EmbeddedFaults(world);
        faults.token_endpoint_down(HOUR).await.unwrap();
        let _taken = TcpListener::bind(&server).unwrap();
        let message = explain(&faults.restore().await.unwrap_err());
        let start =
            format!("the embedded world is not whole again: the embedded token endpoint cannot listen on {server}: ");
        assert!(message.starts_with(&start), "{message}");
        faults.restore().await.unwrap();
    }

    #[tokio::test]
    async fn a_part_of_the_stack_that_stays_away_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("stack.sh");
        fs::write(&script, "#!/bin/sh\ncase $1 in start-*) echo 'no disk' >&2; exit 1 ;; esac\n").unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let control = Arc::new(StackControl::new(&script).unwrap());
        let faults = StackFaults { control, registry: RegistryProxy::start("http://127.0.0.1:1").unwrap() };
        faults.broker_down(1, HOUR).await.unwrap();
        let message = explain(&faults.restore().await.unwrap_err());
        let end = "start-kafka` failed with exit status: 1: no disk";
        assert!(message.starts_with("the stack is not whole again: `") && message.ends_with(end), "{message}");
        faults.restore().await.unwrap();
    }
}
