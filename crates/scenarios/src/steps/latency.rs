//! Row 29: how long events took.

use std::collections::HashMap;
use std::time::Duration;

use test_probe_actors::journal::JournalTopic;

use super::{Action, Arguments, Definition, InvalidArgument, Nature, ProbeWorld};
use crate::StepError;
use crate::json::counted;

pub(super) const STEPS: &[Definition] = &[Definition::new(
    29,
    "the p{percent:int} {which=produce|end-to-end} latency[ on topic {topic:string}] should be below {most:int} ms",
    "a percentile (nearest rank) over the events that the scenario produced, on the topic where one is named: produce \
     counts from the call to the broker's acknowledgement, end-to-end from the call until the event came on a consumed \
     topic; what has not come when the step runs does not count",
    "the p99 produce latency on topic \"orders\" should be below 50 ms",
    latency,
)
.of_nature(Nature::MeasuresArrivals)];

fn latency(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (percent, most) = (arguments.the_number("percent")?, arguments.the_number("most")?);
    if !(1..=100).contains(&percent) {
        return Err(InvalidArgument::Number { text: percent.to_string(), least: 1, most: 100 });
    }
    let which = arguments.the_text("which");
    let topic = arguments.text("topic");
    Ok(Action::new(async move |world| {
        let topic = topic.map(|topic| world.topic(&topic, None)).transpose()?;
        if let Some(topic) = &topic {
            world.the_directives_of(topic)?;
        }
        let mut latencies = match which.as_str() {
            "produce" => produced(world, topic.as_ref()),
            _ => {
                // The scenario may be here before the run has looked at what its last step has received.
                world.note_arrivals(topic.as_ref()).await?;
                end_to_end(world, topic.as_ref())
            }
        };
        let place = topic.map(|topic| format!(" on topic '{topic}'")).unwrap_or_default();
        let Some(found) = percentile(&mut latencies, percent) else {
            return Err(StepError::failed(format!(
                "there is no {which} latency{place}: no event of this scenario has one"
            )));
        };
        if found < Duration::from_millis(most.into()) {
            return Ok(());
        }
        Err(StepError::failed(format!(
            "the p{percent} {which} latency{place} is {:.3} ms over {}, not below {most} ms",
            found.as_secs_f64() * 1000.0,
            counted(latencies.len(), "event")
        )))
    }))
}

fn produced(world: &ProbeWorld, topic: Option<&JournalTopic>) -> Vec<Duration> {
    let events = world.produced.iter().filter(|event| topic.is_none_or(|topic| event.topic == *topic));
    events.filter_map(|event| event.outcome.as_ref().ok()).map(|ack| ack.latency).collect()
}

/// From the call until the event came: on the topic, or on the topic where it came first. Of several events with one
/// id the first that was produced is the first that came.
fn end_to_end(world: &ProbeWorld, topic: Option<&JournalTopic>) -> Vec<Duration> {
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut latencies = Vec::new();
    for event in world.produced.iter().filter(|event| event.outcome.is_ok()) {
        let arrivals = world.arrivals.of(&event.correlation.texts());
        let Some(topic) = topic.or(arrivals.first().map(|arrival| &arrival.topic)) else { continue };
        let mut here = arrivals.iter().filter(|arrival| arrival.topic == *topic);
        let turn = used.entry(event.correlation.id().to_string()).or_default();
        if let Some(arrival) = here.nth(*turn) {
            latencies.push(arrival.at.saturating_duration_since(event.accepted_at));
            *turn += 1;
        }
    }
    latencies
}

/// The smallest value that so many percent of the values do not exceed.
fn percentile(values: &mut [Duration], percent: u32) -> Option<Duration> {
    values.sort_unstable();
    let percent = usize::try_from(percent).unwrap_or(100);
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let millis = |values: &[u64], percent| {
            let mut values: Vec<Duration> = values.iter().copied().map(Duration::from_millis).collect();
            percentile(&mut values, percent).map(|found| found.as_millis())
        };
        for (percent, found) in [(1, 10), (50, 20), (51, 30), (75, 30), (99, 40), (100, 40)] {
            assert_eq!(millis(&[40, 10, 30, 20], percent), Some(found), "p{percent}");
        }
        assert_eq!(millis(&[], 50), None);
        assert_eq!(millis(&[7], 1), Some(7));
    }
}
