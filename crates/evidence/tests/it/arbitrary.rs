//! Entries of every kind, with any text in them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use test_probe_directives::{ClusterName, Role, TestId, Timestamp, TopicName};
use test_probe_evidence::{
    Accepted, Acknowledged, ClientKind, Connections, DocString, Evicted, Feature, Filtered, Late, LedgerEntry,
    LedgerEvent, Nacked, Received, Rule, RunFinished, RunOutcome, RunStarted, Scenario, ScenarioFinished,
    ScenarioStarted, ScenarioStatus, Skipped, Step, StepFinished, StepStatus, TopicInUse, Warning, World, Written,
};

/// Microseconds from 1970 to 2100: times that RFC 3339 can write with four digits.
const MICROS: std::ops::Range<i64> = 0..4_102_444_800_000_000;

/// The entries of a run in any order, however little sense they make.
pub(crate) fn entries() -> impl Strategy<Value = Vec<LedgerEntry>> {
    vec((MICROS, event()).prop_map(|(at, event)| LedgerEntry { at: Timestamp::from_micros(at), event }), 0..40)
}

/// Any text at all, with what breaks formats more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\n\\t\"\\\\<>&{}\\[\\]]{0,12}", "[a-z ]{0,20}"]
}

fn topic() -> impl Strategy<Value = TopicName> {
    "[a-z]{1,2}".prop_map(|name| TopicName::new(&name).unwrap())
}

fn cluster() -> impl Strategy<Value = ClusterName> {
    prop_oneof![Just(ClusterName::default()), text().prop_map(|name| ClusterName::new(&name))]
}

fn micros() -> impl Strategy<Value = u64> {
    prop_oneof![0..100_000_u64, any::<u64>()]
}

fn event() -> impl Strategy<Value = LedgerEvent> {
    prop_oneof![
        run_started(),
        scenario().prop_map(|scenario| ScenarioStarted { scenario }.into()),
        step_finished(),
        scenario_finished(),
        accepted(),
        acknowledged(),
        nacked(),
        late(),
        received(),
        consumed_in_passing(),
        text().prop_map(|text| Warning { text }.into()),
        (client(), text(), any::<u64>()).prop_map(|(client, client_id, total)| Connections {
            client,
            client_id,
            total
        }
        .into()),
        (outcome(), option::of(text()), any::<i32>()).prop_map(|(outcome, reason, exit_status)| RunFinished {
            outcome,
            reason,
            exit_status
        }
        .into()),
    ]
}

fn run_started() -> impl Strategy<Value = LedgerEvent> {
    let world = prop_oneof![Just(World::Embedded), Just(World::Cluster)];
    (any::<[u8; 16]>(), [text(), text(), text(), text()], world, vec(topic_in_use(), 0..4)).prop_map(
        |(id, [test, test_type, bootstrap_servers, probe_version], world, topics)| {
            let test_id = TestId::from_bytes(id);
            RunStarted { test_id, test, test_type, world, bootstrap_servers, probe_version, topics }.into()
        },
    )
}

