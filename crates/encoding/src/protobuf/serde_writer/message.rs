use serde::ser::Serialize;

use super::error::WriteError;
use super::{Role, Writer, write_value};
use crate::json::JsonProblem;
use crate::protobuf::frame;
use crate::protobuf::json_writer::{missing_field, unknown_field};
use crate::protobuf::schema::{Element, Form, Framing, Kind, Message, Presence, SINGLE, Schema};
use crate::protobuf::wire::{MAX_DEPTH, Raw, Tag, take_field};

/// Writes the fields of one message.
pub(super) struct Fields<'w, 's> {
    schema: &'s Schema,
    out: &'w mut Vec<u8>,
    element: &'s Element,
    message: &'s Message,
    depth: usize,
    /// Where the message starts in `out`.
    start: usize,
    /// The field that is likely the next.
    likely: usize,
    /// Whether the fields came in the order of their numbers so far.
    sorted: bool,
    /// The field whose name stood as the key of a map.
    named: usize,
}

impl<'w, 's> Fields<'w, 's> {
    #[inline]
    pub(super) fn open(
        schema: &'s Schema,
        out: &'w mut Vec<u8>,
        element: &'s Element,
        message: &'s Message,
        depth: usize,
    ) -> Result<Self, WriteError> {
        if depth > MAX_DEPTH {
            return Err(WriteError::new(JsonProblem::TooDeep { limit: MAX_DEPTH }));
        }
        let start = frame::open(element, out);
        Ok(Self { schema, out, element, message, depth: depth + 1, start, likely: 0, sorted: true, named: 0 })
    }

    #[inline]
    fn find(&self, name: &str) -> Result<usize, WriteError> {
        self.message.position(name, self.likely).ok_or_else(|| WriteError::new(unknown_field(self.message, name)))
    }

    #[inline]
    pub(super) fn named<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), WriteError> {
        let position = self.find(name)?;
        self.field(position, value)
    }

    pub(super) fn name<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), WriteError> {
        // The key is written as a text, read back, and taken away.
        let before = self.out.len();
        name.serialize(Writer {
            schema: self.schema,
            out: self.out,
            element: &NAME,
            form: &SINGLE,
            depth: self.depth,
            role: Role::Item,
        })?;
        let mut written = &self.out[before..];
        let text = match take_field(&mut written) {
            Ok((_, Raw::Bytes(text))) => std::str::from_utf8(text).unwrap_or_default(),
            _ => "",
        };
        self.named = self.find(text)?;
        self.out.truncate(before);
        Ok(())
    }

    pub(super) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        self.field(self.named, value)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, position: usize, value: &T) -> Result<(), WriteError> {
        let field = &self.message.fields[position];
        // The field before the likely one, where it comes again, is out of order too: that is found in the end.
        self.sorted &= position >= self.likely;
        self.likely = position + 1;
        let writer = Writer {
            schema: self.schema,
            out: self.out,
            element: &field.element,
            form: &field.form,
            depth: self.depth,
            role: Role::Field,
        };
        write_value(writer, value).map_err(|error| error.inside(&field.name))
    }

    #[inline]
    pub(super) fn end(self) -> Result<(), WriteError> {
        if !self.sorted || self.message.has_required || !self.message.oneofs.is_empty() {
            check(self.message, self.start, self.sorted, self.out)?;
        }
        frame::close(self.element, self.start, self.out);
        Ok(())
    }
}

/// A text after a tag, as which a field's name is written to be looked at.
static NAME: Element =
    Element { kind: Kind::String, tag: Tag::FIRST_TEXT, framing: Framing::Bare, skips_default: false };

/// Looks at the fields that were written: whether they go together, and whether they lie in the order of their numbers,
/// into which they are brought.
fn check(message: &Message, start: usize, sorted: bool, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let written = out[start..].to_vec();
    let mut rest = written.as_slice();
    let mut fields: Vec<(usize, &[u8])> = Vec::new();
    while !rest.is_empty() {
        let before = rest;
        let (number, _) = take_field(&mut rest).map_err(<WriteError as serde::ser::Error>::custom)?;
        let bytes = &before[..before.len() - rest.len()];
        if let Some(position) = message.position_of_number(number, fields.last().map_or(0, |(last, _)| last + 1)) {
            fields.push((position, bytes));
        }
    }
    if !sorted {
        fields.sort_by_key(|(position, _)| *position);
        out.truncate(start);
        fields.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
    }
    go_together(message, &fields)
}

fn go_together(message: &Message, fields: &[(usize, &[u8])]) -> Result<(), WriteError> {
    let together = |fields: &[usize], oneof| {
        let fields = fields.iter().map(|position| message.fields[*position].name.to_string()).collect();
        Err(WriteError::new(JsonProblem::SetTogether { fields, oneof }))
    };
    for pair in fields.windows(2) {
        if let [(left, _), (right, _)] = pair
            && left == right
            && matches!(message.fields[*left].form, Form::Single)
        {
            return together(&[*left, *right], None);
        }
    }
    for (index, oneof) in message.oneofs.iter().enumerate() {
        let set: Vec<usize> = fields
            .iter()
            .map(|(position, _)| *position)
            .filter(|position| message.fields[*position].presence == Presence::OneOf(index))
            .collect();
        if set.len() > 1 {
            return together(&set, Some(oneof.to_string()));
        }
    }
    for (position, field) in message.fields.iter().enumerate().filter(|_| message.has_required) {
        if field.presence == Presence::Required && !fields.iter().any(|(written, _)| *written == position) {
            return Err(WriteError::new(missing_field(message, field)));
        }
    }
    Ok(())
}
