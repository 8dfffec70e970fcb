use test_probe_directives::{ClusterName, Timestamp};
use test_probe_evidence::{
    Acknowledged, ClientKind, LedgerEntry, Percentiles, RunOutcome, RunRecord, StepFinished, StepStatus, junit_report,
    summary_table,
};

use crate::story::{Story, feature, fold, step, topic};

#[test]
fn a_rate_needs_two_acknowledged_events_and_some_time() {
    let rate = |story: &Story| story.record().topics()[0].events_per_second();
    let mut story = Story::of("orders", &["orders"]);
    assert_eq!(rate(&story), None);
    story.produce("orders", 500_000);
    assert_eq!(rate(&story), None);
    story.produce("orders", 500_000);
    assert_eq!(rate(&story), Some(2.0));

    let mut at_once = Story::of("orders", &["orders"]);
    at_once.produce("orders", 0);
    at_once.produce("orders", 0);
    assert_eq!(rate(&at_once), None);
}

#[test]
fn a_rate_is_none_when_the_clock_was_set_back() {
    let mut story = Story::of("orders", &["orders"]);
    let first = story.accept("orders");
    let second = story.accept("orders");
    story.pass(-5_000_000);
    story.acknowledge("orders", first, 10);
    story.acknowledge("orders", second, 10);
    assert_eq!(story.record().topics()[0].events_per_second(), None);
}

#[test]
fn latencies_are_those_of_acknowledged_events_alone() {
    let mut story = Story::of("orders", &["orders"]);
    story.produce("orders", 1_000);
    let id = story.accept("orders");
    story.nack("orders", id, "Timeout", "late");
    let latency = story.record().topics()[0].produce_latency();
    assert_eq!(latency, Some(Percentiles { p50_us: 1_000, p95_us: 1_000, p99_us: 1_000, max_us: 1_000 }));
    assert_eq!(story.record().topics()[0].end_to_end_latency(), None);
}

#[test]
fn a_latency_beyond_the_measure_is_the_largest_there_is() {
    let mut story = Story::of("orders", &["orders"]);
    story.produce("orders", u64::from(u32::MAX) + 1);
    assert_eq!(story.record().produce_latency().map(|latency| latency.max_us), Some(u32::MAX));
}

#[test]
fn the_last_count_of_a_client_counts() {
    let mut story = Story::of("orders", &[]);
    story.connect(ClientKind::Producer, "p-1", 3);
    story.connect(ClientKind::Producer, "p-1", 5);
    story.connect(ClientKind::Producer, "p-2", 1);
    story.connect(ClientKind::Consumer, "p-1", 2);
    let counts = story.record().connection_counts();
    assert_eq!((counts.producer, counts.consumer), (6, 2));
}

#[test]
fn one_topic_of_two_clusters_is_two_rows_with_the_clusters_name() {
    let mut story = Story::of("orders", &["orders"]);
    let elsewhere = Acknowledged {
        id: 1,
        topic: topic("orders"),
        cluster: ClusterName::new("eu-west"),
        partition: 0,
        offset: 0,
        timestamp_ms: None,
        latency_us: 2_500,
    };
    story.entries.push(LedgerEntry::new(Timestamp::from_micros(1_769_846_400_000_000), elsewhere));
    assert_eq!(
        summary_table(&story.record()).lines().take(3).collect::<Vec<_>>(),
        [
            "topic   cluster  produced  acknowledged  nacked  received  P50 ms  P95 ms  P99 ms  events/s",
            "orders  default         0             0       0         0       –       –       –         –",
            "orders  eu-west         0             1       0         0    2.50    2.50    2.50         –",
        ]
    );
}

#[test]
fn the_balance_compares_ids_and_not_sums() {
    let mut story = Story::of("orders", &["orders"]);
    let lost = story.accept("orders");
    let twice = story.produce("orders", 10);
    story.acknowledge("orders", twice, 10);
    let record = story.record();
    let counts = record.event_counts();
    assert_eq!(counts.accepted, counts.acknowledged + counts.nacked);
    assert!(!record.balance().holds());
    assert_eq!(record.balance().without_end().collect::<Vec<_>>(), [lost]);
    assert_eq!(record.balance().unexpected_ends().collect::<Vec<_>>(), [twice]);
    assert_eq!(
        record.warnings(),
        [
            "1 accepted event ended neither in an acknowledgement nor in a Nack: id 1",
            "1 event ended twice or without having been accepted: id 2",
        ]
    );
}

#[test]
fn an_end_may_stand_before_its_beginning() {
    let mut story = Story::of("orders", &["orders"]);
    story.produce("orders", 10);
    story.entries.swap(1, 2);
    assert!(fold(&story.entries).balance().holds());
}

#[test]
fn many_ids_without_an_end_are_counted_after_the_first_twenty() {
    let mut story = Story::of("orders", &["orders"]);
    (0..23).for_each(|_| {
        story.accept("orders");
    });
    let [warning] = &story.record().warnings()[..] else { panic!("one warning") };
    assert!(warning.starts_with("23 accepted events ended neither in an acknowledgement nor in a Nack: ids 1, 2, 3"));
    assert!(warning.ends_with("19, 20 and 3 more"), "{warning}");
}

#[test]
fn a_run_takes_from_its_start_to_its_end_or_to_the_last_that_is_known() {
    assert_eq!(RunRecord::default().duration().as_micros(), 0);
    let mut story = Story::of("orders", &["orders"]);
    story.pass(1_500);
    story.warn("still there");
    story.pass(-500);
    story.warn("recorded by a slower thread");
    assert_eq!(story.record().duration().as_micros(), 1_500);
    story.pass(-500);
    story.finish(RunOutcome::Completed, None, 0);
    assert_eq!(story.record().duration().as_micros(), 500);
}

#[test]
fn sums_of_the_largest_numbers_saturate() {
    let mut story = Story::of("orders", &[]);
    for client in ["p-1", "p-2"] {
        story.connect(ClientKind::Producer, client, u64::MAX);
    }
    for name in ["one", "two"] {
        story.scenario(&feature("F"), name, 3, &[step("When", "a"), step("When", "b")]);
        for index in 0..2 {
            let scenario_id = story.last_scenario();
            story.tell(StepFinished {
                scenario_id,
                index,
                status: StepStatus::Passed,
                duration_us: u64::MAX,
                message: None,
                attachments: vec![],
            });
        }
    }
    let record = story.record();
    assert_eq!(record.connection_counts().producer, u64::MAX);
    assert_eq!(record.scenarios()[0].duration_us(), u64::MAX);
    assert!(junit_report(&record).unwrap().contains("time=\"18446744073709.551\""));
}
