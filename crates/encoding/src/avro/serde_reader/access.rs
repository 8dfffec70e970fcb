use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::Reader;
use super::identifier::Name;
use super::payload::Payload;
use crate::avro::layout::{Field, Kind, Record};
use crate::json::ReadError;

/// The fields of a record, in the order of the schema, with their names or, as a tuple, without.
pub(super) struct Fields<'r, 's, 'a> {
    payload: &'r mut Payload<'s, 'a>,
    rest: &'s [Field],
}

impl<'r, 's, 'a> Fields<'r, 's, 'a> {
    #[inline]
    pub(super) fn new(payload: &'r mut Payload<'s, 'a>, record: &'s Record) -> Self {
        Self { payload, rest: &record.fields }
    }

    /// Passes over the fields that the type left.
    #[inline]
    pub(super) fn finish(self) -> Result<(), ReadError> {
        self.rest
            .iter()
            .try_for_each(|field| self.payload.skip_inside(field.kind).map_err(|error| error.inside(&field.name)))
    }

    #[inline]
    fn value<T: DeserializeSeed<'a>>(&mut self, kind: Kind, field: &'s Field, seed: T) -> Result<T::Value, ReadError> {
        self.payload.enter()?;
        let value = seed.deserialize(Reader { payload: self.payload, kind }).map_err(|e| e.inside(&field.name))?;
        self.payload.leave();
        Ok(value)
    }
}

impl<'a> MapAccess<'a> for Fields<'_, '_, 'a> {
    type Error = ReadError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        match self.rest.first() {
            Some(field) => seed.deserialize(Name(&field.name)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let Some((field, rest)) = self.rest.split_first() else { return Err(no_value()) };
        self.rest = rest;
        let layout = self.payload.layout;
        match field.kind {
            Kind::Record(id) if layout.record(id).is_wrapper => {
                let [inner, ..] = &*layout.record(id).fields else { return Err(no_value()) };
                self.payload.enter()?;
                let value = self.value(inner.kind, field, seed)?;
                self.payload.leave();
                Ok(value)
            }
            kind => self.value(kind, field, seed),
        }
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

impl<'a> SeqAccess<'a> for Fields<'_, '_, 'a> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some((field, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        self.value(field.kind, field, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A tuple of one, which is written as what is in it.
pub(super) struct Single<'r, 's, 'a>(pub(super) Option<Reader<'r, 's, 'a>>);

impl<'a> SeqAccess<'a> for Single<'_, '_, 'a> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        self.0.take().map(|reader| seed.deserialize(reader)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(usize::from(self.0.is_some()))
    }
}

/// The items of an array, or the entries of a map, which lie in blocks.
pub(super) struct Blocks<'r, 's, 'a> {
    payload: &'r mut Payload<'s, 'a>,
    kind: Kind,
    /// How many are left of the block.
    left: u64,
    /// How many lie behind.
    index: usize,
    /// The bytes from the last key on.
    key: &'a [u8],
    /// Whether a key is behind whose value is not.
    in_entry: bool,
}

impl<'r, 's, 'a> Blocks<'r, 's, 'a> {
    #[inline]
    pub(super) fn new(payload: &'r mut Payload<'s, 'a>, items: usize) -> Result<Self, ReadError> {
        let (kind, left) = (payload.layout.items(items), payload.block()?);
        Ok(Self { payload, kind, left, index: 0, key: &[], in_entry: false })
    }

    #[inline]
    fn next(&mut self) -> Result<(), ReadError> {
        self.left -= 1;
        if self.left == 0 {
            self.left = self.payload.block()?;
        }
        Ok(())
    }

    #[inline]
    fn item<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        self.payload.enter()?;
        let value = seed.deserialize(Reader { payload: self.payload, kind: self.kind })?;
        self.payload.leave();
        Ok(value)
    }

    /// The last key, for an error.
    #[cold]
    fn key(&self) -> String {
        let key = Payload::new(self.payload.layout, self.key).bytes().unwrap_or_default();
        String::from_utf8_lossy(key).into_owned()
    }

    /// Passes over the items that the type left.
    #[inline]
    pub(super) fn finish_items(mut self) -> Result<(), ReadError> {
        while self.left > 0 {
            self.next_element_seed(Skipped)?;
        }
        Ok(())
    }

    /// Passes over the entries that the type left.
    #[inline]
    pub(super) fn finish_entries(mut self) -> Result<(), ReadError> {
        while self.left > 0 {
            if !self.in_entry {
                self.next_key_seed(Skipped)?;
            }
            self.next_value_seed(Skipped)?;
        }
        Ok(())
    }

    /// Every item has a byte at least, or none at all and is soon made, so that no more is reserved than bytes are left.
    #[inline]
    fn reserved(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX).min(self.payload.rest.len())
    }
}

impl<'a> SeqAccess<'a> for Blocks<'_, '_, 'a> {
    type Error = ReadError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        if self.left == 0 {
            return Ok(None);
        }
        let (index, before) = (self.index, self.payload.rest.len());
        let value = self.item(seed).map_err(|error| error.at(index))?;
        self.index += 1;
        self.payload.count_item(before)?;
        self.next()?;
        Ok(Some(value))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.reserved())
    }
}

impl<'a> MapAccess<'a> for Blocks<'_, '_, 'a> {
    type Error = ReadError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.key = self.payload.rest;
        self.in_entry = true;
        seed.deserialize(Reader { payload: self.payload, kind: Kind::Text }).map(Some)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        if self.left == 0 {
            return Err(no_value());
        }
        let value = self.item(seed).map_err(|error| error.inside(&self.key()))?;
        self.in_entry = false;
        self.payload.count_item(self.key.len())?;
        self.next()?;
        Ok(value)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.reserved())
    }
}

/// What a type leaves.
struct Skipped;

impl<'de> DeserializeSeed<'de> for Skipped {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_ignored_any(serde::de::IgnoredAny).map(drop)
    }
}

#[cold]
fn no_value() -> ReadError {
    ReadError::other_type("the type asks for a value where no name was")
}
