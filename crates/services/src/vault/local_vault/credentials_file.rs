use test_probe_directives::yaml::{Node, NodeValue};
use test_probe_directives::{Role, Secret, SecurityProtocol, TopicDirective, TopicName};

use crate::vault::file_problems::{Fields, FileProblem, InvalidVaultFile};

const KEYS: [&str; 6] = ["topic", "role", "clientPrincipal", "clientId", "clientSecret", "securityProtocol"];

/// A file with credentials, read and checked.
#[derive(Clone, Debug)]
pub(super) struct CredentialsFile {
    pub(super) name: String,
    pub(super) plaintext_by_default: bool,
    entries: Vec<Entry>,
}

/// Credentials and whom they are for; what an entry leaves out fits everyone.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    topic: TopicName,
    role: Option<Role>,
    client_principal: Option<String>,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) security_protocol: SecurityProtocol,
}

impl CredentialsFile {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, InvalidVaultFile> {
        let mut problems = Vec::new();
        let file = Self::read(name, text, &mut problems);
        if problems.is_empty() { Ok(file) } else { Err(InvalidVaultFile { file: name.to_owned(), problems }) }
    }

    fn read(name: &str, text: &str, problems: &mut Vec<FileProblem>) -> Self {
        let mut file = Self { name: name.to_owned(), plaintext_by_default: false, entries: Vec::new() };
        let root = match Node::parse(text) {
            Ok(root) => root,
            Err(error) => {
                problems.push(error.into());
                return file;
            }
        };
        let items = match &root.value {
            NodeValue::List(items) => items.as_slice(),
            _ => match Fields::open(&root, "", &["default", "credentials"], problems) {
                Some(fields) => {
                    file.plaintext_by_default = is_plaintext_by_default(&fields, problems);
                    fields.list("credentials", problems)
                }
                None => return file,
            },
        };
        for (index, item) in items.iter().enumerate() {
            let place = format!("credentials[{index}]");
            let Some(entry) = Entry::read(item, &place, problems) else { continue };
            if file.entries.iter().any(|earlier| earlier.is_for_the_same(&entry)) {
                let rule = "an entry above is for the same topic, role and clientPrincipal; leave out one of them";
                problems.push(FileProblem::new(item.line, place, rule));
            }
            file.entries.push(entry);
        }
        file
    }

    /// Of the entries that fit the one that says most about whom it is for; a role says more than a principal.
    pub(super) fn entry(&self, directive: &TopicDirective) -> Option<&Entry> {
        let fitting = self.entries.iter().filter(|entry| entry.fits(directive));
        fitting.max_by_key(|entry| (entry.role.is_some(), entry.client_principal.is_some()))
    }
}

fn is_plaintext_by_default(fields: &Fields<'_>, problems: &mut Vec<FileProblem>) -> bool {
    let Some(text) = fields.text("default", problems) else { return false };
    let plaintext = text.eq_ignore_ascii_case(SecurityProtocol::Plaintext.as_str());
    if !plaintext {
        let rule = "the only default is `plaintext`; leave the line out to refuse topics without an entry";
        problems.push(FileProblem::new(fields.line_of("default"), fields.at("default"), rule));
    }
    plaintext
}

impl Entry {
    fn read(node: &Node, place: &str, problems: &mut Vec<FileProblem>) -> Option<Self> {
        let before = problems.len();
        let fields = Fields::open(node, place, &KEYS, problems)?;
        let topic = fields.required("topic", "orders", problems);
        let topic = topic.and_then(|text| checked(TopicName::new(text), "topic", &fields, problems));
        let role = fields.text("role", problems);
        let role = role.and_then(|text| checked(text.parse::<Role>(), "role", &fields, problems));
        let security_protocol = protocol(&fields, problems);
        let (client_id, client_secret) = match security_protocol {
            SecurityProtocol::Plaintext | SecurityProtocol::Ssl => (None, None),
            SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl => (
                fields.required("clientId", "svc-orders", problems),
                fields.required("clientSecret", "\"…\"", problems),
            ),
        };
        let client_principal = fields.text("clientPrincipal", problems).map(str::to_owned);
        if problems.len() > before {
            return None;
        }
        Some(Self {
            topic: topic?,
            role,
            client_principal,
            client_id: client_id.unwrap_or_default().to_owned(),
            client_secret: Secret::new(client_secret.unwrap_or_default()),
            security_protocol,
        })
    }

    fn fits(&self, directive: &TopicDirective) -> bool {
        self.topic == directive.topic
            && self.role.is_none_or(|role| role == directive.role)
            && self.client_principal.as_ref().is_none_or(|principal| *principal == directive.client_principal)
    }

    fn is_for_the_same(&self, other: &Self) -> bool {
        (&self.topic, self.role, &self.client_principal) == (&other.topic, other.role, &other.client_principal)
    }
}

fn protocol(fields: &Fields<'_>, problems: &mut Vec<FileProblem>) -> SecurityProtocol {
    const KEY: &str = "securityProtocol";
    match fields.text(KEY, problems).map(|text| text.to_ascii_uppercase().replace('-', "_")).as_deref() {
        None | Some("SASL_SSL") => SecurityProtocol::SaslSsl,
        Some("PLAINTEXT") => SecurityProtocol::Plaintext,
        Some(_) => {
            let rule = "a security protocol is SASL_SSL or PLAINTEXT";
            problems.push(FileProblem::new(fields.line_of(KEY), fields.at(KEY), rule));
            SecurityProtocol::SaslSsl
        }
    }
}

fn checked<T, E: ToString>(
    result: Result<T, E>,
    key: &str,
    fields: &Fields<'_>,
    problems: &mut Vec<FileProblem>,
) -> Option<T> {
    result.map_err(|error| problems.push(FileProblem::new(fields.line_of(key), fields.at(key), error.to_string()))).ok()
}
