mod build;
mod special;

use prost_reflect::DescriptorPool;
use rustc_hash::FxHashMap;

pub(super) use self::special::Special;
use super::wire::{Tag, WireType};

/// The messages and enums of a file and of all that it imports, in the form in which values are written and read:
/// numbers and tags at hand, names looked up once.
pub(super) struct Schema {
    messages: Vec<Message>,
    enums: Vec<Enum>,
    by_name: FxHashMap<Box<str>, MessageId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageId(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EnumId(usize);

pub(super) struct Message {
    /// The full name.
    pub(super) name: Box<str>,
    /// In the order of their numbers.
    pub(super) fields: Vec<Field>,
    /// The names of the oneofs that someone wrote.
    pub(super) oneofs: Vec<Box<str>>,
    pub(super) special: Option<Special>,
    /// Whether a field must be there.
    pub(super) has_required: bool,
    /// Where the fields are, by the names in the file and those in JSON.
    by_name: FxHashMap<Box<str>, usize>,
}

pub(super) struct Field {
    pub(super) number: u32,
    /// As it is written in the file; an extension's full name stands in brackets.
    pub(super) name: Box<str>,
    /// As other clients write it in JSON.
    pub(super) json_name: Box<str>,
    pub(super) presence: Presence,
    pub(super) form: Form,
    pub(super) element: Element,
}

/// How it is known whether a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is not: a value that is not there is the default.
    Implicit,
    Explicit,
    Required,
    /// The place of its oneof in the message.
    OneOf(usize),
}

/// How many values a field has, and how they lie.
pub(super) enum Form {
    Single,
    /// Each value after a tag.
    List,
    /// All values in one block after this tag.
    Packed(Tag),
    Map(Box<Entry>),
}

/// One value, where the field around it has many.
pub(super) static SINGLE: Form = Form::Single;

/// The two fields of a map's entry.
pub(super) struct Entry {
    pub(super) key: Element,
    pub(super) value: Element,
}

/// How one value is written.
#[derive(Clone, Copy)]
pub(super) struct Element {
    pub(super) kind: Kind,
    pub(super) tag: Tag,
    /// What stands around a message.
    pub(super) framing: Framing,
    /// Whether the default is left out.
    pub(super) skips_default: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Framing {
    /// Nothing: the message is the payload.
    Bare,
    Length,
    /// The group's end tag.
    Group(Tag),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Enum(EnumId),
    Message(MessageId),
}

pub(super) struct Enum {
    /// The full name.
    pub(super) name: Box<str>,
    /// Whether numbers without a name are values too.
    pub(super) open: bool,
    /// In the order of the file; of two names of one number the first is read.
    values: Vec<(Box<str>, i32)>,
    by_name: FxHashMap<Box<str>, i32>,
    by_number: FxHashMap<i32, usize>,
}

impl Schema {
    pub(super) fn of(pool: &DescriptorPool) -> Self {
        build::schema(pool)
    }

    #[inline]
    pub(super) fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }

    #[inline]
    pub(super) fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// The message of a full name.
    pub(super) fn find(&self, name: &str) -> Option<MessageId> {
        self.by_name.get(name).copied()
    }

    /// What a kind is besides a plain message or scalar.
    pub(super) fn special(&self, kind: Kind) -> Option<Special> {
        match kind {
            Kind::Message(id) => self.message(id).special,
            _ => None,
        }
    }

    /// Whether JSON's null is a value of the kind.
    pub(super) fn takes_null(&self, kind: Kind) -> bool {
        match kind {
            Kind::Message(id) => self.message(id).special == Some(Special::Value),
            Kind::Enum(id) => self.enumeration(id).is_null_value(),
            _ => false,
        }
    }
}

impl Message {
    /// Where the field of a name is. `likely` is looked at first, since fields are asked for in their order.
    #[inline]
    pub(super) fn position(&self, name: &str, likely: usize) -> Option<usize> {
        match self.fields.get(likely) {
            Some(field) if field.is_called(name) => Some(likely),
            _ => self.by_name.get(name).copied(),
        }
    }

    /// Where the field of a number is. `likely` is looked at first, since fields are written in their order.
    #[inline]
    pub(super) fn position_of_number(&self, number: u32, likely: usize) -> Option<usize> {
        match self.fields.get(likely) {
            Some(field) if field.number == number => Some(likely),
            _ => self.fields.binary_search_by_key(&number, |field| field.number).ok(),
        }
    }
}

impl Field {
    #[inline]
    pub(super) fn is_called(&self, name: &str) -> bool {
        *self.name == *name || *self.json_name == *name
    }

    /// Whether there is a value even where the wire has none.
    #[inline]
    pub(super) fn has_default(&self) -> bool {
        matches!(self.presence, Presence::Implicit) || !matches!(self.form, Form::Single)
    }
}

impl Element {
    /// The message that is the payload itself.
    pub(super) fn payload(message: MessageId) -> Self {
        Self { kind: Kind::Message(message), tag: Tag::NONE, framing: Framing::Bare, skips_default: false }
    }
}

impl Kind {
    #[inline]
    pub(super) fn wire_type(self) -> WireType {
        match self {
            Self::Int32 | Self::Int64 | Self::Uint32 | Self::Uint64 | Self::Sint32 | Self::Sint64 | Self::Bool => {
                WireType::Varint
            }
            Self::Enum(_) => WireType::Varint,
            Self::Double | Self::Fixed64 | Self::Sfixed64 => WireType::Eight,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => WireType::Four,
            Self::String | Self::Bytes | Self::Message(_) => WireType::Length,
        }
    }

    /// Whether values may lie in one block.
    #[inline]
    pub(super) fn is_packable(self) -> bool {
        self.wire_type() != WireType::Length
    }
}

impl Enum {
    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.by_name.get(name).copied()
    }

    pub(super) fn name_of(&self, number: i32) -> Option<&str> {
        self.by_number.get(&number).and_then(|index| self.values.get(*index)).map(|(name, _)| &**name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| &**name)
    }

    /// Whether it is the enum that stands for JSON's null.
    pub(super) fn is_null_value(&self) -> bool {
        &*self.name == "google.protobuf.NullValue"
    }
}
