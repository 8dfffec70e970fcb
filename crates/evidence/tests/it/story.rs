//! Tells a run, entry by entry, on a clock of its own.

use test_probe_directives::{ClusterName, Role, TestId, Timestamp, TopicName};
use test_probe_evidence::{
    Accepted, Acknowledged, ClientKind, Connections, DocString, Feature, LedgerEntry, LedgerEvent, Nacked, Received,
    RunFinished, RunOutcome, RunRecord, RunStarted, Scenario, ScenarioFinished, ScenarioStarted, ScenarioStatus, Step,
    StepFinished, StepStatus, TopicInUse, Warning, World, Written,
};

/// 31 January 2026, 8 o'clock.
const START_MICROS: i64 = 1_769_846_400_000_000;

pub(crate) struct Story {
    pub(crate) entries: Vec<LedgerEntry>,
    now: i64,
    events: u64,
    scenarios: u64,
    running: Option<(Scenario, i64)>,
}

pub(crate) fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

pub(crate) fn cluster() -> ClusterName {
    ClusterName::default()
}

pub(crate) fn test_id() -> TestId {
    TestId::from_bytes([0x3f; 16])
}

pub(crate) fn feature(name: &str) -> Feature {
    Feature {
        uri: format!("features/{}.feature", name.to_lowercase().replace(' ', "-")),
        name: name.to_owned(),
        keyword: "Feature".to_owned(),
        line: 2,
        description: String::new(),
        tags: vec![],
    }
}

pub(crate) fn step(keyword: &str, text: &str) -> Step {
    Step {
        keyword: keyword.to_owned(),
        text: text.to_owned(),
        line: 0,
        doc_string: None,
        table: None,
        background: false,
    }
}

pub(crate) fn with_json(mut step: Step, json: &str) -> Step {
    step.doc_string = Some(DocString { media_type: Some("json".to_owned()), content: json.to_owned() });
    step
}

pub(crate) fn with_table(mut step: Step, rows: &[&[&str]]) -> Step {
    step.table = Some(rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect());
    step
}

pub(crate) fn in_background(mut step: Step) -> Step {
    step.background = true;
    step
}

impl Story {
    /// A run that has not begun.
    pub(crate) fn untold() -> Self {
        Self { entries: vec![], now: START_MICROS, events: 0, scenarios: 0, running: None }
    }

    /// A run that begins with these topics, each produced to and consumed from.
    pub(crate) fn of(test: &str, topics: &[&str]) -> Self {
        let mut story = Self::untold();
        let in_use = |role| {
            topics.iter().map(move |name| TopicInUse {
                topic: topic(name),
                cluster: cluster(),
                role,
                topic_on_cluster: topic(&format!("{name}-3f3f3f3f")),
            })
        };
        story.tell(RunStarted {
            test_id: test_id(),
            test: test.to_owned(),
            test_type: "functional".to_owned(),
            world: World::Embedded,
            bootstrap_servers: "127.0.0.1:39092".to_owned(),
            probe_version: "0.1.0".to_owned(),
            topics: in_use(Role::Producer).chain(in_use(Role::Consumer)).collect(),
        });
        story
    }

    pub(crate) fn tell(&mut self, event: impl Into<LedgerEvent>) {
        self.entries.push(LedgerEntry::new(Timestamp::from_micros(self.now), event));
    }

    /// The number of the scenario that began last.
    pub(crate) fn last_scenario(&self) -> u64 {
        self.scenarios
    }

    pub(crate) fn pass(&mut self, micros: i64) {
        self.now += micros;
    }

    /// Begins a scenario; its steps get the lines below its own.
    pub(crate) fn scenario(&mut self, feature: &Feature, name: &str, line: u64, steps: &[Step]) -> u64 {
        self.scenario_with(feature, name, line, steps, |_| ())
    }

    pub(crate) fn scenario_with(
        &mut self,
        feature: &Feature,
        name: &str,
        line: u64,
        steps: &[Step],
        change: impl FnOnce(&mut Scenario),
    ) -> u64 {
        self.scenarios += 1;
        let numbered =
            steps.iter().enumerate().map(|(index, step)| Step { line: line + 1 + index as u64, ..step.clone() });
        let mut scenario = Scenario {
            id: self.scenarios,
            feature: feature.clone(),
            rule: None,
            name: name.to_owned(),
            keyword: "Scenario".to_owned(),
            description: String::new(),
            line,
            example_row: None,
            tags: vec![],
            steps: numbered.collect(),
        };
        change(&mut scenario);
        self.running = Some((scenario.clone(), self.now));
        self.tell(ScenarioStarted { scenario });
        self.scenarios
    }

