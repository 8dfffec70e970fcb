//! Secrets and tokens at the most talkative log level: every text that the command leaves is searched for each of them,
//! encoded in every way that something on the road encodes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use test_probe_testkit::TokenRelay;

use super::stack::{OnStack, Shared, shipped_secured_config};
use crate::folder::Folder;
use crate::process::{Ended, start_with};

/// The realm's client for this test; its secret looks different in each encoding.
const CLIENT: &str = "canary-producer";
const SECRET: &str = "c4nary/+s3cr3t &=%";
/// Secrets of which nobody ever takes notice, but which are there.
const PLANTED: [&str; 3] = ["planted+w0rd/1", "planted+w0rd/2", "planted+w0rd/3"];

/// A call of the command: its name, its status, its environment and its arguments.
type Call<'a> = (&'a str, i32, &'a BTreeMap<String, String>, &'a [&'a str]);

/// What must be found nowhere, by the name that a failure tells.
struct Canaries(BTreeMap<String, Vec<u8>>);

impl Canaries {
    fn new() -> Self {
        let mut canaries = Self(BTreeMap::new());
        canaries.plant("the client's secret", SECRET);
        canaries.plant("the client's id and secret", &format!("{CLIENT}:{}", form_encoded(SECRET)));
        for planted in PLANTED {
            canaries.plant(planted, planted);
        }
        canaries
    }

    /// Every form of a secret. Base64 begins anew with each third byte, so the inner part of each of the three is looked
    /// for.
    fn plant(&mut self, name: &str, secret: &str) {
        let mut add = |form: &str, text: String| self.0.insert(format!("{name}, {form}"), text.into_bytes());
        add("as it is", secret.to_owned());
        add("as a form has it", form_encoded(secret));
        add("as a URL has it", form_encoded(secret).replace('+', "%20"));
        add("as JSON has it", secret.replace('/', "\\/"));
        for shift in 0..3 {
            let padded = [&vec![b'x'; shift], secret.as_bytes()].concat();
            let encoded = base64(&padded);
            let inner = encoded[4..encoded.len() - 4].to_owned();
            add(&format!("in base64, {shift} bytes late"), inner.clone());
            add(&format!("in base64 for URLs, {shift} bytes late"), inner.replace('+', "-").replace('/', "_"));
        }
    }

    /// A token: the whole, and its parts, of which the last is worth nothing without the others but is asked for all the
    /// same.
    fn plant_token(&mut self, token: &str) {
        let parts: Vec<&str> = token.split('.').collect();
        let [_, payload, signature] = parts.as_slice() else { panic!("a JWT has three parts") };
        let number = self.0.len();
        for (name, text) in [("payload", payload), ("signature", signature)] {
            self.0.insert(format!("token {number}: {name}"), text.as_bytes().to_vec());
            self.0.insert(format!("token {number}: {name} in base64"), base64(text.as_bytes())[4..40].into());
        }
    }

    /// Where a canary is found in a text.
    fn found_in(&self, place: &str, text: &[u8]) -> Vec<String> {
        let is_in = |canary: &[u8]| text.windows(canary.len()).any(|window| window == canary);
        self.0.iter().filter(|(_, canary)| is_in(canary)).map(|(name, _)| format!("{place}: {name}")).collect()
    }
}

#[test]
fn no_secret_and_no_token_is_found_in_what_a_talkative_run_leaves() {
    let Some(stack) = Shared::find() else { return };
    let relay = TokenRelay::start(&stack.stack().settings()["OAUTH_TOKEN_ENDPOINT"]);
    let folder = Folder::new(&[
        r#"When I produce 40 events from template "order" to topic "orders" at 2 per second"#,
        "Then all events should be acknowledged",
        r#"And I should receive 40 events from topic "orders" within 20 seconds"#,
    ])
    .with("templates/order.json", r#"{"id": "{{index}}"}"#)
    .with("talkative.conf", &talkative());
    let config = folder.path().join("talkative.conf");
    let environment = |settings: &[(&str, &str)]| {
        let mut all = stack.stack().settings().clone();
        all.insert("RUST_LOG".into(), "trace".into());
        all.insert("OAUTH_TOKEN_ENDPOINT".into(), relay.url().into());
        all.insert("OAUTH_CLIENT_ID".into(), CLIENT.into());
        all.insert("OAUTH_CLIENT_SECRET".into(), SECRET.into());
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        all
    };
    let (dir, config) = (folder.path().to_str().unwrap(), config.to_str().unwrap());
    let all_is_well = environment(&[]);
    let wrong_secret = environment(&[("OAUTH_CLIENT_SECRET", PLANTED[0])]);
    let sasl = &stack.stack().settings()["KAFKA_SASL_TLS_BOOTSTRAP_SERVERS"];
    let wrong_password = environment(&[
        ("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS", sasl),
        ("KAFKA_SASL_MECHANISM", "PLAIN"),
        ("KAFKA_SASL_USERNAME", "orders-producer"),
        ("KAFKA_SASL_PASSWORD", PLANTED[1]),
    ]);
    let wrong_jaas = environment(&[(
        "KAFKA_SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"planted+w0rd/3\" x;",
    )]);
    let runs: [Call<'_>; 10] = [
        ("run", 0, &all_is_well, &["run", dir, "--config", config]),
        ("doctor", 0, &all_is_well, &["doctor", dir, "--config", config]),
        ("doctor --json", 0, &all_is_well, &["doctor", dir, "--config", config, "--json"]),
        ("config print", 0, &all_is_well, &["config", "print", "--config", config]),
        ("schema show", 0, &all_is_well, &["schema", "show", "--config", config]),
        ("run, wrong secret", 3, &wrong_secret, &["run", dir, "--config", config, "--evidence", "evidence-2"]),
        ("doctor, wrong secret", 3, &wrong_secret, &["doctor", dir, "--config", config]),
        ("run, wrong password", 3, &wrong_password, &["run", dir, "--config", config, "--evidence", "evidence-3"]),
        ("doctor, wrong password", 3, &wrong_password, &["doctor", dir, "--config", config]),
        ("run, wrong JAAS text", 2, &wrong_jaas, &["run", dir, "--config", config, "--evidence", "evidence-4"]),
    ];
    let mut told = Vec::new();
    for (name, status, settings, arguments) in runs {
        let arguments = arguments.iter().map(|argument| match argument.strip_prefix("evidence-") {
            Some(number) => folder.path().join(format!("evidence-{number}")).display().to_string(),
            None => (*argument).to_owned(),
        });
        let ended = start_with(settings, arguments.collect::<Vec<_>>()).end();
        assert_eq!(ended.status, status, "{name}: {}", end_of(&ended));
        told.push((name.to_owned(), ended.stdout.into_bytes()));
        told.push((format!("{name}, log"), ended.stderr.into_bytes()));
    }
    files(folder.path(), &mut told);
    let mut canaries = Canaries::new();
    let tokens: Vec<String> = relay.answers().iter().filter_map(|answer| token(answer)).collect();
    assert!(tokens.len() > 3, "the run was long enough for renewals: {}", tokens.len());
    tokens.iter().for_each(|token| canaries.plant_token(token));
    let log = &told.iter().find(|(name, _)| name == "run, log").unwrap().1;
    let log = String::from_utf8_lossy(log);
    assert!(log.contains("TRACE") && log.contains("SASL"), "the log is talkative: {}", log.len());
    let found: Vec<String> = told.iter().flat_map(|(place, text)| canaries.found_in(place, text)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_canary_is_found_in_each_of_its_forms() {
    let canaries = Canaries::new();
    for text in [
        SECRET.to_owned(),
        form_encoded(SECRET),
        base64(format!("{CLIENT}:{}", form_encoded(SECRET)).as_bytes()),
        base64(format!("x{SECRET}y").as_bytes()).replace('+', "-").replace('/', "_"),
        format!("a {} b", PLANTED[2]),
    ] {
        assert!(!canaries.found_in("text", format!("before {text} after").as_bytes()).is_empty(), "{text}");
    }
    assert!(canaries.found_in("text", b"nothing of it").is_empty());
}

/// The shipped configuration with all that librdkafka can say, and secrets in every place that has room for one.
fn talkative() -> String {
    format!(
        "include \"{}\"\n\
         test-probe.core.kafka.properties {{ debug = all }}\n\
         test-probe.services.block-storage.azure.storage-account-key = \"{}\"\n\
         test-probe.services.vault.azure.function-key = \"{}\"\n",
        shipped_secured_config().display(),
        PLANTED[0],
        PLANTED[1],
    )
}

/// The token in an answer of the endpoint.
fn token(answer: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(answer);
    let body: Value = serde_json::from_str(&text[text.find('{')?..=text.rfind('}')?]).ok()?;
    body["access_token"].as_str().map(str::to_owned)
}

/// Every file below a folder that a run has written.
fn files(folder: &Path, told: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, told);
        } else if path.extension().is_none_or(|extension| extension != "conf") {
            told.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

fn end_of(ended: &Ended) -> String {
    let lines: Vec<&str> = ended.stderr.lines().rev().filter(|line| !line.contains("TRACE")).take(30).collect();
    format!("{}\n{}", ended.stdout, lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// As `application/x-www-form-urlencoded` has it.
fn form_encoded(text: &str) -> String {
    let each = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let each = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let digit = |place: usize| char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]);
        (0..4).map(|place| if place <= chunk.len() { digit(place) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(each).collect()
}