fn topic_in_use() -> impl Strategy<Value = TopicInUse> {
    let role = prop_oneof![Just(Role::Producer), Just(Role::Consumer)];
    (topic(), cluster(), role, topic()).prop_map(|(topic, cluster, role, topic_on_cluster)| TopicInUse {
        topic,
        cluster,
        role,
        topic_on_cluster,
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let rule = option::of((text(), vec(text(), 0..2)).prop_map(|(name, tags)| Rule { name, tags }));
    let texts = [text(), text(), text()];
    (0..4_u64, feature(), rule, texts, 0..100_u64, option::of(1..9_u64), vec(text(), 0..2), vec(step(), 0..4)).prop_map(
        |(id, feature, rule, [name, keyword, description], line, example_row, tags, steps)| Scenario {
            id,
            feature,
            rule,
            name,
            keyword,
            description,
            line,
            example_row,
            tags,
            steps,
        },
    )
}

fn feature() -> impl Strategy<Value = Feature> {
    ("[a-c]", [text(), text(), text()], 0..9_u64, vec(text(), 0..2)).prop_map(
        |(uri, [name, keyword, description], line, tags)| Feature { uri, name, keyword, line, description, tags },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let doc_string = (option::of(text()), text()).prop_map(|(media_type, content)| DocString { media_type, content });
    let table = vec(vec(text(), 0..3), 0..3);
    (text(), text(), 0..100_u64, option::of(doc_string), option::of(table), any::<bool>()).prop_map(
        |(keyword, text, line, doc_string, table, background)| Step {
            keyword,
            text,
            line,
            doc_string,
            table,
            background,
        },
    )
}

fn step_finished() -> impl Strategy<Value = LedgerEvent> {
    let status = prop_oneof![
        Just(StepStatus::Passed),
        Just(StepStatus::Failed),
        Just(StepStatus::Skipped),
        Just(StepStatus::Undefined),
        Just(StepStatus::Ambiguous),
        Just(StepStatus::Pending),
    ];
    (0..5_u64, 0..5_usize, status, micros(), option::of(text()), vec(text(), 0..2)).prop_map(
        |(scenario_id, index, status, duration_us, message, attachments)| {
            StepFinished { scenario_id, index, status, duration_us, message, attachments }.into()
        },
    )
}

fn scenario_finished() -> impl Strategy<Value = LedgerEvent> {
    let status = prop_oneof![
        Just(ScenarioStatus::Passed),
        Just(ScenarioStatus::Failed),
        Just(ScenarioStatus::Skipped),
        Just(ScenarioStatus::Interrupted),
    ];
    (0..5_u64, status, micros(), option::of(text())).prop_map(|(scenario_id, status, duration_us, message)| {
        ScenarioFinished { scenario_id, status, duration_us, message }.into()
    })
}

fn accepted() -> impl Strategy<Value = LedgerEvent> {
    let texts = [option::of(text()), option::of(text()), option::of(text()), option::of(text())];
    let sizes = [option::of(any::<u64>()), option::of(any::<u64>())];
    (0..20_u64, option::of(any::<u64>()), topic(), cluster(), texts, sizes).prop_map(
        |(id, scenario_id, topic, cluster, texts, [key_bytes, value_bytes])| {
            let [correlation_id, event_type, key_sha256, value_sha256] = texts;
            Accepted {
                id,
                scenario_id,
                topic,
                cluster,
                correlation_id,
                event_type,
                key_bytes,
                value_bytes,
                key_sha256,
                value_sha256,
            }
            .into()
        },
    )
}

fn acknowledged() -> impl Strategy<Value = LedgerEvent> {
    (0..20_u64, topic(), cluster(), any::<i32>(), any::<i64>(), option::of(any::<i64>()), micros()).prop_map(
        |(id, topic, cluster, partition, offset, timestamp_ms, latency_us)| {
            Acknowledged { id, topic, cluster, partition, offset, timestamp_ms, latency_us }.into()
        },
    )
}

fn nacked() -> impl Strategy<Value = LedgerEvent> {
    let written = prop_oneof![Just(Written::No), Just(Written::Possibly)];
    (0..20_u64, topic(), cluster(), text(), written, any::<bool>(), text(), micros()).prop_map(
        |(id, topic, cluster, nack, written, retry, reason, latency_us)| {
            Nacked { id, topic, cluster, nack, written, retry, reason, latency_us }.into()
        },
    )
}

fn late() -> impl Strategy<Value = LedgerEvent> {
    (0..20_u64, topic(), cluster(), option::of(any::<i32>()), option::of(any::<i64>()), option::of(text())).prop_map(
        |(id, topic, cluster, partition, offset, error)| Late { id, topic, cluster, partition, offset, error }.into(),
    )
}

fn received() -> impl Strategy<Value = LedgerEvent> {
    let place = (topic(), cluster(), any::<i32>(), any::<i64>(), option::of(any::<i64>()));
    let texts = [option::of(text()), option::of(text()), option::of(text())];
    let sizes = [option::of(any::<u64>()), option::of(any::<u64>())];
    (place, texts, sizes, option::of(micros())).prop_map(|(place, texts, [key_bytes, value_bytes], end_to_end_us)| {
        let (topic, cluster, partition, offset, timestamp_ms) = place;
        let [correlation_id, event_type, value_sha256] = texts;
        Received {
            topic,
            cluster,
            partition,
            offset,
            timestamp_ms,
            correlation_id,
            event_type,
            key_bytes,
            value_bytes,
            value_sha256,
            end_to_end_us,
        }
        .into()
    })
}

fn consumed_in_passing() -> impl Strategy<Value = LedgerEvent> {
    (0..3, topic(), cluster(), any::<i32>(), any::<i64>(), text(), option::of(text())).prop_map(
        |(kind, topic, cluster, partition, offset, reason, correlation_id)| match kind {
            0 => Skipped { topic, cluster, partition, offset, reason }.into(),
            1 => Filtered { topic, cluster, partition, offset, reason }.into(),
            _ => Evicted { topic, cluster, partition, offset, correlation_id }.into(),
        },
    )
}

fn client() -> impl Strategy<Value = ClientKind> {
    prop_oneof![Just(ClientKind::Producer), Just(ClientKind::Consumer)]
}

fn outcome() -> impl Strategy<Value = RunOutcome> {
    prop_oneof![
        Just(RunOutcome::Completed),
        Just(RunOutcome::Interrupted),
        Just(RunOutcome::TimedOut),
        Just(RunOutcome::WorldFailed),
    ]
}
