use std::collections::HashMap;

use apache_avro::schema::{
    EnumSchema, FixedSchema, InnerDecimalSchema, Name, NamesRef, RecordSchema, Schema, UnionSchema, UuidSchema,
};
use serde_json::Value;

use super::describe::name_of;
use crate::codec::BoxError;

/// A schema as its bytes lie: without logical types, and without names to look up.
pub(super) struct Layout {
    pub(super) root: Kind,
    records: Vec<Record>,
    unions: Vec<Union>,
    enums: Vec<Enum>,
    /// What arrays and maps hold.
    items: Vec<Kind>,
}

/// What one place holds. The numbers are places in the tables of the [`Layout`], but for the size of a fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    /// Bytes with their length before them.
    Bytes,
    Text,
    Fixed(usize),
    Wide(Wide),
    Enum(usize),
    Array(usize),
    Map(usize),
    Union(usize),
    Record(usize),
}

/// A fixed that the Avro library takes for a number that Avro has not, by its name and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wide {
    U64,
    U128,
    I128,
}

impl Wide {
    /// In bytes.
    pub(super) fn size(self) -> usize {
        match self {
            Self::U64 => 8,
            Self::U128 | Self::I128 => 16,
        }
    }
}

pub(super) struct Record {
    /// The name without its name space.
    pub(super) name: Box<str>,
    pub(super) fields: Box<[Field]>,
    /// Whether it stands for a tuple where the type takes anything.
    pub(super) is_tuple: bool,
    /// Whether it stands for its only field, which could not be a branch of a union without a record around it.
    pub(super) is_wrapper: bool,
}

pub(super) struct Field {
    pub(super) name: Box<str>,
    pub(super) kind: Kind,
}

pub(super) struct Union {
    pub(super) branches: Box<[Kind]>,
    /// Whether it is null or one other.
    pub(super) is_option: bool,
    names: Box<[Box<str>]>,
}

pub(super) struct Enum {
    pub(super) name: Box<str>,
    pub(super) symbols: Box<[Box<str>]>,
}

impl Layout {
    /// Lays out a schema whose references `names` resolves.
    ///
    /// # Errors
    /// A reference that `names` does not have.
    pub(super) fn new(schema: &Schema, names: &NamesRef<'_>) -> Result<Self, BoxError> {
        let layout = Self { root: Kind::Null, records: vec![], unions: vec![], enums: vec![], items: vec![] };
        let mut builder = Builder { layout, names, named: HashMap::new() };
        let root = builder.kind(schema)?;
        Ok(Self { root, ..builder.layout })
    }

    #[inline]
    pub(super) fn record(&self, id: usize) -> &Record {
        &self.records[id]
    }

    #[inline]
    pub(super) fn union(&self, id: usize) -> &Union {
        &self.unions[id]
    }

    #[inline]
    pub(super) fn enumeration(&self, id: usize) -> &Enum {
        &self.enums[id]
    }

    #[inline]
    pub(super) fn items(&self, id: usize) -> Kind {
        self.items[id]
    }

    /// What stands in a place, for messages.
    pub(super) fn describe(&self, kind: Kind) -> String {
        match kind {
            Kind::Null => "null".into(),
            Kind::Boolean => "a boolean".into(),
            Kind::Int => "an int".into(),
            Kind::Long => "a long".into(),
            Kind::Float => "a float".into(),
            Kind::Double => "a double".into(),
            Kind::Bytes => "bytes".into(),
            Kind::Text => "a string".into(),
            Kind::Fixed(size) => format!("a fixed of {size} bytes"),
            Kind::Wide(Wide::U64) => "a fixed of 8 bytes for u64".into(),
            Kind::Wide(Wide::U128) => "a fixed of 16 bytes for u128".into(),
            Kind::Wide(Wide::I128) => "a fixed of 16 bytes for i128".into(),
            Kind::Enum(id) => format!("enum {}", self.enumeration(id).name),
            Kind::Array(_) => "an array".into(),
            Kind::Map(_) => "a map".into(),
            Kind::Union(id) => format!("a union of {}", self.union(id).names.join(", ")),
            Kind::Record(id) => {
                let record = self.record(id);
                format!("record {} of {} fields", record.name, record.fields.len())
            }
        }
    }
}

struct Builder<'n> {
    layout: Layout,
    names: &'n NamesRef<'n>,
    /// Those that have their place already, perhaps still without their fields.
    named: HashMap<Name, Kind>,
}