    pub(crate) fn step(&mut self, index: usize, status: StepStatus, micros: u64) {
        self.step_saying(index, status, micros, None, &[]);
    }

    pub(crate) fn step_saying(
        &mut self,
        index: usize,
        status: StepStatus,
        micros: u64,
        message: Option<&str>,
        printed: &[&str],
    ) {
        self.pass(micros as i64);
        self.tell(StepFinished {
            scenario_id: self.scenarios,
            index,
            status,
            duration_us: micros,
            message: message.map(str::to_owned),
            attachments: printed.iter().map(|text| (*text).to_owned()).collect(),
        });
    }

    pub(crate) fn all_steps_pass(&mut self) {
        let steps = self.running.as_ref().map_or(0, |(scenario, _)| scenario.steps.len());
        for index in 0..steps {
            self.step(index, StepStatus::Passed, 1_000 + 350 * index as u64);
        }
        self.end_scenario(ScenarioStatus::Passed, None);
    }

    pub(crate) fn end_scenario(&mut self, status: ScenarioStatus, message: Option<&str>) {
        let started = self.running.take().map_or(self.now, |(_, started)| started);
        self.tell(ScenarioFinished {
            scenario_id: self.scenarios,
            status,
            duration_us: (self.now - started) as u64,
            message: message.map(str::to_owned),
        });
    }

    pub(crate) fn accept(&mut self, name: &str) -> u64 {
        self.events += 1;
        self.tell(Accepted {
            id: self.events,
            scenario_id: Some(self.scenarios).filter(|id| *id > 0),
            topic: topic(name),
            cluster: cluster(),
            correlation_id: Some(format!("00000000-0000-4000-8000-{:012}", self.events)),
            event_type: Some("OrderCreated".to_owned()),
            key_bytes: Some(100),
            value_bytes: Some(110),
            key_sha256: None,
            value_sha256: None,
        });
        self.events
    }

    pub(crate) fn acknowledge(&mut self, name: &str, id: u64, latency_us: u64) {
        self.tell(Acknowledged {
            id,
            topic: topic(name),
            cluster: cluster(),
            partition: (id % 3) as i32,
            offset: (id / 3) as i64,
            timestamp_ms: Some(self.now / 1000),
            latency_us,
        });
    }

    /// Accepts an event and acknowledges it so much later.
    pub(crate) fn produce(&mut self, name: &str, latency_us: u64) -> u64 {
        let id = self.accept(name);
        self.pass(latency_us as i64);
        self.acknowledge(name, id, latency_us);
        id
    }

    /// Nacks an event that the broker may hold.
    pub(crate) fn nack(&mut self, name: &str, id: u64, nack: &str, reason: &str) {
        self.nack_written(name, id, nack, reason, Written::Possibly);
    }

    /// Nacks an event that the broker does not hold.
    pub(crate) fn refuse(&mut self, name: &str, id: u64, nack: &str, reason: &str) {
        self.nack_written(name, id, nack, reason, Written::No);
    }

    fn nack_written(&mut self, name: &str, id: u64, nack: &str, reason: &str, written: Written) {
        self.tell(Nacked {
            id,
            topic: topic(name),
            cluster: cluster(),
            nack: nack.to_owned(),
            written,
            retry: true,
            reason: reason.to_owned(),
            latency_us: 30_000,
        });
    }

    pub(crate) fn receive(&mut self, name: &str, id: u64, end_to_end_us: Option<u64>) {
        self.tell(Received {
            topic: topic(name),
            cluster: cluster(),
            partition: (id % 3) as i32,
            offset: (id / 3) as i64,
            timestamp_ms: Some(self.now / 1000),
            correlation_id: Some(format!("00000000-0000-4000-8000-{id:012}")),
            event_type: Some("OrderCreated".to_owned()),
            key_bytes: Some(100),
            value_bytes: Some(110),
            value_sha256: None,
            end_to_end_us,
        });
    }

    pub(crate) fn connect(&mut self, client: ClientKind, client_id: &str, total: u64) {
        self.tell(Connections { client, client_id: client_id.to_owned(), total });
    }

    pub(crate) fn warn(&mut self, text: &str) {
        self.tell(Warning { text: text.to_owned() });
    }

    pub(crate) fn finish(&mut self, outcome: RunOutcome, reason: Option<&str>, exit_status: i32) {
        self.tell(RunFinished { outcome, reason: reason.map(str::to_owned), exit_status });
    }

    pub(crate) fn record(&self) -> RunRecord {
        fold(&self.entries)
    }
}

pub(crate) fn fold(entries: &[LedgerEntry]) -> RunRecord {
    let mut record = RunRecord::default();
    entries.iter().for_each(|entry| record.apply(entry));
    record
}
