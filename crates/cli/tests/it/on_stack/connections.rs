//! How many connections a run has, however many topics.

use std::collections::BTreeSet;
use std::fs;

use super::stack::{OnStack, Shared, shipped_config};
use crate::folder::Folder;

/// A folder with so many topics in both roles, whose scenario uses each of them and then waits.
fn with_topics(count: usize) -> Folder {
    let names: Vec<String> = (0..count).map(|number| format!("orders-{number}")).collect();
    let entries = names.iter().flat_map(|name| {
        ["producer", "consumer"].map(|role| format!("  - {{ topic: {name}, role: {role}, clientPrincipal: svc }}\n"))
    });
    let directive = format!("topics:\n{}", entries.collect::<String>());
    let steps: Vec<String> = names
        .iter()
        .flat_map(|name| {
            [
                format!(r#"When I produce event {{"id": "a"}} to topic "{name}""#),
                format!(r#"Then I should receive an event from topic "{name}" within 20 seconds"#),
            ]
        })
        .collect();
    let mut steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    steps.extend(["And I print the event", "And I wait 50 seconds"]);
    Folder::new(&steps).with("topic-directive.yaml", &directive)
}

/// The sockets of a process that are connected to this port, as the kernel lists them.
fn sockets(process: u32, port: u16) -> usize {
    let own: BTreeSet<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|target| Some(target.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let established = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (remote, state, inode) = (columns.get(2)?, columns.get(3)?, columns.get(9)?);
        let remote_port = u16::from_str_radix(remote.rsplit(':').next()?, 16).ok()?;
        (*state == "01" && remote_port == port && own.contains(*inode)).then_some(())
    };
    ["tcp", "tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(format!("/proc/{process}/net/{table}")).ok())
        .map(|table| table.lines().filter_map(established).count())
        .sum()
}

#[test]
fn ten_topics_take_as_many_connections_as_one() {
    let Some(stack) = Shared::find() else { return };
    let port = stack.stack().servers().as_str().rsplit(':').next().unwrap().parse().unwrap();
    // The first run is for a group coordinator that was just started, and sends its clients away until it is ready.
    let seen = [1, 1, 10].map(|topics| {
        let folder = with_topics(topics);
        let mut running = stack.start(folder.path(), &shipped_config(), &[]);
        running.wait_for_result("orders-");
        let sockets = sockets(running.id(), port);
        running.signal("INT");
        let ended = running.end();
        assert_eq!(ended.status, 130, "{ended:#?}");
        let connections = &folder.summary()["connections"];
        assert_eq!(folder.summary()["events"]["received"], topics);
        (connections["producer"].as_u64().unwrap(), connections["consumer"].as_u64().unwrap(), sockets)
    });
    let [_, (one_producer, one_consumer, one_sockets), (ten_producer, ten_consumer, ten_sockets)] = seen;
    assert_eq!(
        one_producer, ten_producer,
        "(by producers, by consumers, sockets) with one topic and with ten: {seen:?}"
    );
    assert_eq!(one_sockets, ten_sockets, "{seen:?}");
    assert!(one_producer > 0 && one_sockets > 0, "{seen:?}");
    // A consumer talks to the broker and to the group's coordinator, which is the same broker under another name, and now
    // and then connects to the latter anew when it learns where it is.
    assert!((2..=3).contains(&one_consumer) && (2..=3).contains(&ten_consumer), "{seen:?}");
    // Beside the clients that are counted there is the one that creates topics.
    assert!(ten_sockets as u64 <= ten_producer + ten_consumer + 1, "{seen:?}");
}
