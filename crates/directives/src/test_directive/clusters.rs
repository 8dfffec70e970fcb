//! The section `clusters`: clusters beside the one of the configuration, and how they are reached.

use std::path::{Component, Path, PathBuf};

use super::fields::{Fields, Findings, text_of};
use crate::yaml::{Node, NodeValue};
use crate::{BootstrapServers, ClusterDirective, ClusterName, SaslMechanism, SecurityProtocol, nearest, registry_url};

/// The clusters that a file describes.
#[derive(Default)]
pub(super) struct Clusters {
    pub(super) described: Vec<ClusterDirective>,
    /// Their names, those included that are described wrongly.
    pub(super) names: Vec<String>,
}

pub(super) fn read_clusters(node: &Node, findings: &mut Findings) -> Clusters {
    let mut clusters = Clusters::default();
    let NodeValue::Map(members) = &node.value else {
        findings.problem(node.line, "clusters", Some(&node.describe()), "a mapping of cluster names is expected here");
        return clusters;
    };
    for (key, value) in members {
        let path = format!("clusters.{}", key.name);
        if key.name == ClusterName::DEFAULT {
            findings.problem(key.line, &path, None, "`default` is the configuration's cluster; choose another name");
            continue;
        }
        clusters.names.push(key.name.clone());
        let Some(fields) = Fields::open(&path, value, findings) else { continue };
        clusters.described.extend(read_cluster(&key.name, fields, findings));
    }
    clusters
}

fn read_cluster(name: &str, mut fields: Fields<'_>, findings: &mut Findings) -> Option<ClusterDirective> {
    let servers = fields.required("bootstrap-servers", findings, str::parse::<BootstrapServers>);
    let schema_registry_url = read_registry_url(&mut fields, findings);
    let security_protocol = fields.optional("security-protocol", findings, protocol);
    let sasl_mechanism = fields.optional("sasl-mechanism", findings, mechanism);
    let ca_file = fields.optional("ca-file", findings, file_in_the_folder);
    check_that_each_counts(&fields, security_protocol, sasl_mechanism, ca_file.as_deref(), findings);
    fields.close(findings);
    Some(ClusterDirective {
        name: ClusterName::new(name),
        bootstrap_servers: servers?,
        schema_registry_url,
        security_protocol,
        sasl_mechanism,
        ca_file,
    })
}

fn read_registry_url(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<String> {
    let path = fields.path_of("schema-registry-url");
    let node = fields.take("schema-registry-url")?;
    let text = text_of(&path, node, findings)?.trim();
    if registry_url::is_registry_url(text) {
        return Some(text.to_owned());
    }
    findings.problem(node.line, &path, Some(&registry_url::without_credentials(text)), registry_url::RULE);
    None
}

fn protocol(text: &str) -> Result<SecurityProtocol, String> {
    text.parse().map_err(|_| {
        let names = SecurityProtocol::ALL.map(SecurityProtocol::as_str);
        format!("a security protocol is {}{}", one_of(&names), meant(text, &names))
    })
}

fn mechanism(text: &str) -> Result<SaslMechanism, String> {
    text.parse().map_err(|_| {
        let names = SaslMechanism::ALL.map(SaslMechanism::as_str);
        format!("a SASL mechanism is {}{}", one_of(&names), meant(text, &names))
    })
}

/// The names as a sentence lists them.
fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => quoted.concat(),
    }
}

fn meant(text: &str, names: &[&'static str]) -> String {
    nearest(text.trim(), names.iter().copied()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// A test may come from a bucket and from anybody, so it names files of its own folder only. A `\` divides folders on
/// other machines, and a `:` stands behind a drive.
fn file_in_the_folder(text: &str) -> Result<PathBuf, &'static str> {
    let text = text.trim();
    let path: PathBuf = Path::new(text).components().filter(|part| *part != Component::CurDir).collect();
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    let names_a_file = path.file_name().is_some() && !text.ends_with('/');
    if stays && names_a_file && !text.contains(['\\', ':', '\0']) {
        return Ok(path);
    }
    Err(
        "a file of the test's own folder is expected here, such as certificates/eu-west.pem: neither an absolute path nor \
         one that leads out of the folder",
    )
}

/// What the named protocol has no use for would be left out in silence, and with it the safety that it promises.
fn check_that_each_counts(
    fields: &Fields<'_>,
    protocol: Option<SecurityProtocol>,
    mechanism: Option<SaslMechanism>,
    ca_file: Option<&Path>,
    findings: &mut Findings,
) {
    let Some(protocol) = protocol else { return };
    if let Some(mechanism) = mechanism.filter(|_| !protocol.has_sasl()) {
        let rule = format!(
            "`security-protocol: {protocol}` has no SASL; write SASL_SSL or SASL_PLAINTEXT there, or leave `sasl-mechanism` out"
        );
        findings.problem(fields.line(), &fields.path_of("sasl-mechanism"), Some(mechanism.as_str()), rule);
    }
    if let Some(file) = ca_file.filter(|_| !protocol.has_tls()) {
        let rule =
            format!("`security-protocol: {protocol}` has no TLS; write SASL_SSL or SSL there, or leave `ca-file` out");
        findings.problem(fields.line(), &fields.path_of("ca-file"), Some(&file.display().to_string()), rule);
    }
}
