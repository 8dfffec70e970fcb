mod special;

use serde_json::{Map, Value};
use test_probe_directives::nearest;

pub(super) use self::special::TYPE;
use super::datum::Datum;
use super::describe::{describe, describe_form};
use super::frame;
use super::schema::{Element, Entry, Field, Form, Kind, Message, MessageId, Presence, Schema};
use super::wire::MAX_DEPTH as MAX_MESSAGES;
use crate::json::{JsonMismatch, JsonProblem, MAX_DEPTH, Place, Segment};

/// Appends `value` to `out` in Protobuf's wire format, as `element` wants it.
///
/// JSON is taken by the mapping of Protobuf 3, with the names in the file or those of the mapping. Fields are written in
/// the order of their numbers, the entries of a map in the document's.
///
/// # Errors
/// [`JsonMismatch`] at the first place that does not fit. What `out` holds then is of no use.
pub(super) fn write(
    schema: &Schema,
    element: &Element,
    value: &Value,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), JsonMismatch> {
    Writer { schema, out, place: Place::default(), messages: depth }.element(element, value)
}

struct Writer<'a> {
    schema: &'a Schema,
    out: &'a mut Vec<u8>,
    place: Place<'a>,
    /// How many messages lie around the place.
    messages: usize,
}

impl<'a> Writer<'a> {
    /// Writes one value.
    fn element(&mut self, element: &'a Element, value: &'a Value) -> Result<(), JsonMismatch> {
        match element.kind {
            Kind::Message(id) => self.framed(element, |writer| writer.message(id, value)),
            kind => match self.scalar(kind, value) {
                Some(datum) => {
                    self.datum(element, &datum);
                    Ok(())
                }
                None => Err(self.does_not_fit(value, describe(self.schema, kind))),
            },
        }
    }

