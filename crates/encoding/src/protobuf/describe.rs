use super::schema::{Element, Entry, Form, Kind, Schema, Special};

/// An enum with more names is not listed to its end.
const MOST_NAMES: usize = 20;

/// What a field wants, in words that a writer of JSON understands.
pub(super) fn describe_form(schema: &Schema, form: &Form, element: &Element) -> String {
    match form {
        Form::Single => describe(schema, element.kind),
        Form::List | Form::Packed(_) => format!("a list of {}", name_of(schema, element.kind)),
        Form::Map(entry) => {
            let Entry { key, value } = &**entry;
            format!("a map of {} by {}", name_of(schema, value.kind), name_of(schema, key.kind))
        }
    }
}

/// What one value wants.
pub(super) fn describe(schema: &Schema, kind: Kind) -> String {
    match kind {
        Kind::Double | Kind::Float => format!("a {}", name_of(schema, kind)),
        Kind::Int32 => "an int32, a whole number of 32 bits".into(),
        Kind::Sint32 | Kind::Sfixed32 => format!("a {}, a whole number of 32 bits", name_of(schema, kind)),
        Kind::Int64 => "an int64, a whole number of 64 bits".into(),
        Kind::Sint64 | Kind::Sfixed64 => format!("a {}, a whole number of 64 bits", name_of(schema, kind)),
        Kind::Uint32 | Kind::Fixed32 => {
            format!("a {}, a whole number of 32 bits that is not negative", name_of(schema, kind))
        }
        Kind::Uint64 | Kind::Fixed64 => {
            format!("a {}, a whole number of 64 bits that is not negative", name_of(schema, kind))
        }
        Kind::Bool => "a bool".into(),
        Kind::String => "a string".into(),
        Kind::Bytes => "bytes, a text in base64".into(),
        Kind::Enum(id) => {
            let enumeration = schema.enumeration(id);
            let mut names: Vec<&str> = enumeration.names().take(MOST_NAMES + 1).collect();
            if names.len() > MOST_NAMES {
                names[MOST_NAMES] = "…";
            }
            format!("one of {} (enum {})", names.join(", "), enumeration.name)
        }
        Kind::Message(id) => match schema.message(id).special {
            Some(Special::Timestamp) => "a timestamp such as \"2026-01-31T08:00:00Z\"".into(),
            Some(Special::Duration) => "a duration such as \"1.5s\"".into(),
            Some(Special::FieldMask) => "field names such as \"id,customerName\"".into(),
            Some(Special::Decimal) => "a decimal, as a number or a text such as \"12.50\"".into(),
            Some(Special::Struct) => "an object".into(),
            Some(Special::ListValue) => "a list".into(),
            Some(Special::Value) => "any JSON".into(),
            Some(Special::Any) => "a message with its type, {\"@type\": \"type.googleapis.com/…\", …}".into(),
            Some(Special::Wrapper) => match schema.message(id).fields.first() {
                Some(field) => describe(schema, field.element.kind),
                None => name_of(schema, kind),
            },
            None => format!("message {}", name_of(schema, kind)),
        },
    }
}

/// How the file calls the type.
pub(super) fn name_of(schema: &Schema, kind: Kind) -> String {
    match kind {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes => "bytes",
        Kind::Enum(id) => &schema.enumeration(id).name,
        Kind::Message(id) => &schema.message(id).name,
    }
    .to_owned()
}
