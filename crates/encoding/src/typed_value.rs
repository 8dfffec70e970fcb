//! What typed values and types are encoded and decoded through: serde in every format, prost in Protobuf.

use prost::{Message, Name};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::{AnyCodec, BoxError, Codec, Part};
use crate::record_name::serde_name::{self, SerdeName};

/// A prost message as a value to encode or to decode: `Proto(order)`. It can be written in Protobuf only, and is the
/// record of its full name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proto<M>(pub M);

/// A value that can be encoded: whatever serde writes, in each format, and a prost message as [`Proto`].
///
/// Nothing else implements it.
pub trait Encodable {
    #[doc(hidden)]
    fn record_name(&self) -> SerdeName;

    #[doc(hidden)]
    fn write_payload(&self, payload: Payload<'_>, out: &mut Vec<u8>) -> Result<(), BoxError>;
}

/// A type that can be decoded: whatever serde reads, from each format, and a prost message as [`Proto`].
///
/// Nothing else implements it.
pub trait Decodable: Sized {
    #[doc(hidden)]
    fn record_name_of_type() -> SerdeName;

    #[doc(hidden)]
    fn read_payload<E>(payload: Payload<'_>, bytes: &mut &[u8], failed: impl FnOnce(BoxError) -> E) -> Result<Self, E>;
}

/// How a payload is written and read.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it cannot be named outside")]
pub struct Payload<'a> {
    pub(crate) codec: &'a AnyCodec,
    pub(crate) part: Part,
}

impl<T: Serialize + ?Sized> Encodable for T {
    #[inline]
    fn record_name(&self) -> SerdeName {
        serde_name::of_value(self)
    }

    #[inline]
    fn write_payload(&self, Payload { codec, part }: Payload<'_>, out: &mut Vec<u8>) -> Result<(), BoxError> {
        codec.write(part, self, out)
    }
}

impl<T: DeserializeOwned> Decodable for T {
    #[inline]
    fn record_name_of_type() -> SerdeName {
        serde_name::of_type::<T>()
    }

    #[inline]
    fn read_payload<E>(
        Payload { codec, part }: Payload<'_>,
        bytes: &mut &[u8],
        failed: impl FnOnce(BoxError) -> E,
    ) -> Result<Self, E> {
        codec.read(part, bytes).map_err(failed)
    }
}

impl<M: Message + Name> Encodable for Proto<M> {
    #[inline]
    fn record_name(&self) -> SerdeName {
        SerdeName::Message { package: M::PACKAGE, name: M::NAME }
    }

    #[inline]
    fn write_payload(&self, Payload { codec, part }: Payload<'_>, out: &mut Vec<u8>) -> Result<(), BoxError> {
        match codec {
            AnyCodec::Protobuf(codec) => match codec.record(part) {
                Some(record) if record.is_in_package(M::PACKAGE, M::NAME) => codec.write_message(part, &self.0, out),
                _ => Err(format!("it is a message {}, which is another one", M::full_name()).into()),
            },
            AnyCodec::Avro(_) | AnyCodec::Json(_) => Err(no_message(codec)),
        }
    }
}

impl<M: Message + Name + Default> Decodable for Proto<M> {
    #[inline]
    fn record_name_of_type() -> SerdeName {
        SerdeName::Message { package: M::PACKAGE, name: M::NAME }
    }

    #[inline]
    fn read_payload<E>(
        Payload { codec, part }: Payload<'_>,
        bytes: &mut &[u8],
        failed: impl FnOnce(BoxError) -> E,
    ) -> Result<Self, E> {
        match codec {
            AnyCodec::Protobuf(codec) => codec.read_message(part, bytes).map(Self).map_err(failed),
            AnyCodec::Avro(_) | AnyCodec::Json(_) => Err(failed(no_message(codec))),
        }
    }
}

fn no_message(codec: &AnyCodec) -> BoxError {
    format!("a prost message is Protobuf, and the schema is {}; use a type that serde knows", codec.format()).into()
}