    fn scalar(&self, kind: Kind, value: &'a Value) -> Option<Datum<'a>> {
        match value {
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Datum::signed(self.schema, kind, number),
                (_, Some(number)) => Datum::unsigned(self.schema, kind, number),
                _ => Datum::float(self.schema, kind, number.as_f64()?),
            },
            Value::String(text) => Datum::text(self.schema, kind, text),
            Value::Bool(value) => Datum::boolean(kind, *value),
            Value::Null if self.schema.takes_null(kind) => Some(Datum::Varint(0)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn datum(&mut self, element: &Element, datum: &Datum<'_>) {
        if !(element.skips_default && datum.is_default()) {
            element.tag.write(self.out);
            datum.write(self.out);
        }
    }

    /// Writes what stands around a message, and the message.
    fn framed(
        &mut self,
        element: &Element,
        content: impl FnOnce(&mut Self) -> Result<(), JsonMismatch>,
    ) -> Result<(), JsonMismatch> {
        if self.messages > MAX_MESSAGES {
            return Err(self.problem(JsonProblem::TooDeep { limit: MAX_MESSAGES }));
        }
        if self.place.depth() > MAX_DEPTH {
            return Err(self.problem(JsonProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.messages += 1;
        let start = frame::open(element, self.out);
        content(self)?;
        frame::close(element, start, self.out);
        self.messages -= 1;
        Ok(())
    }

    fn message(&mut self, id: MessageId, value: &'a Value) -> Result<(), JsonMismatch> {
        let message = self.schema.message(id);
        match (message.special, value) {
            (Some(special), value) => self.special(special, message, value),
            (None, Value::Object(members)) => self.fields(message, members, None),
            (None, value) => Err(self.does_not_fit(value, describe(self.schema, Kind::Message(id)))),
        }
    }

    /// Writes the fields of a plain object; the member `aside` is none of them.
    fn fields(
        &mut self,
        message: &'a Message,
        members: &'a Map<String, Value>,
        aside: Option<&str>,
    ) -> Result<(), JsonMismatch> {
        let mut set: Vec<(usize, &'a str, &'a Value)> = Vec::with_capacity(members.len());
        for (name, value) in members.iter().filter(|(name, _)| aside != Some(name.as_str())) {
            let likely = set.last().map_or(0, |(position, ..)| position + 1);
            let Some(position) = message.position(name, likely) else {
                return Err(self.problem(unknown_field(message, name)));
            };
            let field = &message.fields[position];
            let says_null = matches!(field.form, Form::Single) && self.schema.takes_null(field.element.kind);
            if !value.is_null() || says_null {
                set.push((position, name, value));
            }
        }
        set.sort_by_key(|(position, ..)| *position);
        self.check(message, &set)?;
        for (position, name, value) in set {
            self.inside(Segment::Name(name), |writer| writer.field(&message.fields[position], value))?;
        }
        Ok(())
    }

    /// Whether the fields go together: each once, one of a oneof, and all that must be there.
    fn check(&self, message: &Message, set: &[(usize, &str, &Value)]) -> Result<(), JsonMismatch> {
        for pair in set.windows(2) {
            if let [(left, one, _), (right, other, _)] = pair
                && left == right
            {
                let fields = vec![(*one).to_owned(), (*other).to_owned()];
                return Err(self.problem(JsonProblem::SetTogether { fields, oneof: None }));
            }
        }
        for (index, oneof) in message.oneofs.iter().enumerate() {
            let mut fields = Vec::new();
            for (position, name, _) in set {
                if message.fields[*position].presence == Presence::OneOf(index) {
                    fields.push((*name).to_owned());
                }
            }
            if fields.len() > 1 {
                return Err(self.problem(JsonProblem::SetTogether { fields, oneof: Some(oneof.to_string()) }));
            }
        }
        if message.has_required {
            for (position, field) in message.fields.iter().enumerate() {
                if field.presence == Presence::Required && !set.iter().any(|(set, ..)| *set == position) {
                    return Err(self.problem(missing_field(message, field)));
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'a Field, value: &'a Value) -> Result<(), JsonMismatch> {
        match (&field.form, value) {
            (Form::Single, value) => self.element(&field.element, value),
            (Form::List, Value::Array(items)) => self.items(&field.element, items),
            (Form::Packed(_), Value::Array(items)) if items.is_empty() => Ok(()),
            (Form::Packed(tag), Value::Array(items)) => {
                let start = frame::open_block(*tag, self.out);
                self.items(&field.element, items)?;
                frame::close_length(start, self.out);
                Ok(())
            }
            (Form::Map(entry), Value::Object(members)) => self.entries(&field.element, entry, members),
            (form, value) => Err(self.does_not_fit(value, describe_form(self.schema, form, &field.element))),
        }
    }

    fn items(&mut self, element: &'a Element, items: &'a [Value]) -> Result<(), JsonMismatch> {
        for (index, item) in items.iter().enumerate() {
            self.inside(Segment::Index(index), |writer| writer.element(element, item))?;
        }
        Ok(())
    }

    fn entries(
        &mut self,
        element: &'a Element,
        entry: &'a Entry,
        members: &'a Map<String, Value>,
    ) -> Result<(), JsonMismatch> {
        for (name, value) in members {
            self.inside(Segment::Name(name), |writer| {
                let Some(key) = Datum::key(writer.schema, entry.key.kind, name) else {
                    let wanted = format!("as the key {}", describe(writer.schema, entry.key.kind));
                    return Err(writer.does_not_fit(&Value::from(name.as_str()), wanted));
                };
                writer.framed(element, |writer| {
                    writer.datum(&entry.key, &key);
                    writer.element(&entry.value, value)
                })
            })?;
        }
        Ok(())
    }

    fn inside(
        &mut self,
        segment: Segment<'a>,
        write: impl FnOnce(&mut Self) -> Result<(), JsonMismatch>,
    ) -> Result<(), JsonMismatch> {
        self.place.enter(segment);
        let written = write(self);
        self.place.leave();
        written
    }

    fn does_not_fit(&self, value: &Value, wanted: String) -> JsonMismatch {
        self.problem(JsonProblem::does_not_fit(value, wanted))
    }

    fn problem(&self, problem: JsonProblem) -> JsonMismatch {
        JsonMismatch::new(&self.place, problem)
    }
}

/// What is said about a name that the message does not have.
pub(super) fn unknown_field(message: &Message, name: &str) -> JsonProblem {
    JsonProblem::UnknownField {
        field: name.to_owned(),
        record: message.name.to_string(),
        nearest: nearest(name, message.fields.iter().map(|field| &*field.name)).map(str::to_owned),
    }
}

/// What is said about a required field that is not there.
pub(super) fn missing_field(message: &Message, field: &Field) -> JsonProblem {
    JsonProblem::MissingField { field: field.name.to_string(), record: message.name.to_string(), nullable: false }
}
