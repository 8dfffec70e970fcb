use serde::de::Visitor;

use super::access::Fields;
use super::payload::Payload;
use crate::avro::layout::{Kind, Record};
use crate::json::ReadError;
use crate::record_name::simple_name;

/// Reads what one place holds.
pub(super) struct Reader<'r, 's, 'a> {
    pub(super) payload: &'r mut Payload<'s, 'a>,
    pub(super) kind: Kind,
}

impl<'s, 'a> Reader<'_, 's, 'a> {
    /// The record that stands here.
    #[inline]
    pub(super) fn record(&self) -> Option<(usize, &'s Record)> {
        match self.kind {
            Kind::Record(id) => Some((id, self.payload.layout.record(id))),
            _ => None,
        }
    }

    /// The branch that stands here, where it is a union. Always inlined, so that the reader stays in registers.
    #[inline(always)]
    pub(super) fn past_union(mut self) -> Result<Self, ReadError> {
        if let Kind::Union(id) = self.kind {
            self.kind = self.payload.branch(id)?.1;
        }
        Ok(self)
    }

    #[inline]
    pub(super) fn int(&mut self, wanted: &str) -> Result<i32, ReadError> {
        match self.kind {
            Kind::Int => self.payload.int(),
            _ => Err(self.other(wanted)),
        }
    }

    #[inline]
    pub(super) fn long(&mut self, wanted: &str) -> Result<i64, ReadError> {
        match self.kind {
            Kind::Long => self.payload.long(),
            _ => Err(self.other(wanted)),
        }
    }

    #[inline]
    pub(super) fn fields<V: Visitor<'a>>(self, record: usize, visitor: V) -> Result<V::Value, ReadError> {
        let (record, left) = (self.payload.layout.record(record), self.payload.rest.len());
        let mut fields = Fields::new(self.payload, record);
        let value = visitor.visit_map(&mut fields)?;
        fields.finish()?;
        if !record.fields.is_empty() {
            self.payload.count_item(left)?;
        }
        Ok(value)
    }

    pub(super) fn tuple<V: Visitor<'a>>(self, record: usize, visitor: V) -> Result<V::Value, ReadError> {
        let (record, left) = (self.payload.layout.record(record), self.payload.rest.len());
        let mut fields = Fields::new(self.payload, record);
        let value = visitor.visit_seq(&mut fields)?;
        fields.finish()?;
        if !record.fields.is_empty() {
            self.payload.count_item(left)?;
        }
        Ok(value)
    }

    /// The type wants what the schema has not.
    #[cold]
    pub(super) fn other(&self, wanted: &str) -> ReadError {
        let found = self.payload.layout.describe(self.kind);
        ReadError::other_type(format!("{wanted} is asked for, but the schema has {found}"))
    }

    #[cold]
    pub(super) fn out_of_range(number: impl std::fmt::Display, wanted: &str) -> ReadError {
        ReadError::other_type(format!("{number} does not fit into {wanted}"))
    }
}

/// Whether a record is what a type of this name asks for.
#[inline]
pub(super) fn is_called(record: &str, name: &str) -> bool {
    record == name || record == simple_name(name)
}
