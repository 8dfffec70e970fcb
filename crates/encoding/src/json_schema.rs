mod compile;
mod documents;
mod explain;
mod invalid;
mod metered;
mod nesting;
mod one_line;
mod references;
mod size;
mod subschemas;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::compile::{Compiled, Rules};
use self::metered::run;
use self::size::size_of;
use crate::RecordName;
use crate::codec::{BoxError, Codec, Dependency, Part};
use crate::json::{JsonMismatch, MalformedPayload};

/// The validators of one JSON Schema, compiled once.
///
/// The record is the schema's `title`, as the Scala system and Confluent's clients have it. Where several event types
/// share a topic, a `oneOf` or `anyOf` stands at the top of the schema, and each branch with a title, its own or that of
/// what it refers to, is a part.
///
/// What is written is checked before, as the schema's draft wants it: 4, 6, 7, 2019-09 or 2020-12, and draft 7 where
/// `$schema` is missing or names no draft, as Confluent's clients have it. `format` is checked in drafts 4, 6 and 7, and
/// says nothing in the later ones unless their meta-schema makes it a rule, which none of the published ones does. A
/// `pattern` without look-around and back-references takes time that grows with the text alone; one with them may go
/// back 100 000 times, and a text that it has not decided by then does not fit. The whole check has a limit of steps.
///
/// What is read is not checked, since other clients do not check it either by default; [`validate`](Self::validate) does
/// it where it is wanted.
pub(crate) struct JsonSchemaCodec {
    compiled: Compiled,
    is_checked: bool,
}

/// The documents besides itself that a JSON Schema's text names by `$ref`, in its order, each once; those of the drafts
/// are left out. Fragments are cut off, and relative references stay as they are written.
///
/// # Errors
/// The text is no JSON.
pub(crate) fn references(text: &str) -> Result<Vec<String>, BoxError> {
    Ok(references::of_text(text)?)
}

impl JsonSchemaCodec {
    /// Builds the codec of a schema's text. Nothing is fetched: a `$ref` names the schema itself, a draft, or one of the
    /// `dependencies`, by its name or its `$id`, absolutely or relative to the document in which the `$ref` stands.
    ///
    /// # Errors
    /// What is wrong with the schema or one of its dependencies, and where.
    pub(crate) fn parse(text: &str, dependencies: &[Dependency]) -> Result<Self, BoxError> {
        Ok(Self { compiled: Compiled::new(text, dependencies)?, is_checked: true })
    }

    /// Writes without checking, as Confluent's clients do by default.
    #[must_use]
    pub(crate) fn without_validation(self) -> Self {
        Self { is_checked: false, ..self }
    }

    /// Checks a payload against the schema.
    ///
    /// # Errors
    /// The first place in the document where it breaks a rule.
    pub(crate) fn validate(&self, value: &Value) -> Result<(), JsonMismatch> {
        self.check(Part::WHOLE, value)
    }

    /// The one part that takes the value, or the whole where it is none or more than one.
    pub(crate) fn part_holding(&self, value: &Value) -> Part {
        let Ok(size) = size_of(value) else { return Part::WHOLE };
        let mut takers = self.compiled.parts.iter().zip(1..).filter(|(part, _)| part.rules.take(value, size));
        match (takers.next(), takers.next()) {
            (Some((_, number)), None) => Part(number),
            _ => Part::WHOLE,
        }
    }

    fn check(&self, part: Part, value: &Value) -> Result<(), JsonMismatch> {
        let size = size_of(value)?;
        // What the branch lacks says more than that no branch fits.
        if let Some(part) = self.compiled.part(part) {
            part.rules.check(value, size, &self.compiled)?;
        }
        self.compiled.whole.check(value, size, &self.compiled)
    }
}

impl Rules {
    fn take(&self, value: &Value, size: u64) -> bool {
        run(metered::steps_to_check(size), |meter| self.validator.is_valid(meter.node(value))).unwrap_or(false)
    }

    fn check(&self, value: &Value, size: u64, compiled: &Compiled) -> Result<(), JsonMismatch> {
        match run(metered::steps_to_check(size), |meter| self.validator.is_valid(meter.node(value))) {
            Ok(true) => Ok(()),
            Ok(false) => Err(explain::explain(&self.validator, value, size, compiled)),
            Err(spent) => Err(explain::unfinished(spent)),
        }
    }
}

impl Codec for JsonSchemaCodec {
    fn records(&self) -> Vec<&RecordName> {
        self.compiled.record.iter().chain(self.compiled.parts.iter().map(|part| &part.record)).collect()
    }

    fn part_in(&self, payload: &[u8]) -> Part {
        if self.compiled.parts.is_empty() {
            return Part::WHOLE;
        }
        serde_json::from_slice(payload).map_or(Part::WHOLE, |value| self.part_holding(&value))
    }

    /// Name spaces are compared where both names have one, since a title seldom has.
    fn part_of(&self, record: &str) -> Option<Part> {
        let asked = RecordName::new(record);
        let is_called = |own: &RecordName| {
            own.as_str() == record || own.simple() == asked.simple() && !(own.has_namespace() && asked.has_namespace())
        };
        if self.compiled.record.as_ref().is_some_and(is_called) {
            return Some(Part::WHOLE);
        }
        let parts = || self.compiled.parts.iter().zip(1..);
        if let Some((_, number)) = parts().find(|(part, _)| part.record.as_str() == record) {
            return Some(Part(number));
        }
        let mut called = parts().filter(|(part, _)| is_called(&part.record));
        match (called.next(), called.next()) {
            (Some((_, number)), None) => Some(Part(number)),
            _ => None,
        }
    }

    fn record(&self, part: Part) -> Option<&RecordName> {
        match self.compiled.part(part) {
            Some(part) => Some(&part.record),
            None => self.compiled.record.as_ref(),
        }
    }

    fn write<T: Serialize + ?Sized>(&self, part: Part, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        if self.is_checked {
            self.check(part, &serde_json::to_value(value)?)?;
        }
        // From the value itself in both cases: a 32-bit number is shorter than what `Value` makes of it.
        serde_json::to_writer(out, value)?;
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, _: Part, payload: &mut &[u8]) -> Result<T, BoxError> {
        let value = serde_json::from_slice(payload)?;
        *payload = &[];
        Ok(value)
    }

    fn write_json(&self, part: Part, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        if self.is_checked {
            self.check(part, value)?;
        } else {
            size_of(value)?;
        }
        serde_json::to_writer(out, value).map_err(|error| explain::unwritable(&error))
    }

    fn read_json(&self, _: Part, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        let value = serde_json::from_slice(payload).map_err(|error| malformed(&error, payload))?;
        *payload = &[];
        Ok(value)
    }
}

fn malformed(error: &serde_json::Error, payload: &[u8]) -> MalformedPayload {
    let lines_before = error.line().saturating_sub(1);
    let line_at = match lines_before.checked_sub(1) {
        Some(last) => {
            let mut ends = payload.iter().zip(1..).filter(|(byte, _)| **byte == b'\n').map(|(_, after)| after);
            ends.nth(last).unwrap_or(payload.len())
        }
        None => 0,
    };
    let left = payload.len().saturating_sub(line_at).saturating_sub(error.column());
    MalformedPayload { path: "$".to_owned(), problem: error.to_string(), left }
}

#[cfg(test)]
mod tests;
