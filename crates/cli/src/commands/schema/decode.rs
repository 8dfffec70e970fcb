use test_probe::{DecodedPart, ExitStatus, Framed, SchemaCatalog, TopicName, explain};

use super::{Outcome, Refusal, tool};
use crate::args::RegistryArguments;
use crate::terminal::Terminal;

/// Decodes bytes given on the command line.
pub(super) async fn bytes(
    hex: &str,
    header: Option<&str>,
    registry: &RegistryArguments,
    terminal: &Terminal,
) -> Outcome {
    let (bytes, header) = (from_hex(hex)?, header.map(from_hex).transpose()?);
    let tool = tool(registry, SchemaCatalog::default())?;
    let part = tool.decode(Framed::new(&bytes).with_schema_header(header.as_deref())).await;
    print("", &part, terminal);
    Ok(status_of(&part))
}

/// Decodes a record of a topic.
pub(super) async fn record(
    topic: &str,
    partition: i32,
    offset: i64,
    registry: &RegistryArguments,
    terminal: &Terminal,
) -> Outcome {
    let topic = TopicName::new(topic).map_err(|error| Refusal::bad_input(format!("--topic {topic}: {error}")))?;
    let tool = tool(registry, SchemaCatalog::default())?;
    let decoded = tool.decode_record(&topic, partition, offset).await?;
    let record = &decoded.record;
    let time = record.timestamp.map(|time| format!(", {time}")).unwrap_or_default();
    terminal.result(format_args!("{}, partition {}, offset {}{time}", record.topic, record.partition, record.offset));
    for (name, value) in record.headers.iter() {
        terminal.result(format_args!("header {name}: {}", readable(value)));
    }
    match &decoded.key {
        Some(key) => print("key: ", key, terminal),
        None => terminal.result("key: none"),
    }
    match &decoded.value {
        Some(value) => print("value: ", value, terminal),
        None => terminal.result("value: none, it is a tombstone"),
    }
    let parts = [&decoded.key, &decoded.value].into_iter().flatten();
    Ok(parts.map(status_of).fold(ExitStatus::Passed, ExitStatus::and))
}

fn print(label: &str, part: &DecodedPart, terminal: &Terminal) {
    match part {
        DecodedPart::Framed { schema, records, format, value } => {
            let record = records.first().map(|record| format!("{record}, ")).unwrap_or_default();
            terminal.result(format_args!("{label}{record}{format}, schema {schema}"));
            let laid_out = serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string());
            terminal.result(laid_out);
        }
        DecodedPart::Text { text, .. } => terminal.result(format_args!("{label}text without a schema: {text}")),
        DecodedPart::Unreadable { schema, reason } => {
            let schema = schema.map(|schema| format!("schema {schema}: ")).unwrap_or_default();
            terminal.result(format_args!("{label}cannot be decoded: {schema}{}", explain(reason)));
        }
        _ => terminal.result(format_args!("{label}something that this version cannot show")),
    }
}

fn status_of(part: &DecodedPart) -> ExitStatus {
    match part {
        DecodedPart::Unreadable { reason, .. } if reason.helps_to_ask_again() => ExitStatus::WorldFailed,
        DecodedPart::Unreadable { .. } => ExitStatus::BadInput,
        _ => ExitStatus::Passed,
    }
}

/// Text as it is, other bytes in hex.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => format!("0x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}

fn from_hex(text: &str) -> Result<Vec<u8>, Refusal> {
    let digits: Vec<char> = text.trim_start_matches("0x").chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(wrong) = digits.iter().find(|digit| !digit.is_ascii_hexdigit()) {
        return Err(Refusal::bad_input(format!("`{wrong}` is no hex digit; write the bytes as 0000000001…")));
    }
    if !digits.len().is_multiple_of(2) {
        return Err(Refusal::bad_input(format!("{} hex digits are no whole bytes; a digit is missing", digits.len())));
    }
    let nibble = |digit: char| digit.to_digit(16).and_then(|nibble| u8::try_from(nibble).ok()).unwrap_or_default();
    Ok(digits.chunks(2).map(|pair| (nibble(pair[0]) << 4) | nibble(pair[1])).collect())
}
