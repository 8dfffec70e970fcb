//! Row 30: the world breaks on purpose.

use std::sync::Arc;

use super::{Action, Arguments, Definition, InvalidArgument, Nature, ProbeWorld};
use crate::{Faults, StepError};

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        30,
        "broker {broker:int} is down for {time:duration}",
        "the broker goes away now and comes back by itself; the step does not wait for that. Brokers are counted from \
         1. Only in the embedded world and on the project's own stack",
        "broker 1 is down for 5 seconds",
        broker_down,
    )
    .of_nature(Nature::Fault),
    Definition::new(
        30,
        "the token endpoint is down for {time:duration}",
        "the token endpoint goes away now and comes back by itself; the step does not wait for that. Only in the \
         embedded world and on the project's own stack",
        "the token endpoint is down for 5 seconds",
        token_endpoint_down,
    )
    .of_nature(Nature::Fault),
    Definition::new(
        30,
        "the schema registry answers {status:int} for the next {requests:int} request[s]",
        "the registry refuses so many requests with this HTTP status. Only in the embedded world and on the project's \
         own stack",
        "the schema registry answers 503 for the next 2 requests",
        registry_answers,
    )
    .of_nature(Nature::Fault),
];

fn broker_down(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let broker = arguments.the_number("broker")?;
    let outage = arguments.the_duration("time")?;
    if broker == 0 {
        return Err(InvalidArgument::Senseless("there is no broker 0; the first broker is 1".to_owned()));
    }
    Ok(Action::new(async move |world| Ok(faults(world)?.broker_down(broker, outage).await?)))
}

fn token_endpoint_down(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let outage = arguments.the_duration("time")?;
    Ok(Action::new(async move |world| Ok(faults(world)?.token_endpoint_down(outage).await?)))
}

fn registry_answers(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let status = arguments.the_number("status")?;
    let requests = arguments.the_number("requests")?;
    let refusal = u16::try_from(status)
        .ok()
        .filter(|status| (400..=599).contains(status))
        .ok_or_else(|| InvalidArgument::Number { text: status.to_string(), least: 400, most: 599 })?;
    Ok(Action::new(async move |world| Ok(faults(world)?.registry_answers(refusal, requests).await?)))
}

fn faults(world: &mut ProbeWorld) -> Result<Arc<dyn Faults>, StepError> {
    let faults = world.environment.faults.clone();
    // Even a fault that fails half-way is taken back.
    world.faults_used = faults.is_some();
    faults.ok_or_else(|| {
        let message = "this world cannot be broken on purpose; only the embedded one and the project's own stack can";
        StepError::failed(message)
    })
}
