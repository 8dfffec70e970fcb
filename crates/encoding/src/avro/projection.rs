use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::Schema;
use apache_avro::writer::datum::GenericDatumWriter;
use self_cell::self_cell;

use super::{AvroCodec, aliases, binary, part_at, write_index};
use crate::RecordName;
use crate::codec::{BoxError, Codec, Part};

/// Brings payloads of one schema into the shape of another, by Avro's schema resolution: defaults for fields that came
/// later, aliases, promotions of numbers, the default symbol of an enum.
///
/// Where a schema is a union, it is from the branch that was written to the reader's branch of the same record. (Inside of
/// records the library takes the first branch of a union that has the value's shape.)
///
/// The library resolves through its own values, which costs several times what reading straight costs.
pub(crate) struct Projection {
    cell: Cell,
    /// Whether a branch's index stands before what is read.
    is_from_branch: bool,
    /// The part of the reader's schema that comes out.
    to: Part,
    /// The index of that part's branch, where it is one.
    to_index: Option<usize>,
}

self_cell!(
    struct Cell {
        owner: Schemas,

        #[not_covariant]
        dependent: Machinery,
    }
);

struct Schemas {
    writer: Schema,
    reader: Schema,
}

struct Machinery<'s> {
    reader: GenericDatumReader<'s>,
    writer: GenericDatumWriter<'s>,
}

impl Projection {
    /// From the part that payloads are written with to the schema that they are to be read by.
    ///
    /// # Errors
    /// The reader's schema is a union without the record, or what the Avro library says about the two.
    pub(crate) fn new(writer: &AvroCodec, from: Part, reader: &AvroCodec) -> Result<Self, BoxError> {
        let to = match writer.record(from) {
            Some(record) if !reader.branches.is_empty() => branch_of(reader, record)?,
            _ => Part::WHOLE,
        };
        let (from, target) = (writer.branch(from), reader.branch(to));
        let mut written = from.map_or(&writer.whole, |(_, branch)| &branch.schema).schema().clone();
        let wanted = target.map_or(&reader.whole, |(_, branch)| &branch.schema).schema().clone();
        aliases::call_as(&mut written, &wanted)?;
        let (is_from_branch, to_index) = (from.is_some(), target.map(|(index, _)| index));
        let schemas = Schemas { writer: written, reader: wanted };
        let cell = Cell::try_new(schemas, |schemas| {
            let reader = GenericDatumReader::builder(&schemas.writer).reader_schema(&schemas.reader);
            Ok::<_, apache_avro::Error>(Machinery {
                reader: reader.human_readable(false).build()?,
                writer: GenericDatumWriter::builder(&schemas.reader).human_readable(false).build()?,
            })
        })?;
        Ok(Self { cell, is_from_branch, to, to_index })
    }

    /// The part of the reader's schema that payloads become.
    pub(crate) fn to(&self) -> Part {
        self.to
    }

    /// The payload at the front of `payload`, which it is taken off, in the shape of the reader's schema.
    ///
    /// # Errors
    /// What the Avro library says about the payload.
    pub(crate) fn project(&self, writer: &AvroCodec, payload: &mut &[u8]) -> Result<Vec<u8>, BoxError> {
        writer.whole.check(payload)?;
        if self.is_from_branch {
            binary::read_long(payload);
        }
        let projected = self.cell.with_dependent(|_, machinery| {
            let value = machinery.reader.read_value(payload)?;
            machinery.writer.write_value_to_vec(value)
        })?;
        let mut out = Vec::new();
        if let Some(index) = self.to_index {
            write_index(index, &mut out);
        }
        out.extend_from_slice(&projected);
        Ok(out)
    }
}

/// The branch of a reader's union for a record: the one of its name, or one that was called so before.
fn branch_of(reader: &AvroCodec, record: &RecordName) -> Result<Part, BoxError> {
    let by_name = reader.part_of(record.as_str()).or_else(|| reader.part_of(record.simple()));
    let by_alias = || {
        let was_called_so = |schema: &Schema| {
            let aliases = schema.aliases().into_iter().flatten();
            aliases
                .map(|alias| alias.fully_qualified_name(schema.namespace()))
                .any(|alias| alias.to_string() == record.as_str())
        };
        reader.branches.iter().position(|branch| was_called_so(branch.schema.schema())).map(part_at)
    };
    by_name.or_else(by_alias).ok_or_else(|| format!("the reader's schema has no record `{record}`").into())
}
