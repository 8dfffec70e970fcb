//! Rows 5 to 11, and 12, their form that only tries: events are produced.

use std::time::Duration;

use super::{Action, Arguments, Block, Definition, InvalidArgument, Nature, ProbeWorld};
use crate::StepError;
use crate::action::Waits;
use crate::correlation::Correlation;
use crate::producing::table::EventTable;
use crate::producing::{Content, Draft, Single, is_same_word};
use crate::template::{Filling, Template};

const ORDER: &str = "\"\"\"json\n{\"orderId\": \"A-1\", \"quantity\": 2}\n\"\"\"";
const ORDERS: &str = "| orderId | quantity | customer.name |\n| A-1     | 2        | Ann           |\n\
                      | A-2     | 1        |               |";

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        5,
        "I produce[ {format:format}] event {event:json} to topic {topic:string}[ with headers {headers:json}]",
        "one event, whose value stands in the step; its schema is the topic's only one, or that of the directive's subject",
        "I produce event {\"orderId\": \"A-1\", \"quantity\": 2} to topic \"orders\"",
        inline,
    )
    .of_nature(Nature::Produces),
    Definition::new(
        6,
        "I produce[ a| an][ {format:format}] event[ with type {type:string}][ with schema {schema:string}[ version \
         {version:int}]][ with correlation {correlation:string}] to topic {topic:string}[ on cluster {cluster:string}][ \
         with headers {headers:json}]:",
        "one event, whose value is the doc string; without a schema it is the one called as the type is, or the topic's \
         only one",
        "I produce an Avro event with schema \"OrderCreated\" with correlation \"order-1\" to topic \"orders\":",
        doc_string,
    )
    .below(Block::DocString(ORDER))
    .of_nature(Nature::Produces),
    Definition::new(
        7,
        "I produce event {template:string} to topic {topic:string}",
        "one event made from `templates/NAME.json`; NAME is what later steps call it",
        "I produce event \"order-created\" to topic \"orders\"",
        from_template,
    )
    .of_nature(Nature::Produces),
    Definition::new(
        8,
        "I produce[ a| an] {type:type} event to {topic:string}",
        "one event of this CloudEvent type, made from the template of the same name",
        "I produce an OrderCreated event to \"orders\"",
        of_type,
    )
    .of_nature(Nature::Produces),
    Definition::new(
        9,
        "I produce the following[ {format:format}] events[ with schema {schema:string}] to topic {topic:string}:",
        "a row of the table for each event, cells typed by the schema, empty ones left out; the columns @type, \
         @correlation and @label are no fields",
        "I produce the following events with schema \"OrderCreated\" to topic \"orders\":",
        from_table,
    )
    .below(Block::Table(ORDERS))
    .of_nature(Nature::Produces),
    Definition::new(
        10,
        "I produce {count:int} event[s] from template {template:string} to topic {topic:string}[ at {rate:int} per second]",
        "many events made from one template: {{index}} counts them from 1, {{uuid}}, {{now}} and {{correlation}} are each \
         event's own",
        "I produce 200 events from template \"order-created\" to topic \"orders\" at 100 per second",
        many_from_template,
    )
    .of_nature(Nature::Produces),
    Definition::new(
        11,
        "I produce a tombstone with key {key:string} to topic {topic:string}",
        "a deletion: a record without a value; where keys are CloudEvents, the key's correlation id stands for the text",
        "I produce a tombstone with key \"order-1\" to topic \"orders\"",
        tombstone,
    )
    .of_nature(Nature::Produces),
    Definition::new(
        11,
        "I produce raw bytes {bytes:string} to topic {topic:string}",
        "a record whose value is these bytes, in hexadecimal digits, past every schema: a poison pill",
        "I produce raw bytes \"00 ff 7b\" to topic \"orders\"",
        raw_bytes,
    )
    .of_nature(Nature::Produces),
];

impl ProbeWorld {
    /// An event with the scenario's correlation id, or a fresh one.
    fn single(&self, content: Content) -> Single {
        Single { content, correlation: self.next_correlation(), event_type: None, label: None }
    }
}

fn inline(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (event, headers) = (arguments.json("event")?, arguments.headers("headers")?);
    let (topic, format, is_try) = (arguments.the_text("topic"), arguments.format("format"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let draft = Draft { format, headers, ..Draft::new(world.topic(&topic, None)?) };
        let single = world.single(Content::Json(event));
        world.produce(draft, single, is_try).await
    }))
}

