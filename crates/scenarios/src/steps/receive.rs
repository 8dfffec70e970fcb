//! Rows 15 to 18: an event is received.

use std::time::Duration;

use test_probe_actors::dsl::TopicConsumer;
use test_probe_directives::nearest;

use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::StepError;
use crate::action::Waits;
use crate::correlation::Correlation;
use crate::criterion::Criterion;

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        15,
        "I should receive (a|an)[ {format:format}] event[ with correlation {correlation:string}] from topic \
         {topic:string}[ on cluster {cluster:string}] within {time:duration}",
        "the next event since the scenario began that no step has received; events that the scenario caused go first, \
         those that other scenarios produced are left to them",
        "I should receive an event with correlation \"order-1\" from topic \"reservations\" within 5 seconds",
        any_event,
    ),
    Definition::new(
        16,
        "I should receive event {label:string} from topic {topic:string}[ within {time:duration}]",
        "an event with the correlation id of the one that was produced under this name",
        "I should receive event \"order-created\" from topic \"reservations\" within 5 seconds",
        labelled_event,
    ),
    Definition::new(
        17,
        "I should receive (a|an) {type:type} event from {topic:string} within {time:duration}",
        "the next event of this CloudEvent type",
        "I should receive an OrderReserved event from \"reservations\" within 5 seconds",
        event_of_type,
    ),
    Definition::new(
        18,
        "I should receive an event matching JSONPath {path:string} with value {value:value}[ from topic {topic:string}][ \
         within {time:duration}]",
        "the next event with this content, whatever its correlation id, from the topic or from any that the test consumes",
        "I should receive an event matching JSONPath \"$.orderId\" with value \"A-1\" from topic \"reservations\" within 5 \
         seconds",
        event_with_content,
    ),
];

impl ProbeWorld {
    /// Waits for one event and makes it the last one received.
    async fn receive(
        &mut self,
        criterion: Criterion,
        consumers: Vec<TopicConsumer>,
        time: Option<Duration>,
    ) -> Result<(), StepError> {
        let deadline = time.unwrap_or(self.environment.receive_timeout);
        let mut search = self.search(criterion, consumers)?;
        search.wait_for(1, deadline).await?;
        self.received = search.take(1);
        Ok(())
    }
}

fn any_event(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (topic, cluster) = (arguments.the_text("topic"), arguments.text("cluster"));
    let (format, time) = (arguments.format("format"), arguments.duration("time")?);
    let correlation = arguments.text("correlation").map(|label| Correlation::of_label(&label));
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, cluster.as_deref())?;
        let criterion = correlation.as_ref().map_or_else(Criterion::any, Criterion::correlation).in_format(format);
        world.receive(criterion, vec![world.consumer_of(&topic)?], time).await
    });
    Ok(action.waiting(Waits::for_events(time)))
}

fn labelled_event(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (label, topic, time) = (arguments.the_text("label"), arguments.the_text("topic"), arguments.duration("time")?);
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let criterion = labelled(world, &label)?;
        world.receive(criterion, vec![world.consumer_of(&topic)?], time).await
    });
    Ok(action.waiting(Waits::for_events(time)))
}

fn labelled(world: &ProbeWorld, label: &str) -> Result<Criterion, StepError> {
    let events = world.produced.iter().filter(|event| event.label.as_deref() == Some(label));
    let texts: Vec<String> = events.flat_map(|event| event.correlation.texts()).collect();
    if !texts.is_empty() {
        return Ok(Criterion::found_by(format!("with the correlation id of '{label}'"), texts));
    }
    let labels: Vec<&str> = world.produced.iter().filter_map(|event| event.label.as_deref()).collect();
    let hint = match nearest(label, labels.iter().copied()) {
        Some(known) => format!("; did you mean '{known}'?"),
        None => {
            "; produce it with `I produce event \"…\" to topic \"…\"`, which makes an event from a template".to_owned()
        }
    };
    Err(StepError::failed(format!("this scenario has produced no event called '{label}'{hint}")))
}

fn event_of_type(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (event_type, topic) = (arguments.the_text("type"), arguments.the_text("topic"));
    let time = arguments.duration("time")?;
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        world.receive(Criterion::event_type(event_type), vec![world.consumer_of(&topic)?], time).await
    });
    Ok(action.waiting(Waits::for_events(time)))
}

fn event_with_content(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (path, value) = (arguments.json_path("path")?, arguments.value("value")?);
    let (topic, time) = (arguments.text("topic"), arguments.duration("time")?);
    let action = Action::new(async move |world| {
        let consumers = match topic {
            Some(topic) => {
                let topic = world.topic(&topic, None)?;
                vec![world.consumer_of(&topic)?]
            }
            None => world.all_consumers()?,
        };
        world.receive(Criterion::content(path, value, &world.environment.redaction), consumers, time).await
    });
    Ok(action.waiting(Waits::for_events(time)))
}
