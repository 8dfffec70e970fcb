use std::borrow::Cow;

use super::base64;
use super::schema::{Kind, Schema};
use super::wire::{write_varint, zig_zag};

/// A scalar as it will lie on the wire.
#[derive(Debug, PartialEq)]
pub(super) enum Datum<'v> {
    Varint(u64),
    Four(u32),
    Eight(u64),
    /// With the length before them.
    Bytes(Cow<'v, [u8]>),
}

impl<'v> Datum<'v> {
    #[inline]
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Varint(number) => write_varint(*number, out),
            Self::Four(number) => out.extend_from_slice(&number.to_le_bytes()),
            Self::Eight(number) => out.extend_from_slice(&number.to_le_bytes()),
            Self::Bytes(bytes) => {
                write_varint(u64::try_from(bytes.len()).unwrap_or(u64::MAX), out);
                out.extend_from_slice(bytes);
            }
        }
    }

    /// Whether it is what a field without presence has when it is not there. A negative zero is not.
    #[inline]
    pub(super) fn is_default(&self) -> bool {
        match self {
            Self::Varint(number) | Self::Eight(number) => *number == 0,
            Self::Four(number) => *number == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }

    /// A whole number in the type of a field; nothing when the type cannot hold it.
    #[inline]
    pub(super) fn signed(schema: &Schema, kind: Kind, number: i64) -> Option<Self> {
        Some(match kind {
            Kind::Int32 => Self::Varint(i64::from(i32::try_from(number).ok()?).cast_unsigned()),
            Kind::Int64 => Self::Varint(number.cast_unsigned()),
            Kind::Uint32 => Self::Varint(u64::from(u32::try_from(number).ok()?)),
            Kind::Uint64 => Self::Varint(u64::try_from(number).ok()?),
            Kind::Sint32 => Self::Varint(zig_zag(i64::from(i32::try_from(number).ok()?))),
            Kind::Sint64 => Self::Varint(zig_zag(number)),
            Kind::Fixed32 => Self::Four(u32::try_from(number).ok()?),
            Kind::Sfixed32 => Self::Four(i32::try_from(number).ok()?.cast_unsigned()),
            Kind::Fixed64 => Self::Eight(u64::try_from(number).ok()?),
            Kind::Sfixed64 => Self::Eight(number.cast_unsigned()),
            Kind::Enum(id) => {
                let number = i32::try_from(number).ok()?;
                let enumeration = schema.enumeration(id);
                (enumeration.open || enumeration.name_of(number).is_some()).then_some(())?;
                Self::Varint(i64::from(number).cast_unsigned())
            }
            Kind::Double => Self::Eight(nearest(number).to_bits()),
            Kind::Float => return narrow(nearest(number)).map(|number| Self::Four(number.to_bits())),
            Kind::Bool | Kind::String | Kind::Bytes | Kind::Message(_) => return None,
        })
    }

    /// The same for a number that may be larger.
    #[inline]
    pub(super) fn unsigned(schema: &Schema, kind: Kind, number: u64) -> Option<Self> {
        match (i64::try_from(number), kind) {
            (Ok(number), kind) => Self::signed(schema, kind, number),
            (Err(_), Kind::Uint64) => Some(Self::Varint(number)),
            (Err(_), Kind::Fixed64) => Some(Self::Eight(number)),
            (Err(_), Kind::Double | Kind::Float) => Self::float(schema, kind, nearest_unsigned(number)),
            _ => None,
        }
    }

    /// A number with a point. A whole number in this form is one, too.
    pub(super) fn float(schema: &Schema, kind: Kind, number: f64) -> Option<Self> {
        match kind {
            Kind::Double => Some(Self::Eight(number.to_bits())),
            Kind::Float => narrow(number).map(|number| Self::Four(number.to_bits())),
            Kind::Bool | Kind::String | Kind::Bytes | Kind::Message(_) => None,
            _ => match whole(number)? {
                number if number < 0 => Self::signed(schema, kind, i64::try_from(number).ok()?),
                number => Self::unsigned(schema, kind, u64::try_from(number).ok()?),
            },
        }
    }

    #[inline]
    pub(super) fn boolean(kind: Kind, value: bool) -> Option<Self> {
        (kind == Kind::Bool).then_some(Self::Varint(u64::from(value)))
    }

    #[inline]
    pub(super) fn bytes(kind: Kind, bytes: &'v [u8]) -> Option<Self> {
        (kind == Kind::Bytes).then_some(Self::Bytes(Cow::Borrowed(bytes)))
    }

    /// A text: itself, an enum's name, bytes in base64, or the text of a number.
    #[inline]
    pub(super) fn text(schema: &Schema, kind: Kind, text: &'v str) -> Option<Self> {
        match kind {
            Kind::String => Some(Self::Bytes(Cow::Borrowed(text.as_bytes()))),
            kind => Self::told_by(schema, kind, text),
        }
    }

    fn told_by(schema: &Schema, kind: Kind, text: &str) -> Option<Datum<'v>> {
        match kind {
            Kind::String | Kind::Bool | Kind::Message(_) => None,
            Kind::Bytes => base64::decode(text).map(Cow::Owned).map(Datum::Bytes),
            Kind::Enum(id) => {
                let number = schema.enumeration(id).number(text)?;
                Some(Datum::Varint(i64::from(number).cast_unsigned()))
            }
            Kind::Double | Kind::Float => {
                let number = match text {
                    "NaN" => f64::NAN,
                    "Infinity" => f64::INFINITY,
                    "-Infinity" => f64::NEG_INFINITY,
                    text => text.parse().ok().filter(|number: &f64| number.is_finite())?,
                };
                Datum::float(schema, kind, number)
            }
            kind => match (text.parse::<i64>(), text.parse::<u64>()) {
                (Ok(number), _) => Datum::signed(schema, kind, number),
                (_, Ok(number)) => Datum::unsigned(schema, kind, number),
                _ => Datum::float(schema, kind, text.parse().ok()?),
            },
        }
    }

    /// The key of a map's entry, which JSON always writes as a text.
    pub(super) fn key(schema: &Schema, kind: Kind, text: &'v str) -> Option<Self> {
        match (kind, text) {
            (Kind::Bool, "true") => Some(Self::Varint(1)),
            (Kind::Bool, "false") => Some(Self::Varint(0)),
            (kind, text) => Self::text(schema, kind, text),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
fn nearest(number: i64) -> f64 {
    number as f64
}

#[allow(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
fn nearest_unsigned(number: u64) -> f64 {
    number as f64
}

/// The nearest 32-bit number; nothing when the number is too large for any.
#[allow(clippy::cast_possible_truncation, reason = "the nearest number is what is asked for")]
fn narrow(number: f64) -> Option<f32> {
    let near = number as f32;
    (near.is_finite() || !number.is_finite()).then_some(near)
}

/// The number without a point, where it has none.
#[allow(clippy::cast_possible_truncation, reason = "it is compared with the bounds before")]
fn whole(number: f64) -> Option<i128> {
    const BEYOND: f64 = 18_446_744_073_709_551_616.0;
    (number.fract() == 0.0 && number.abs() < BEYOND).then_some(number as i128)
}
