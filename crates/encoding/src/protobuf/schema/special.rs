use super::{Field, Form, Kind};

/// A message that JSON writes otherwise than as an object of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protobuf) enum Special {
    Timestamp,
    Duration,
    /// A message around one scalar, which may be absent.
    Wrapper,
    Struct,
    Value,
    ListValue,
    FieldMask,
    Any,
    /// Confluent's decimal.
    Decimal,
}

impl Special {
    /// What a message is by its name, as long as its fields are those that the name promises: a file may define a
    /// message of such a name anew.
    pub(super) fn of(name: &str, fields: &[Field]) -> Option<Self> {
        let special = match name {
            "google.protobuf.Timestamp" => Self::Timestamp,
            "google.protobuf.Duration" => Self::Duration,
            "google.protobuf.DoubleValue"
            | "google.protobuf.FloatValue"
            | "google.protobuf.Int64Value"
            | "google.protobuf.UInt64Value"
            | "google.protobuf.Int32Value"
            | "google.protobuf.UInt32Value"
            | "google.protobuf.BoolValue"
            | "google.protobuf.StringValue"
            | "google.protobuf.BytesValue" => Self::Wrapper,
            "google.protobuf.Struct" => Self::Struct,
            "google.protobuf.Value" => Self::Value,
            "google.protobuf.ListValue" => Self::ListValue,
            "google.protobuf.FieldMask" => Self::FieldMask,
            "google.protobuf.Any" => Self::Any,
            "confluent.type.Decimal" => Self::Decimal,
            _ => return None,
        };
        let numbered = fields.iter().zip(1..).all(|(field, number)| field.number == number);
        (numbered && special.has(fields)).then_some(special)
    }

    fn has(self, fields: &[Field]) -> bool {
        let single = |field: &Field, kind| matches!(field.form, Form::Single) && field.element.kind == kind;
        match (self, fields) {
            (Self::Timestamp | Self::Duration, [seconds, nanos]) => {
                single(seconds, Kind::Int64) && single(nanos, Kind::Int32)
            }
            (Self::Wrapper, [value]) => {
                matches!(value.form, Form::Single) && !matches!(value.element.kind, Kind::Message(_) | Kind::Enum(_))
            }
            (Self::Struct, [fields]) => match &fields.form {
                Form::Map(entry) => entry.key.kind == Kind::String && matches!(entry.value.kind, Kind::Message(_)),
                _ => false,
            },
            (Self::ListValue, [values]) => {
                matches!(values.form, Form::List) && matches!(values.element.kind, Kind::Message(_))
            }
            (Self::Value, [null, number, text, truth, object, list]) => {
                matches!(null.element.kind, Kind::Enum(_))
                    && single(number, Kind::Double)
                    && single(text, Kind::String)
                    && single(truth, Kind::Bool)
                    && matches!((object.element.kind, list.element.kind), (Kind::Message(_), Kind::Message(_)))
            }
            (Self::FieldMask, [paths]) => matches!(paths.form, Form::List) && paths.element.kind == Kind::String,
            (Self::Any, [type_url, value]) => single(type_url, Kind::String) && single(value, Kind::Bytes),
            (Self::Decimal, [value, precision, scale]) => {
                single(value, Kind::Bytes) && single(precision, Kind::Uint32) && single(scale, Kind::Int32)
            }
            _ => false,
        }
    }

    /// Whether the message is any JSON of a sort, of which the wire form is of no interest to anyone.
    pub(in crate::protobuf) fn is_json(self) -> bool {
        matches!(self, Self::Struct | Self::Value | Self::ListValue)
    }
}
