//! Rows 19 to 21: how many events come, and which, and that none does.

use std::collections::HashMap;
use std::time::Duration;

use test_probe_actors::journal::JournalTopic;
use test_probe_directives::describe_duration;
use tokio::time::Instant;

use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::action::Waits;
use crate::correlation::Correlation;
use crate::criterion::Criterion;
use crate::json::counted;
use crate::search::{Search, place_of, shown};
use crate::{ProducedEvent, StepError};

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        19,
        "I should receive[ {how=exactly|at least}] {count:int}[ {format:format}] event[s] from topic {topic:string}[ on \
         cluster {cluster:string}] within {time:duration}",
        "so many events that no step has received: the next ones, or with `at least` all that are there, or with \
         `exactly` so many after which nothing comes for a while",
        "I should receive exactly 2 events from topic \"reservations\" within 5 seconds",
        receive_many,
    ),
    Definition::new(
        19,
        "topic {topic:string} should have[ at least] {count:int} event[s]",
        "so many events, or more, came on the topic since the scenario began, those that steps have received counted too",
        "topic \"reservations\" should have at least 2 events",
        topic_has,
    ),
    Definition::new(
        20,
        "every produced event should be received from topic {topic:string} within {time:duration}",
        "for each event that the scenario produced, one with its correlation id comes on the topic; where the scenario \
         produced to that topic itself, those events are meant",
        "every produced event should be received from topic \"orders\" within 10 seconds",
        every_produced,
    ),
    Definition::new(
        21,
        "no event[ matching JSONPath {path:string} with value {value:value}] should arrive on topic {topic:string} within \
         {time:duration}",
        "for so long no event is there, or comes, that no step has received and no other scenario has produced",
        "no event should arrive on topic \"orders-dlq\" within 2 seconds",
        none_arrives,
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum HowMany {
    TheNext,
    AtLeast,
    Exactly,
}

fn receive_many(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let how = match arguments.text("how").as_deref() {
        Some("exactly") => HowMany::Exactly,
        Some(_) => HowMany::AtLeast,
        None => HowMany::TheNext,
    };
    let count = usize::try_from(arguments.the_number("count")?).unwrap_or(usize::MAX);
    let (topic, cluster) = (arguments.the_text("topic"), arguments.text("cluster"));
    let (format, time) = (arguments.format("format"), arguments.the_duration("time")?);
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, cluster.as_deref())?;
        let mut search = world.search(Criterion::any().in_format(format), vec![world.consumer_of(&topic)?])?;
        let found = search.wait_for(count, time).await?;
        if how == HowMany::Exactly {
            let found = search.watch(count, world.environment.quiet_period).await?;
            if found > count {
                return Err(too_many(&mut search, count, found, world).await);
            }
        }
        let wanted = if how == HowMany::AtLeast { found } else { count };
        world.received = search.take(wanted);
        Ok(())
    });
    Ok(action.waiting(Waits::for_events(Some(time))))
}

async fn too_many(search: &mut Search, count: usize, found: usize, world: &ProbeWorld) -> StepError {
    let quiet = describe_duration(world.environment.quiet_period);
    let mut message =
        format!("{found} events came from {}, not exactly {count} with nothing for {quiet} after them", search.place());
    for event in search.take(found).iter().skip(count).take(3) {
        message.push_str(&format!("\n  too many is {}: {}", place_of(event), shown(event).await));
    }
    StepError::failed(message)
}

fn topic_has(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let count = usize::try_from(arguments.the_number("count")?).unwrap_or(usize::MAX);
    let topic = arguments.the_text("topic");
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let mut search = world.search(Criterion::any(), vec![world.consumer_of(&topic)?])?;
        let time = world.environment.receive_timeout;
        let until = Instant::now() + time;
        loop {
            search.look().await?;
            let here: Vec<usize> = search.free_or_own_after(0).map(|(index, _)| index).collect();
            if here.len() >= count {
                world.received = here.into_iter().map(|index| search.received(index)).collect();
                return Ok(());
            }
            if !search.more_before(until).await? {
                return Err(StepError::failed(format!(
                    "topic '{topic}' had {} after {}, not {count} or more",
                    counted(here.len(), "event"),
                    describe_duration(time)
                )));
            }
        }
    });
    Ok(action.waiting(Waits::for_events(None)))
}

