//! From text to directive: which section holds which fields.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroUsize;

use super::TestDirective;
use super::clusters::read_clusters;
use super::fields::{Fields, Findings, items_of, text_of};
use super::rules;
use crate::yaml::{Node, NodeValue};
use crate::{
    BootstrapServers, ClusterName, EventFilter, Format, InvalidBootstrapServers, InvalidDirective, JsonPath, KeyFormat,
    Problem, ProblemKind, Redaction, Role, StartFrom, TestSettings, TopicDirective, TopicName, parse_duration,
};

/// An entry of `topics`, as far as it can be read: what is wrong in one place does not keep the others from being checked.
pub(super) struct Entry {
    /// The line on which it starts.
    pub(super) line: usize,
    pub(super) index: usize,
    pub(super) topic: Option<TopicName>,
    pub(super) role: Option<Role>,
    /// What its field `cluster` says.
    pub(super) named_cluster: Option<ClusterName>,
    /// The text of its own servers, right or wrong.
    pub(super) servers: Option<String>,
    /// Where the topic lives, where that is known.
    pub(super) cluster: Option<ClusterName>,
    /// The whole of it, where nothing is wrong with it.
    pub(super) directive: Option<TopicDirective>,
}

pub(super) fn read(file: &str, text: &str) -> Result<TestDirective, InvalidDirective> {
    let mut findings = Findings::default();
    let directive = match Node::parse(text) {
        Ok(root) => read_root(&root, &mut findings),
        Err(error) => {
            findings.problem(error.line, "", None, format!("not YAML: {}", error.reason));
            TestDirective::default()
        }
    };
    if findings.problems.is_empty() {
        return Ok(TestDirective { warnings: findings.warnings, ..directive });
    }
    findings.problems.sort_by_key(|problem| problem.line);
    Err(InvalidDirective { file: file.to_owned(), problems: findings.problems })
}

fn read_root(root: &Node, findings: &mut Findings) -> TestDirective {
    let Some(mut fields) = Fields::open("", root, findings) else { return TestDirective::default() };
    let clusters = fields.take("clusters").map(|node| read_clusters(node, findings)).unwrap_or_default();
    let test = fields.take("test").and_then(|node| read_test(node, findings)).unwrap_or_default();
    let redaction = fields.take("redact").map(|node| read_redaction(node, findings)).unwrap_or_default();
    let entries = match fields.take("topics") {
        Some(node) => read_topics(node, findings),
        None => {
            let rule = "required field `topics` is missing; write `topics: []` for a test without topics";
            findings.problem(fields.line(), "topics", None, rule);
            Vec::new()
        }
    };
    fields.close(findings);
    rules::check_uniqueness(&entries, findings);
    rules::check_clusters(&entries, &clusters.names, findings);
    rules::warn_of_shared_topics(&entries, test.start_from, findings);
    TestDirective {
        topics: entries.into_iter().filter_map(|entry| entry.directive).collect(),
        test,
        clusters: clusters.described,
        redaction,
        warnings: Vec::new(),
    }
}

fn read_topics(node: &Node, findings: &mut Findings) -> Vec<Entry> {
    let items = items_of("topics", node, findings).iter().enumerate();
    items.filter_map(|(index, item)| read_topic(index, item, findings)).collect()
}

fn read_topic(index: usize, node: &Node, findings: &mut Findings) -> Option<Entry> {
    let mut fields = Fields::open(&format!("topics[{index}]"), node, findings)?;
    let topic = fields.required("topic", findings, TopicName::new);
    let role = fields.required("role", findings, str::parse::<Role>);
    let client_principal = fields.required("clientPrincipal", findings, as_is);
    let event_filters = read_filters(&mut fields, findings);
    let metadata = read_metadata(&mut fields, findings);
    let (servers, bootstrap_servers) = read_servers(&mut fields, findings);
    let has_cluster = fields.has("cluster");
    let named_cluster = fields.optional("cluster", findings, |name| Ok::<_, Infallible>(ClusterName::new(name.trim())));
    let format = fields.optional_parsed::<Format>("format", findings);
    let key_rule = |text: &str| {
        text.parse::<KeyFormat>().map_err(|()| "a key is `cloudevent`, `string`, `json` or `bytes`".to_owned())
    };
    let key = fields.optional("key", findings, key_rule).unwrap_or_default();
    let subject = fields.optional("subject", findings, as_is);
    let subject = subject.filter(|subject| !subject.trim().is_empty());
    let id_rule = |text: &str| {
        text.trim().parse::<u32>().map_err(|_| "it must be the number that the registry gave a schema, such as 42")
    };
    let schema_id = fields.optional("schema-id", findings, id_rule);
    let filters_path = fields.path_of("eventFilters");
    let metadata_path = fields.path_of("metadata.serdes-type");
    fields.close(findings);

    if key != KeyFormat::CloudEvent && !event_filters.is_empty() {
        let rule = format!("filters compare the type and version of CloudEvent keys, but this topic's keys are {key}");
        findings.problem(node.line, &filters_path, None, rule);
    }
    let format = format.or_else(|| {
        let word = metadata.get("serdes-type")?;
        let problem =
            |error: crate::UnknownFormat| findings.problem(node.line, &metadata_path, Some(word), error.to_string());
        word.parse().map_err(problem).ok()
    });
    let cluster = match (&named_cluster, &bootstrap_servers) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(servers)) => Some(ClusterName::of_servers(servers)),
        // Something is there that cannot be read.
        (None, None) if has_cluster || servers.is_some() => None,
        (None, None) => Some(ClusterName::default()),
    };
    let directive = topic.clone().zip(role).zip(client_principal).zip(cluster.clone());
    let directive = directive.map(|(((topic, role), client_principal), cluster)| TopicDirective {
        topic_on_cluster: topic.clone(),
        topic,
        role,
        client_principal,
        event_filters,
        metadata,
        bootstrap_servers,
        cluster,
        format,
        key,
        subject,
        schema_id,
    });
    Some(Entry { line: node.line, index, topic, role, named_cluster, servers, cluster, directive })
}

