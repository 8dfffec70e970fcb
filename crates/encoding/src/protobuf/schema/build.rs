use prost_reflect::{Cardinality, DescriptorPool, EnumDescriptor, MessageDescriptor, OneofDescriptor, Syntax};
use rustc_hash::FxHashMap;

use super::super::wire::{Tag, WireType};
use super::{Element, Entry, Enum, EnumId, Field, Form, Framing, Kind, Message, MessageId, Presence, Schema, Special};

pub(super) fn schema(pool: &DescriptorPool) -> Schema {
    let ids = Ids {
        messages: pool
            .all_messages()
            .enumerate()
            .map(|(index, message)| (Box::from(message.full_name()), MessageId(index)))
            .collect(),
        enums: pool
            .all_enums()
            .enumerate()
            .map(|(index, enumeration)| (Box::from(enumeration.full_name()), EnumId(index)))
            .collect(),
    };
    Schema {
        messages: pool.all_messages().map(|message| ids.message(&message)).collect(),
        enums: pool.all_enums().map(|enumeration| self::enumeration(&enumeration)).collect(),
        by_name: ids.messages,
    }
}

/// Where the messages and enums will lie.
struct Ids {
    messages: FxHashMap<Box<str>, MessageId>,
    enums: FxHashMap<Box<str>, EnumId>,
}

/// A field or an extension: the library tells the same of both, by types of their own.
macro_rules! field {
    ($ids:expr, $described:expr, $name:expr, $presence:expr) => {{
        let described = &$described;
        let number = described.number();
        let kind = $ids.kind(described.kind());
        let presence = $presence;
        let form = match described.kind().as_message().filter(|_| described.is_map()) {
            Some(entry) => Form::Map(Box::new(Entry {
                key: $ids.entry_element(&entry.map_entry_key_field()),
                value: $ids.entry_element(&entry.map_entry_value_field()),
            })),
            None if described.is_packed() => Form::Packed(Tag::new(number, WireType::Length)),
            None if described.is_list() => Form::List,
            None => Form::Single,
        };
        let element = if matches!(form, Form::Packed(_)) {
            Element { kind, tag: Tag::NONE, framing: Framing::Bare, skips_default: false }
        } else {
            let skips_default = presence == Presence::Implicit && matches!(form, Form::Single);
            element(number, kind, described.is_group(), skips_default)
        };
        Field { number, name: $name, json_name: described.json_name().into(), presence, form, element }
    }};
}

impl Ids {
    fn message(&self, message: &MessageDescriptor) -> Message {
        let mut oneofs: Vec<Box<str>> = Vec::new();
        let mut fields: Vec<Field> = message
            .fields()
            .map(|field| {
                let oneof = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
                let presence = match (oneof, field.cardinality()) {
                    (Some(oneof), _) => Presence::OneOf(place(&mut oneofs, &oneof)),
                    (None, Cardinality::Required) => Presence::Required,
                    (None, _) if field.supports_presence() => Presence::Explicit,
                    (None, _) => Presence::Implicit,
                };
                field!(self, field, field.name().into(), presence)
            })
            .collect();
        fields.extend(message.extensions().map(|extension| {
            let presence = if extension.supports_presence() { Presence::Explicit } else { Presence::Implicit };
            field!(self, extension, format!("[{}]", extension.full_name()).into(), presence)
        }));
        fields.sort_by_key(|field| field.number);
        let mut by_name = FxHashMap::default();
        for (position, field) in fields.iter().enumerate() {
            by_name.insert(field.json_name.clone(), position);
        }
        // A name in the file goes before another field's name in JSON.
        for (position, field) in fields.iter().enumerate() {
            by_name.insert(field.name.clone(), position);
        }
        Message {
            name: message.full_name().into(),
            special: Special::of(message.full_name(), &fields),
            has_required: fields.iter().any(|field| field.presence == Presence::Required),
            fields,
            oneofs,
            by_name,
        }
    }

    fn entry_element(&self, field: &prost_reflect::FieldDescriptor) -> Element {
        element(field.number(), self.kind(field.kind()), field.is_group(), false)
    }

    fn kind(&self, kind: prost_reflect::Kind) -> Kind {
        use prost_reflect::Kind as Described;
        match kind {
            Described::Double => Kind::Double,
            Described::Float => Kind::Float,
            Described::Int32 => Kind::Int32,
            Described::Int64 => Kind::Int64,
            Described::Uint32 => Kind::Uint32,
            Described::Uint64 => Kind::Uint64,
            Described::Sint32 => Kind::Sint32,
            Described::Sint64 => Kind::Sint64,
            Described::Fixed32 => Kind::Fixed32,
            Described::Fixed64 => Kind::Fixed64,
            Described::Sfixed32 => Kind::Sfixed32,
            Described::Sfixed64 => Kind::Sfixed64,
            Described::Bool => Kind::Bool,
            Described::String => Kind::String,
            Described::Bytes => Kind::Bytes,
            // A pool holds every type that it names; the fallbacks are never taken.
            Described::Message(message) => {
                self.messages.get(message.full_name()).map_or(Kind::Bytes, |id| Kind::Message(*id))
            }
            Described::Enum(enumeration) => {
                self.enums.get(enumeration.full_name()).map_or(Kind::Int32, |id| Kind::Enum(*id))
            }
        }
    }
}

fn element(number: u32, kind: Kind, is_group: bool, skips_default: bool) -> Element {
    let (wire, framing) = if is_group {
        (WireType::GroupStart, Framing::Group(Tag::new(number, WireType::GroupEnd)))
    } else {
        (kind.wire_type(), Framing::Length)
    };
    Element { kind, tag: Tag::new(number, wire), framing, skips_default }
}

/// The place of a oneof among those that were met.
fn place(met: &mut Vec<Box<str>>, oneof: &OneofDescriptor) -> usize {
    met.iter().position(|name| **name == *oneof.name()).unwrap_or_else(|| {
        met.push(oneof.name().into());
        met.len() - 1
    })
}

fn enumeration(enumeration: &EnumDescriptor) -> Enum {
    // The library sorts the values by their numbers; the descriptor has them as they were written.
    let values: Vec<(Box<str>, i32)> = enumeration
        .enum_descriptor_proto()
        .value
        .iter()
        .map(|value| (Box::from(value.name()), value.number()))
        .collect();
    let mut by_number = FxHashMap::default();
    for (index, (_, number)) in values.iter().enumerate() {
        by_number.entry(*number).or_insert(index);
    }
    Enum {
        name: enumeration.full_name().into(),
        open: enumeration.parent_file().syntax() == Syntax::Proto3,
        by_name: values.iter().cloned().collect(),
        values,
        by_number,
    }
}