fn every_produced(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (topic, time) = (arguments.the_text("topic"), arguments.the_duration("time")?);
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let mut missing = Missing::of(world, &topic)?;
        let criterion = Criterion::found_by("with the correlation id of a produced one".to_owned(), missing.texts());
        let mut search = world.search(criterion, vec![world.consumer_of(&topic)?])?;
        let until = Instant::now() + time;
        loop {
            search.look().await?;
            missing.find(&search);
            if missing.count == 0 {
                world.received = missing.found.iter().map(|index| search.received(*index)).collect();
                for index in missing.found {
                    search.claim(index);
                }
                return Ok(());
            }
            if !search.more_before(until).await? {
                return Err(StepError::failed(missing.report(&search, time)));
            }
        }
    });
    Ok(action.waiting(Waits::for_events(Some(time))))
}

/// The events that the scenario produced and that have not been seen on the topic yet. Several may have the same id.
struct Missing {
    wanted: HashMap<String, usize>,
    groups: Vec<(Correlation, usize)>,
    count: usize,
    total: usize,
    found: Vec<usize>,
    looked_at: usize,
}

impl Missing {
    fn of(world: &ProbeWorld, topic: &JournalTopic) -> Result<Self, StepError> {
        let written = |event: &&ProducedEvent| event.outcome.is_ok();
        let is_here = |event: &&ProducedEvent| event.topic == *topic;
        let mut events: Vec<&ProducedEvent> = world.produced.iter().filter(written).filter(is_here).collect();
        if events.is_empty() {
            events = world.produced.iter().filter(written).collect();
        }
        if events.is_empty() {
            return Err(StepError::failed("no event was produced and acknowledged in this scenario"));
        }
        let (mut groups, mut wanted): (Vec<(Correlation, usize)>, HashMap<String, usize>) = Default::default();
        for event in &events {
            let texts = event.correlation.texts();
            match texts.iter().find_map(|text| wanted.get(text)) {
                Some(group) => groups[*group].1 += 1,
                None => {
                    wanted.extend(texts.into_iter().map(|text| (text, groups.len())));
                    groups.push((event.correlation.clone(), 1));
                }
            }
        }
        let count = events.len();
        Ok(Self { wanted, groups, count, total: count, found: Vec::new(), looked_at: 0 })
    }

    fn texts(&self) -> Vec<String> {
        self.wanted.keys().cloned().collect()
    }

    /// Crosses off what the search has seen since the last time.
    fn find(&mut self, search: &Search) {
        let seen: Vec<(usize, Option<String>)> =
            search.free_or_own_after(self.looked_at).map(|(index, text)| (index, text.map(str::to_owned))).collect();
        self.looked_at = search.looked_at();
        for (index, text) in seen {
            let group = text.and_then(|text| self.wanted.get(&text)).map(|group| &mut self.groups[*group].1);
            if let Some(left) = group.filter(|left| **left > 0) {
                *left -= 1;
                self.count -= 1;
                self.found.push(index);
            }
        }
    }

    fn report(&self, search: &Search, time: Duration) -> String {
        let missing = self.groups.iter().filter(|(_, left)| *left > 0);
        let shown: Vec<String> = missing.take(5).map(|(correlation, _)| correlation.to_string()).collect();
        let more = if self.count > shown.len() { " and others" } else { "" };
        format!(
            "{} of {} produced events were not received from {} within {}: those with correlation id {}{more}",
            self.count,
            self.total,
            search.place(),
            describe_duration(time),
            shown.join(", ")
        )
    }
}

fn none_arrives(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let content = match arguments.has("path") {
        true => Some((arguments.json_path("path")?, arguments.value("value")?)),
        false => None,
    };
    let (topic, time) = (arguments.the_text("topic"), arguments.the_duration("time")?);
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let criterion = match content {
            Some((path, value)) => Criterion::content(path, value, &world.environment.redaction).of_this_scenario(),
            None => Criterion::any(),
        };
        let wanted = criterion.to_string();
        let mut search = world.search(criterion, vec![world.consumer_of(&topic)?])?;
        if search.watch(0, time).await? == 0 {
            return Ok(());
        }
        let mut message =
            format!("an {wanted} came on topic '{topic}', and none should within {}", describe_duration(time));
        for event in search.take(1) {
            message.push_str(&format!("\n  {}: {}", place_of(&event), shown(&event).await));
            world.received = vec![event];
        }
        Err(StepError::failed(message))
    });
    Ok(action.waiting(Waits::for_events(Some(time))))
}