/// Any text is fine.
fn as_is(text: &str) -> Result<String, Infallible> {
    Ok(text.to_owned())
}

/// The topic's own servers as they are written, and what they are.
fn read_servers(fields: &mut Fields<'_>, findings: &mut Findings) -> (Option<String>, Option<BootstrapServers>) {
    let path = fields.path_of("bootstrapServers");
    let Some(node) = fields.take("bootstrapServers") else { return (None, None) };
    let Some(text) = text_of(&path, node, findings) else { return (Some(node.describe()), None) };
    let problem = |error: InvalidBootstrapServers| {
        findings.problem_of_kind(ProblemKind::BootstrapServers, node.line, &path, Some(text), error.to_string());
    };
    (Some(text.to_owned()), text.parse().map_err(problem).ok())
}

fn read_filters(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<EventFilter> {
    let path = fields.path_of("eventFilters");
    let Some(node) = fields.take("eventFilters") else { return Vec::new() };
    let mut filters = Vec::new();
    for (index, item) in items_of(&path, node, findings).iter().enumerate() {
        filters.extend(read_filter(&format!("{path}[{index}]"), item, findings));
    }
    filters
}

/// The words that stand in the wrong place when an entry is written the wrong way round.
const FILTER_FIELD_WORDS: [&str; 4] = ["eventtype", "payloadversion", "type", "version"];

fn read_filter(path: &str, node: &Node, findings: &mut Findings) -> Option<EventFilter> {
    let shape =
        "an entry is `{ key: OrderCreated, value: v1 }`: the key is the event's type, the value its payload version";
    let NodeValue::Map(members) = &node.value else {
        findings.problem(node.line, path, Some(&node.describe()), shape);
        return None;
    };
    let member = |name: &str| {
        members.iter().find(|(key, _)| key.name == name).and_then(|(_, value)| value.as_text()).map(str::trim)
    };
    let known = members.iter().all(|(key, _)| key.name == "key" || key.name == "value");
    match (member("key"), member("value")) {
        (Some(event_type), Some(payload_version)) if known && !event_type.is_empty() && !payload_version.is_empty() => {
            let word = event_type.to_ascii_lowercase().replace(['-', '_'], "");
            if FILTER_FIELD_WORDS.contains(&word.as_str()) {
                findings.problem(node.line, path, Some(&format!("key: {event_type}, value: {payload_version}")), shape);
                return None;
            }
            Some(EventFilter { event_type: event_type.to_owned(), payload_version: payload_version.to_owned() })
        }
        _ => {
            let found: Vec<String> =
                members.iter().map(|(key, value)| format!("{}: {}", key.name, value.describe())).collect();
            findings.problem(node.line, path, Some(&found.join(", ")), shape);
            None
        }
    }
}

fn read_metadata(fields: &mut Fields<'_>, findings: &mut Findings) -> BTreeMap<String, String> {
    let path = fields.path_of("metadata");
    let mut metadata = BTreeMap::new();
    let Some(node) = fields.take("metadata") else { return metadata };
    let NodeValue::Map(members) = &node.value else {
        findings.problem(node.line, &path, Some(&node.describe()), "a mapping of names to texts is expected here");
        return metadata;
    };
    for (key, value) in members {
        if let Some(text) = text_of(&format!("{path}.{}", key.name), value, findings) {
            metadata.insert(key.name.clone(), text.to_owned());
        }
    }
    metadata
}

fn read_test(node: &Node, findings: &mut Findings) -> Option<TestSettings> {
    let mut fields = Fields::open("test", node, findings)?;
    let defaults = TestSettings::default();
    let not_blank = |text: &str| {
        if text.trim().is_empty() { Err("this cannot be blank") } else { Ok(text.trim().to_owned()) }
    };
    let settings = TestSettings {
        test_type: fields.optional("type", findings, not_blank).unwrap_or(defaults.test_type),
        tags: fields.optional("tags", findings, not_blank),
        parallel_scenarios: fields.optional("parallel-scenarios", findings, |text| {
            text.trim().parse::<NonZeroUsize>().map_err(|_| "a whole number of 1 or more is expected here")
        }),
        timeout: fields.optional("timeout", findings, |text| match parse_duration(text) {
            Ok(duration) if duration.is_zero() => Err("a time-out must be longer than nothing".to_owned()),
            Ok(duration) => Ok(duration),
            Err(error) => Err(error.to_string()),
        }),
        start_from: fields.optional_parsed::<StartFrom>("start-from", findings).unwrap_or(defaults.start_from),
    };
    fields.close(findings);
    Some(settings)
}

fn read_redaction(node: &Node, findings: &mut Findings) -> Redaction {
    let mut paths = Vec::new();
    for (index, item) in items_of("redact", node, findings).iter().enumerate() {
        let field = format!("redact[{index}]");
        let Some(text) = text_of(&field, item, findings) else { continue };
        match JsonPath::parse(text) {
            Ok(path) if path.counts() => {
                let rule = "a length stands at no place, so nothing would be hidden; leave `.length()` out";
                findings.problem(item.line, &field, Some(text), rule);
            }
            Ok(path) => paths.push(path),
            Err(error) => findings.problems.push(Problem {
                kind: ProblemKind::Format,
                line: Some(item.line),
                field,
                value: None,
                rule: error.to_string(),
            }),
        }
    }
    Redaction::of(paths)
}