fn doc_string(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (event, named_below) = arguments.doc_json()?;
    let format = arguments.format("format").or(named_below);
    let (headers, version) = (arguments.headers("headers")?, arguments.number("version")?);
    let (topic, cluster) = (arguments.the_text("topic"), arguments.text("cluster"));
    let (event_type, record) = (arguments.text("type"), arguments.text("schema"));
    let correlation = arguments.text("correlation").map(|label| Correlation::of_label(&label));
    let is_try = arguments.is_try;
    Ok(Action::new(async move |world| {
        let topic = world.topic(&topic, cluster.as_deref())?;
        let draft = Draft { event_type, record, version, format, headers, ..Draft::new(topic) };
        let mut single = world.single(Content::Json(event));
        single.correlation = correlation.unwrap_or(single.correlation);
        world.produce(draft, single, is_try).await
    }))
}

fn from_template(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (template, topic, is_try) = (arguments.the_text("template"), arguments.the_text("topic"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        produce_from(world, Draft { template: Some(template), ..Draft::new(topic) }, 1, None, is_try).await
    }))
}

fn of_type(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (event_type, topic, is_try) = (arguments.the_text("type"), arguments.the_text("topic"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let names: Vec<&str> = world.environment.templates.names().collect();
        let alike = names.iter().filter(|name| is_same_word(name, &event_type));
        let template = match (names.contains(&event_type.as_str()), alike.collect::<Vec<_>>().as_slice()) {
            (false, [only]) => (**only).to_owned(),
            _ => event_type.clone(),
        };
        let draft = Draft { template: Some(template), event_type: Some(event_type), ..Draft::new(topic) };
        produce_from(world, draft, 1, None, is_try).await
    }))
}

fn many_from_template(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (count, rate) = (arguments.the_number("count")?, arguments.number("rate")?);
    if rate == Some(0) {
        return Err(InvalidArgument::Number { text: "0".to_owned(), least: 1, most: u32::MAX });
    }
    let interval = rate.map(|rate| Duration::from_secs(1) / rate);
    let (template, topic, is_try) = (arguments.the_text("template"), arguments.the_text("topic"), arguments.is_try);
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        produce_from(world, Draft { template: Some(template), ..Draft::new(topic) }, count, interval, is_try).await
    });
    Ok(action.waiting(interval.map_or(Waits::NONE, |interval| Waits::time(interval.saturating_mul(count)))))
}

/// Produces events made from the draft's template.
async fn produce_from(
    world: &mut ProbeWorld,
    draft: Draft,
    count: u32,
    interval: Option<Duration>,
    is_try: bool,
) -> Result<(), StepError> {
    let (templates, clock) = (world.environment.templates.clone(), world.environment.clock);
    let template = Template::find(&templates, draft.template.as_deref().unwrap_or_default())?;
    let given = world.correlation.clone();
    let events = (1..=count).map(|index| {
        let correlation = given.clone().unwrap_or_else(Correlation::random);
        let content = template.fill(Filling { index, correlation: &correlation.id().to_string(), clock })?;
        Ok(Single { content: Content::Json(content), correlation, event_type: None, label: None })
    });
    world.produce_all(draft, events, interval, is_try).await
}

fn from_table(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let table = EventTable::read(arguments.table()?)?;
    let (topic, record) = (arguments.the_text("topic"), arguments.text("schema"));
    let (format, is_try) = (arguments.format("format"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let draft = Draft { record, format, ..Draft::new(world.topic(&topic, None)?) };
        world.produce_table(draft, table, is_try).await
    }))
}

fn tombstone(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (key, topic, is_try) = (arguments.the_text("key"), arguments.the_text("topic"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let draft = Draft::new(world.topic(&topic, None)?);
        let correlation = Correlation::of_label(&key);
        let single = Single { correlation, ..world.single(Content::Tombstone) };
        world.produce(draft, single, is_try).await
    }))
}

fn raw_bytes(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let (bytes, topic, is_try) = (arguments.hex("bytes")?, arguments.the_text("topic"), arguments.is_try);
    Ok(Action::new(async move |world| {
        let draft = Draft::new(world.topic(&topic, None)?);
        let single = world.single(Content::Bytes(bytes));
        world.produce(draft, single, is_try).await
    }))
}
