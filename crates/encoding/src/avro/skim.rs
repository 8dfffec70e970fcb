use apache_avro::schema::{InnerDecimalSchema, NamesRef, Schema, UuidSchema};

use super::json_reader::MOST_EMPTY_ITEMS;
use super::{binary, json_reader};
use crate::json::MalformedPayload;

/// How deep records and lists may lie in one another where a type is read: half as deep as in JSON, since for each the
/// library takes 7 KiB of a thread's 2 MiB in a debug build, and the type what it needs besides.
const MAX_DEPTH: usize = 64;

/// Checks that the lengths, counts and depth that a payload claims can be followed to the end of one value.
///
/// The Avro library believes them when it reads a type: it reserves up to half a gigabyte for a length, goes on for 2^63
/// items that take no bytes, and recurses until the stack ends, which ends the process. So the payload is walked over
/// before, which makes nothing and costs a small part of reading it.
///
/// # Errors
/// What is wrong, in the words of the JSON reader, whose limits are no narrower.
pub(super) fn follow(schema: &Schema, names: &NamesRef<'_>, payload: &[u8]) -> Result<(), MalformedPayload> {
    let mut skimmer = Skimmer { names, rest: payload, depth: 0, empty_items: 0 };
    if skimmer.skim(schema).is_some() {
        return Ok(());
    }
    json_reader::read(schema, names, &mut { payload })?;
    Err(MalformedPayload {
        path: "$".to_owned(),
        problem: format!(
            "objects and lists lie more than {MAX_DEPTH} deep in one another; it can only be read as JSON"
        ),
        left: skimmer.rest.len(),
    })
}

struct Skimmer<'a> {
    names: &'a NamesRef<'a>,
    rest: &'a [u8],
    depth: usize,
    /// How many items so far took no bytes.
    empty_items: usize,
}

impl<'a> Skimmer<'a> {
    fn skim(&mut self, schema: &'a Schema) -> Option<()> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        match schema {
            Schema::Null => Some(()),
            Schema::Boolean => self.pass(1),
            Schema::Int
            | Schema::Date
            | Schema::TimeMillis
            | Schema::Long
            | Schema::TimeMicros
            | Schema::TimestampMillis
            | Schema::TimestampMicros
            | Schema::TimestampNanos
            | Schema::LocalTimestampMillis
            | Schema::LocalTimestampMicros
            | Schema::LocalTimestampNanos
            | Schema::Enum(_) => self.long().map(drop),
            Schema::Float => self.pass(4),
            Schema::Double => self.pass(8),
            Schema::String
            | Schema::Bytes
            | Schema::BigDecimal
            | Schema::Uuid(UuidSchema::String | UuidSchema::Bytes) => self.pass_bytes(),
            Schema::Fixed(fixed) | Schema::Uuid(UuidSchema::Fixed(fixed)) | Schema::Duration(fixed) => {
                self.pass(fixed.size)
            }
            Schema::Decimal(decimal) => match &decimal.inner {
                InnerDecimalSchema::Bytes => self.pass_bytes(),
                InnerDecimalSchema::Fixed(fixed) => self.pass(fixed.size),
            },
            Schema::Array(array) => self.items(|skimmer| skimmer.inside(&array.items)),
            Schema::Map(map) => self.items(|skimmer| {
                skimmer.pass_bytes()?;
                skimmer.inside(&map.types)
            }),
            Schema::Union(union) => {
                let branch = usize::try_from(self.long()?).ok()?;
                self.skim(union.variants().get(branch)?)
            }
            Schema::Record(record) => record.fields.iter().try_for_each(|field| self.inside(&field.schema)),
            Schema::Ref { name } => self.skim(self.names.get(name)?),
        }
    }

    fn items(&mut self, item: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        loop {
            let count = self.long()?;
            if count < 0 {
                // How many bytes the block has.
                self.long()?;
            }
            if count == 0 {
                return Some(());
            }
            for _ in 0..count.unsigned_abs() {
                let before = self.rest.len();
                item(self)?;
                if self.rest.len() == before {
                    self.empty_items += 1;
                    if self.empty_items > MOST_EMPTY_ITEMS {
                        return None;
                    }
                }
            }
        }
    }

    fn inside(&mut self, schema: &'a Schema) -> Option<()> {
        self.depth += 1;
        self.skim(schema)?;
        self.depth -= 1;
        Some(())
    }

    fn long(&mut self) -> Option<i64> {
        binary::read_long(&mut self.rest)
    }

    fn pass_bytes(&mut self) -> Option<()> {
        let length = usize::try_from(self.long()?).ok()?;
        self.pass(length)
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.rest = self.rest.get(length..)?;
        Some(())
    }
}