impl Builder<'_> {
    fn kind(&mut self, schema: &Schema) -> Result<Kind, BoxError> {
        if let Some(kind) = schema.name().and_then(|name| self.named.get(name)) {
            return Ok(*kind);
        }
        Ok(match schema {
            Schema::Null => Kind::Null,
            Schema::Boolean => Kind::Boolean,
            Schema::Int | Schema::Date | Schema::TimeMillis => Kind::Int,
            Schema::Long
            | Schema::TimeMicros
            | Schema::TimestampMillis
            | Schema::TimestampMicros
            | Schema::TimestampNanos
            | Schema::LocalTimestampMillis
            | Schema::LocalTimestampMicros
            | Schema::LocalTimestampNanos => Kind::Long,
            Schema::Float => Kind::Float,
            Schema::Double => Kind::Double,
            Schema::String | Schema::Uuid(UuidSchema::String) => Kind::Text,
            Schema::Bytes | Schema::BigDecimal | Schema::Uuid(UuidSchema::Bytes) => Kind::Bytes,
            Schema::Decimal(decimal) => match &decimal.inner {
                InnerDecimalSchema::Bytes => Kind::Bytes,
                InnerDecimalSchema::Fixed(fixed) => self.remember(&fixed.name, Kind::Fixed(fixed.size)),
            },
            Schema::Uuid(UuidSchema::Fixed(fixed)) | Schema::Duration(fixed) => {
                self.remember(&fixed.name, Kind::Fixed(fixed.size))
            }
            Schema::Fixed(fixed) => self.remember(&fixed.name, plain_fixed(fixed)),
            Schema::Enum(symbols) => self.enumeration(symbols),
            Schema::Array(array) => Kind::Array(self.items(&array.items)?),
            Schema::Map(map) => Kind::Map(self.items(&map.types)?),
            Schema::Union(union) => self.union(union)?,
            Schema::Record(record) => self.record(record)?,
            Schema::Ref { name } => match self.names.get(name) {
                Some(schema) => self.kind(schema)?,
                None => return Err(format!("the schema does not say what {name} is").into()),
            },
        })
    }

    fn remember(&mut self, name: &Name, kind: Kind) -> Kind {
        self.named.insert(name.clone(), kind);
        kind
    }

    fn enumeration(&mut self, schema: &EnumSchema) -> Kind {
        let symbols = schema.symbols.iter().map(|symbol| symbol.as_str().into()).collect();
        self.layout.enums.push(Enum { name: schema.name.to_string().into(), symbols });
        self.remember(&schema.name, Kind::Enum(self.layout.enums.len() - 1))
    }

    fn items(&mut self, schema: &Schema) -> Result<usize, BoxError> {
        let kind = self.kind(schema)?;
        self.layout.items.push(kind);
        Ok(self.layout.items.len() - 1)
    }

    fn union(&mut self, union: &UnionSchema) -> Result<Kind, BoxError> {
        let branches = union.variants().iter().map(|branch| self.kind(branch)).collect::<Result<Box<[_]>, _>>()?;
        let is_option = branches.len() == 2 && union.is_nullable();
        let names = union.variants().iter().map(|branch| name_of(branch).into()).collect();
        self.layout.unions.push(Union { branches, is_option, names });
        Ok(Kind::Union(self.layout.unions.len() - 1))
    }

    /// The record has its place before its fields have theirs, since they may hold it.
    fn record(&mut self, schema: &RecordSchema) -> Result<Kind, BoxError> {
        let id = self.layout.records.len();
        let is = |attribute| schema.attributes.get(attribute) == Some(&Value::Bool(true));
        self.layout.records.push(Record {
            name: schema.name.name().into(),
            fields: Box::default(),
            is_tuple: is("org.apache.avro.rust.tuple"),
            is_wrapper: schema.fields.len() == 1 && is("org.apache.avro.rust.union_of_records"),
        });
        let kind = self.remember(&schema.name, Kind::Record(id));
        let fields = schema.fields.iter().map(|field| {
            Ok::<_, BoxError>(Field { name: field.name.as_str().into(), kind: self.kind(&field.schema)? })
        });
        self.layout.records[id].fields = fields.collect::<Result<_, _>>()?;
        Ok(kind)
    }
}

fn plain_fixed(fixed: &FixedSchema) -> Kind {
    match (fixed.name.as_ref(), fixed.size) {
        ("org.apache.avro.rust.u64", 8) => Kind::Wide(Wide::U64),
        ("org.apache.avro.rust.u128", 16) => Kind::Wide(Wide::U128),
        ("org.apache.avro.rust.i128", 16) => Kind::Wide(Wide::I128),
        (_, size) => Kind::Fixed(size),
    }
}
