use super::base64;
use super::gather::Found;
use super::schema::Kind;
use super::wire::{Raw, take_raw, un_zig_zag};

/// A scalar that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    I32(i32),
    I64(i64),
    U32(u32),
    U64(u64),
    F32(f32),
    F64(f64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// An enum's number.
    Enum(i32),
}

impl<'a> Scalar<'a> {
    /// The value of a kind that is no message; the default where there is none. A number with more bits than its type is
    /// cut, as other readers do.
    #[inline]
    pub(super) fn read(kind: Kind, raw: Option<Raw<'a>>) -> Result<Self, &'static str> {
        let (number, bytes): (u64, &[u8]) = match raw {
            Some(Raw::Varint(number) | Raw::Eight(number)) => (number, &[]),
            Some(Raw::Four(number)) => (u64::from(number), &[]),
            Some(Raw::Bytes(bytes) | Raw::Group(bytes)) => (0, bytes),
            None => (0, &[]),
        };
        Ok(match kind {
            Kind::Int32 | Kind::Sfixed32 => Self::I32(low(number).cast_signed()),
            Kind::Enum(_) => Self::Enum(low(number).cast_signed()),
            Kind::Sint32 => Self::I32(low(un_zig_zag(u64::from(low(number))).cast_unsigned()).cast_signed()),
            Kind::Int64 | Kind::Sfixed64 => Self::I64(number.cast_signed()),
            Kind::Sint64 => Self::I64(un_zig_zag(number)),
            Kind::Uint32 | Kind::Fixed32 => Self::U32(low(number)),
            Kind::Uint64 | Kind::Fixed64 => Self::U64(number),
            Kind::Float => Self::F32(f32::from_bits(low(number))),
            Kind::Double => Self::F64(f64::from_bits(number)),
            Kind::Bool => Self::Bool(number != 0),
            Kind::String => Self::Text(std::str::from_utf8(bytes).map_err(|_| "a string is not UTF-8")?),
            Kind::Bytes | Kind::Message(_) => Self::Bytes(bytes),
        })
    }
}

impl Scalar<'_> {
    /// How JSON writes it as the key of a map's entry.
    pub(super) fn key_text(self) -> String {
        match self {
            Self::I32(number) | Self::Enum(number) => number.to_string(),
            Self::I64(number) => number.to_string(),
            Self::U32(number) => number.to_string(),
            Self::U64(number) => number.to_string(),
            Self::F32(number) => number.to_string(),
            Self::F64(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Text(text) => text.to_owned(),
            Self::Bytes(bytes) => base64::encode(bytes),
        }
    }
}

/// The lower half.
#[inline]
fn low(number: u64) -> u32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The values of one field, where it may have many: each alone, or many in one block.
pub(super) struct Items<'e, 'a> {
    kind: Kind,
    found: std::slice::Iter<'e, Found<'a>>,
    /// What is left of the block.
    pub(super) block: &'a [u8],
}

impl<'e, 'a> Items<'e, 'a> {
    pub(super) fn of(kind: Kind, found: &'e [Found<'a>]) -> Self {
        Self { kind, found: found.iter(), block: &[] }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Raw<'a>>, &'static str> {
        while self.block.is_empty() {
            match self.found.next().map(|found| found.raw) {
                Some(Raw::Bytes(block)) if self.kind.is_packable() => self.block = block,
                raw => return Ok(raw),
            }
        }
        take_raw(self.kind.wire_type(), &mut self.block).map(Some)
    }
}
