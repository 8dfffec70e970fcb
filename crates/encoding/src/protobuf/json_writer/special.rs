use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::datum::Datum;
use super::super::describe::describe;
use super::super::schema::{Element, Field, Kind, Message, MessageId, Special};
use super::super::{decimal, frame, text_forms};
use super::Writer;
use crate::json::{JsonMismatch, Segment};

/// The member that says of which type an `Any` is.
pub(in crate::protobuf) const TYPE: &str = "@type";

impl<'a> Writer<'a> {
    /// Writes a message that JSON writes in a form of its own. Where that form is no object, an object of the message's
    /// own fields is taken, too.
    pub(super) fn special(
        &mut self,
        special: Special,
        message: &'a Message,
        value: &'a Value,
    ) -> Result<(), JsonMismatch> {
        match (special, value, &*message.fields) {
            (Special::Timestamp, Value::String(text), fields) => match text_forms::parse_timestamp(text) {
                Some(moment) => self.moment(fields, moment),
                None => self.unfit(message, value),
            },
            (Special::Duration, Value::String(text), fields) => match text_forms::parse_duration(text) {
                Some(span) => self.moment(fields, span),
                None => self.unfit(message, value),
            },
            (Special::FieldMask, Value::String(text), [paths]) => self.field_mask(message, paths, value, text),
            (Special::Decimal, Value::Number(_) | Value::String(_), fields) => self.decimal(message, fields, value),
            (Special::Any, Value::Object(members), [type_url, content]) if members.contains_key(TYPE) => {
                self.any(message, type_url, content, members)
            }
            (Special::Struct, Value::Object(_), [fields]) => self.field(fields, value),
            (Special::ListValue, Value::Array(_), [values]) => self.field(values, value),
            (Special::Value, value, [null, number, text, truth, object, list]) => {
                let field = match value {
                    Value::Null => null,
                    Value::Number(_) => number,
                    Value::String(_) => text,
                    Value::Bool(_) => truth,
                    Value::Object(_) => object,
                    Value::Array(_) => list,
                };
                self.element(&field.element, value)
            }
            (Special::Struct | Special::ListValue, value, _) => self.unfit(message, value),
            (_, Value::Object(members), _) => self.fields(message, members, None),
            (Special::Wrapper, value, [inner]) => self.element(&inner.element, value),
            (_, value, _) => self.unfit(message, value),
        }
    }

    fn unfit(&self, message: &Message, value: &Value) -> Result<(), JsonMismatch> {
        let wanted = self.schema.find(&message.name).map(|id| describe(self.schema, Kind::Message(id)));
        Err(self.does_not_fit(value, wanted.unwrap_or_default()))
    }

    fn moment(&mut self, fields: &[Field], (seconds, nanos): (i64, i32)) -> Result<(), JsonMismatch> {
        self.whole_numbers(fields, [seconds, i64::from(nanos)]);
        Ok(())
    }

    fn whole_numbers<const N: usize>(&mut self, fields: &[Field], numbers: [i64; N]) {
        for (field, number) in fields.iter().zip(numbers) {
            if let Some(datum) = Datum::signed(self.schema, field.element.kind, number) {
                self.datum(&field.element, &datum);
            }
        }
    }

    fn field_mask(&mut self, message: &Message, paths: &Field, value: &Value, text: &str) -> Result<(), JsonMismatch> {
        for name in text.split(',').filter(|_| !text.is_empty()) {
            let Some(path) = text_forms::path_of_json(name) else { return self.unfit(message, value) };
            self.datum(&paths.element, &Datum::Bytes(Cow::Borrowed(path.as_bytes())));
        }
        Ok(())
    }

    fn decimal(&mut self, message: &Message, fields: &[Field], value: &Value) -> Result<(), JsonMismatch> {
        let text = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
        let (Some(decimal), Some((digits, others))) = (decimal::of_text(&text), fields.split_first()) else {
            return self.unfit(message, value);
        };
        self.datum(&digits.element, &Datum::Bytes(Cow::Owned(decimal.value)));
        self.whole_numbers(others, [i64::from(decimal.precision), i64::from(decimal.scale)]);
        Ok(())
    }

    fn any(
        &mut self,
        message: &Message,
        type_url: &'a Field,
        content: &'a Field,
        members: &'a Map<String, Value>,
    ) -> Result<(), JsonMismatch> {
        let told = members.get(TYPE).unwrap_or(&Value::Null);
        let Some(url) = told.as_str() else { return self.unfit(message, told) };
        let named = url.rsplit_once('/').and_then(|(_, name)| self.schema.find(name));
        let Some(id) = named else {
            let wanted = "the type of a message that the schema knows, such as \"type.googleapis.com/";
            let known = message.name.rsplit_once('.').map_or("", |(package, _)| package);
            return self.inside(Segment::Name(TYPE), |writer| {
                Err(writer.does_not_fit(told, format!("{wanted}{known}.Timestamp\"")))
            });
        };
        self.datum(&type_url.element, &Datum::Bytes(Cow::Borrowed(url.as_bytes())));
        let before = self.out.len();
        let start = frame::open_block(content.element.tag, self.out);
        self.framed(&Element::payload(id), |writer| writer.any_content(id, members))?;
        if self.out.len() == start {
            // Empty bytes are the default, which is left out.
            self.out.truncate(before);
        } else {
            frame::close_length(start, self.out);
        }
        Ok(())
    }

    fn any_content(&mut self, id: MessageId, members: &'a Map<String, Value>) -> Result<(), JsonMismatch> {
        let message = self.schema.message(id);
        match members.get("value").filter(|_| message.special.is_some()) {
            Some(value) => self.inside(Segment::Name("value"), |writer| writer.message(id, value)),
            None => self.fields(message, members, Some(TYPE)),
        }
    }
}
