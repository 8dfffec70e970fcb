//! Rows 1 and 2: which topics there are, and what is written to them.

use test_probe_actors::journal::JournalTopic;
use test_probe_directives::{BootstrapServers, ClusterName, Role};

use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::StepError;
use crate::action::PartitionWish;

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        1,
        "I have a topic {topic:string}[ on cluster {cluster:string}| with bootstrap servers {servers:string}][ with \
         {partitions:int} partition[s]]",
        "the topic is in the directive and open; it has that many partitions, or is created with them where the \
         configuration allows it",
        "I have a topic \"orders\" with 3 partitions",
        have_topic,
    ),
    Definition::new(
        2,
        "the topic[ {topic:string}] uses {format:format} serialization",
        "events of the scenario are written to the topic in this format; the last topic that a step named is meant \
         where none is",
        "the topic \"orders\" uses Avro serialization",
        uses_format,
    ),
];

fn have_topic(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let topic = arguments.the_text("topic");
    let cluster = match arguments.text("servers") {
        Some(servers) => Some(cluster_of(&servers)?),
        None => arguments.text("cluster"),
    };
    let partitions = arguments.number("partitions")?;
    let wish = |partitions| PartitionWish { topic: topic.clone(), cluster: cluster.clone(), partitions };
    let wishes = partitions.map(wish).into_iter().collect();
    let action = Action::new(async move |world| {
        let topic = world.topic(&topic, cluster.as_deref())?;
        if let Some(partitions) = partitions {
            check_partitions(world, &topic, partitions).await?;
        }
        for directive in world.the_directives_of(&topic)? {
            match directive.role {
                Role::Producer => drop(world.producer_of(&topic)?),
                Role::Consumer => drop(world.consumer_of(&topic)?),
            }
        }
        Ok(())
    });
    Ok(action.wishing(wishes))
}

/// A cluster that is given by its servers is called by them.
fn cluster_of(servers: &str) -> Result<String, InvalidArgument> {
    let servers: BootstrapServers =
        servers.parse().map_err(|error| InvalidArgument::Senseless(format!("`{servers}`: {error}")))?;
    Ok(ClusterName::of_servers(&servers).to_string())
}

async fn check_partitions(world: &ProbeWorld, topic: &JournalTopic, wanted: u32) -> Result<(), StepError> {
    let directives = world.the_directives_of(topic)?;
    let Some(creator) = &world.environment.topic_creator else {
        return Err(StepError::failed(format!(
            "nobody here can say how many partitions topic '{topic}' has; leave `with {wanted} partitions` out"
        )));
    };
    let Some(directive) = directives.first() else { return Ok(()) };
    let found = creator.ensure(directive, Some(wanted)).await?;
    if found == wanted {
        return Ok(());
    }
    Err(StepError::failed(format!("topic '{topic}' has {found} partitions, not {wanted}")))
}

fn uses_format(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let topic = arguments.text("topic");
    let format = arguments.format("format");
    Ok(Action::new(async move |world| {
        let topic = match (topic, &world.topic) {
            (Some(topic), _) => world.topic(&topic, None)?,
            (None, Some(topic)) => topic.clone(),
            (None, None) => {
                return Err(StepError::failed("no step has named a topic yet; write `the topic \"…\" uses …`"));
            }
        };
        world.the_directives_of(&topic)?;
        if let Some(format) = format {
            world.formats.insert(topic, format);
        }
        Ok(())
    }))
}
