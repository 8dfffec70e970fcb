//! Whether a Schema Registry lets us in, and what it keeps for a topic.

use test_probe_directives::{Role, TopicDirective};
use test_probe_encoding::{
    Compatibility, HttpSchemaRegistry, RegisteredSchema, RegistryError, RegistryFailure, SchemaRegistry as _,
    SchemaRegistryAdmin as _, SerdesFactory, ValueTarget, VersionChoice,
};

use super::Verdict;
use crate::explain;

/// Asks for the subjects, which takes the right to read.
pub(super) async fn way_in(registry: &HttpSchemaRegistry) -> Verdict {
    match registry.subjects("").await {
        Ok(subjects) => Verdict::passed(match subjects.len() {
            0 => "lets us in; it has no subjects".to_owned(),
            1 => "lets us in; it has 1 subject".to_owned(),
            count => format!("lets us in; it has {count} subjects"),
        }),
        Err(error) => refused(&error),
    }
}

fn refused(error: &RegistryError) -> Verdict {
    const AUTH: &str = "test-probe.core.schema-registry.auth";
    let fix = match &error.failure {
        RegistryFailure::Denied { status: 401, .. } => format!("set {AUTH}, or correct what it says"),
        RegistryFailure::Denied { .. } => {
            format!("the registry knows us and refuses; have the principal of {AUTH} given the right to read subjects")
        }
        RegistryFailure::NoToken(_) => format!("see what is said about the token of {AUTH}"),
        RegistryFailure::NotOffered { .. } | RegistryFailure::Unreadable { .. } => {
            "give the address of the registry's Confluent API with its path, such as http://host:8081 or, for Apicurio, \
             http://host:8080/apis/ccompat/v7"
                .to_owned()
        }
        RegistryFailure::Redirected { .. } => "give the address that it sends the question to".to_owned(),
        RegistryFailure::TooManyRequests | RegistryFailure::LeaveAlone { .. } => {
            "wait, or lower test-probe.core.schema-registry.max-requests-per-second".to_owned()
        }
        _ => "check whether the registry runs, and what its log says".to_owned(),
    };
    Verdict::failed(explain(error), fix)
}

/// What the registry keeps for a topic: each subject with its latest version, and whether the test's own schema of that
/// subject could follow it.
pub(super) async fn subjects(
    registry: &HttpSchemaRegistry,
    serdes: &SerdesFactory,
    directive: &TopicDirective,
    auto_register: bool,
) -> Vec<(String, Verdict)> {
    let topic = directive.topic_on_cluster.as_str();
    let names = match &directive.subject {
        Some(subject) => vec![subject.clone()],
        None => match registry.subjects(&format!("{topic}-")).await {
            Ok(names) => names,
            Err(error) => return vec![(format!("{topic}-*"), refused(&error))],
        },
    };
    if names.is_empty() {
        return vec![(format!("{topic}-*"), nothing_there(directive, serdes, auto_register))];
    }
    let mut found = Vec::new();
    for name in names {
        let verdict = match registry.latest(&name).await {
            Ok(latest) => beside_ours(registry, serdes, directive, &latest).await,
            Err(error) if error.failure.is_absence() => {
                let fix = "correct the directive's subject, or register a schema with `test-probe schema register`";
                Verdict::failed("the registry has no such subject", fix)
            }
            Err(error) => refused(&error),
        };
        found.push((name, verdict));
    }
    found
}

fn nothing_there(directive: &TopicDirective, serdes: &SerdesFactory, auto_register: bool) -> Verdict {
    let detail = "the registry has no subject that is called after the topic";
    match directive.role {
        Role::Consumer => Verdict::warning(
            detail,
            "records are read by the schema id in them, whatever its subject; if events of this topic are encoded, check \
             whether it is the right registry",
        ),
        Role::Producer if auto_register && serdes.catalog().names().next().is_some() => {
            Verdict::passed(format!("{detail}; the test registers its own (auto-register)"))
        }
        Role::Producer => Verdict::warning(
            detail,
            "register its schemas with `test-probe schema register FILE --topic TOPIC`, or set \
             test-probe.core.schema-registry.auto-register; events without a schema need none",
        ),
    }
}

async fn beside_ours(
    registry: &HttpSchemaRegistry,
    serdes: &SerdesFactory,
    directive: &TopicDirective,
    latest: &RegisteredSchema,
) -> Verdict {
    let detail = format!("version {}, id {}, {}", latest.version, latest.id, latest.schema.format.schema_type());
    for name in serdes.catalog().names() {
        let target = ValueTarget::from(directive).named(name, None);
        let Ok(Some((subject, ours))) = serdes.local_schema(&target).await else { continue };
        if *subject != *latest.subject {
            continue;
        }
        return match registry.is_compatible(&subject, VersionChoice::Latest, &ours, true).await {
            Ok(Compatibility { is_compatible: true, .. }) => {
                Verdict::passed(format!("{detail}; the test's own schema may follow it"))
            }
            Ok(Compatibility { messages, .. }) => Verdict::failed(
                format!("{detail}; the test's own schema may not follow it: {}", listed(&messages)),
                "change the test's schema, or the subject's compatibility level",
            ),
            Err(error) => Verdict::warning(
                format!("{detail}; it is not known whether the test's own schema may follow it: {}", explain(&error)),
                "ask the registry's owner whether it checks compatibility",
            ),
        };
    }
    Verdict::passed(detail)
}

fn listed(reasons: &[String]) -> String {
    if reasons.is_empty() { "the registry does not say why".to_owned() } else { reasons.join("; ") }
}
