//! A file with every kind of field, and random messages of it.

use prost_reflect::{Cardinality, DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor};

use super::*;

pub(super) const EVERY: &str = r#"
syntax = "proto3";
package acme;
import "two.proto";

message Every {
    double double = 1;
    float float = 2;
    int32 int32 = 3;
    int64 int64 = 4;
    uint32 uint32 = 5;
    uint64 uint64 = 6;
    sint32 sint32 = 7;
    sint64 sint64 = 8;
    fixed32 fixed32 = 9;
    fixed64 fixed64 = 10;
    sfixed32 sfixed32 = 11;
    sfixed64 sfixed64 = 12;
    bool bool = 13;
    string string = 14;
    bytes bytes = 15;
    Colour colour = 16;
    Every every = 17;
    optional int32 optional_int = 18;
    optional string optional_string = 19;
    repeated int32 ints = 20;
    repeated string strings = 21;
    repeated sint64 apart = 22 [packed = false];
    repeated Every everies = 23;
    repeated Colour colours = 24;
    repeated double doubles = 25;
    map<string, int64> by_string = 26;
    map<int32, Every> by_int = 27;
    map<bool, bytes> by_bool = 28;
    map<uint64, Colour> by_uint = 29;
    oneof choice {
        int32 a_number = 30;
        string a_string = 31;
        Every an_every = 32;
        Colour a_colour = 33;
    }
    repeated bool far = 100000;
    other.Two two = 34;
}

message Other { repeated Every list = 1; }

enum Colour { COLOUR_NONE = 0; RED = 1; BLUE = 5; NEGATIVE = -2; }
"#;

pub(super) const TWO: &str = r#"
syntax = "proto2";
package other;

message Two {
    optional int32 int = 1 [default = 7];
    optional group Part = 2 { optional string name = 1; optional Two inner = 2; }
    repeated group Parts = 3 { optional fixed32 number = 1; }
    repeated int32 apart = 4;
    repeated int32 together = 5 [packed = true];
    optional Size size = 6;
    optional Two two = 7;
    extensions 100 to 200;
}

extend Two { optional string extra = 100; }

enum Size { SMALL = 3; LARGE = 1; }
"#;

/// The codec, and the library's own view of the file.
pub(super) fn every() -> (ProtobufCodec, MessageDescriptors) {
    let dependencies = [dependency("two.proto", TWO)];
    let file = compile::compile(EVERY, &dependencies).unwrap();
    (ProtobufCodec::parse(EVERY, &dependencies).unwrap(), MessageDescriptors(file.parent_pool().clone()))
}

pub(super) struct MessageDescriptors(DescriptorPool);

/// Bytes that decide what a message is like; when they are used up, it has no more fields.
pub(super) struct Entropy<'a>(std::slice::Iter<'a, u8>);

impl<'a> Entropy<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    /// Small numbers often, any number sometimes.
    fn number(&mut self) -> u64 {
        match self.byte() {
            0..=99 => u64::from(self.byte()),
            100..=149 => u64::from(self.byte()).wrapping_neg(),
            150..=199 => 1 << (self.byte() % 64),
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = match self.byte() {
            250.. => 200,
            byte => usize::from(byte % 5),
        };
        (0..length).map(|_| self.byte()).collect()
    }
}

pub(super) fn message(pool: &MessageDescriptors, part: u32, entropy: &mut Entropy<'_>) -> DynamicMessage {
    let name = ["acme.Every", "acme.Other"][usize::try_from(part).unwrap()];
    fill(&pool.0.get_message_by_name(name).unwrap(), 0, entropy)
}

fn fill(descriptor: &MessageDescriptor, depth: usize, entropy: &mut Entropy<'_>) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    if depth > 20 {
        return message;
    }
    let fields: Vec<FieldDescriptor> = descriptor.fields().collect();
    while entropy.0.len() > 0 {
        let choice = usize::from(entropy.byte());
        if choice >= fields.len() {
            if descriptor.name() == "Two" && choice == fields.len() {
                let extension = descriptor.extensions().next().unwrap();
                message.set_extension(&extension, scalar(&extension.kind(), depth, entropy));
            }
            break;
        }
        let field = &fields[choice];
        let many = |entropy: &mut Entropy<'_>| usize::from(entropy.byte() % 4);
        let value = if field.is_map() {
            let entry = field.kind().as_message().unwrap().clone();
            // One entry: the order of more is nobody's promise.
            let key = map_key(&entry.map_entry_key_field().kind(), entropy);
            prost_reflect::Value::Map([(key, scalar(&entry.map_entry_value_field().kind(), depth, entropy))].into())
        } else if field.cardinality() == Cardinality::Repeated {
            let count = many(entropy);
            prost_reflect::Value::List((0..count).map(|_| scalar(&field.kind(), depth, entropy)).collect())
        } else {
            scalar(&field.kind(), depth, entropy)
        };
        message.set_field(field, value);
    }
    message
}

#[allow(clippy::cast_possible_truncation, reason = "any number will do")]
fn scalar(kind: &Kind, depth: usize, entropy: &mut Entropy<'_>) -> prost_reflect::Value {
    use prost_reflect::Value;
    match kind {
        Kind::Message(message) => Value::Message(fill(message, depth + 1, entropy)),
        Kind::Enum(enumeration) => {
            let values: Vec<i32> = enumeration.values().map(|value| value.number()).collect();
            let choice = usize::from(entropy.byte());
            match values.get(choice % (values.len() + 1)) {
                Some(number) => Value::EnumNumber(*number),
                None if enumeration.name() == "Colour" => Value::EnumNumber(77),
                None => Value::EnumNumber(values[0]),
            }
        }
        Kind::String => Value::String(String::from_utf8_lossy(&entropy.bytes()).into_owned()),
        Kind::Bytes => Value::Bytes(entropy.bytes().into()),
        Kind::Bool => Value::Bool(entropy.byte() % 2 == 1),
        Kind::Double => {
            // Of the many that are no number only one is written.
            let number = f64::from_bits(entropy.number());
            Value::F64(if number.is_nan() { f64::NAN } else { number })
        }
        Kind::Float => {
            let number = f32::from_bits(entropy.number() as u32);
            Value::F32(if number.is_nan() { f32::NAN } else { number })
        }
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(entropy.number() as u32 as i32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(entropy.number().cast_signed()),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(entropy.number() as u32),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(entropy.number()),
    }
}

fn map_key(kind: &Kind, entropy: &mut Entropy<'_>) -> MapKey {
    match scalar(kind, 0, entropy) {
        prost_reflect::Value::String(text) => MapKey::String(text),
        prost_reflect::Value::I32(number) => MapKey::I32(number),
        prost_reflect::Value::U64(number) => MapKey::U64(number),
        prost_reflect::Value::Bool(value) => MapKey::Bool(value),
        other => panic!("{other:?} is no key"),
    }
}
