use apache_avro::schema::{DecimalSchema, Schema, UnionSchema};

/// What a schema wants, in words that a writer of JSON understands.
pub(super) fn describe(schema: &Schema) -> String {
    match schema {
        Schema::Null => "null".into(),
        Schema::Boolean => "a boolean".into(),
        Schema::Int => "an int, a whole number of 32 bits".into(),
        Schema::Long => "a long, a whole number of 64 bits".into(),
        Schema::Float => "a float".into(),
        Schema::Double => "a double".into(),
        Schema::Bytes => "bytes, a text of the characters U+0000 to U+00FF, one a byte".into(),
        Schema::String => "a string".into(),
        Schema::Array(array) => format!("an array of {}", name_of(&array.items)),
        Schema::Map(map) => format!("a map of {}", name_of(&map.types)),
        Schema::Union(union) => describe_union(union),
        Schema::Record(record) => format!("record {}", record.name),
        Schema::Enum(symbols) => format!("one of {} (enum {})", symbols.symbols.join(", "), symbols.name),
        Schema::Fixed(fixed) => {
            format!("fixed {}, a text of {} characters U+0000 to U+00FF, one a byte", fixed.name, fixed.size)
        }
        Schema::Decimal(DecimalSchema { precision, scale, .. }) => format!(
            "a decimal of at most {precision} digits, {scale} of them after the point, as a number or a text such as \
             \"12.5\""
        ),
        Schema::BigDecimal => "a decimal, as a number or a text such as \"12.5\"".into(),
        Schema::Uuid(_) => "a UUID such as \"3f2504e0-4f89-41d3-9a0c-0305e82c3301\"".into(),
        Schema::Date => "a date such as \"2026-01-31\", or its days since 1970-01-01".into(),
        Schema::TimeMillis => "a time such as \"08:00:00.250\", or its milliseconds since midnight".into(),
        Schema::TimeMicros => "a time such as \"08:00:00.250\", or its microseconds since midnight".into(),
        Schema::TimestampMillis => instant("milliseconds"),
        Schema::TimestampMicros => instant("microseconds"),
        Schema::TimestampNanos => instant("nanoseconds"),
        Schema::LocalTimestampMillis => local("milliseconds"),
        Schema::LocalTimestampMicros => local("microseconds"),
        Schema::LocalTimestampNanos => local("nanoseconds"),
        Schema::Duration(_) => r#"a duration such as {"months": 1, "days": 2, "millis": 500}"#.into(),
        Schema::Ref { name } => name.to_string(),
    }
}

fn instant(unit: &str) -> String {
    format!("a timestamp such as \"2026-01-31T08:00:00Z\", or its {unit} since 1970")
}

fn local(unit: &str) -> String {
    format!("a local timestamp such as \"2026-01-31T08:00:00\", or its {unit} since 1970")
}

/// The branches of a union by their names: `null, string or com.acme.Order`.
pub(super) fn describe_union(union: &UnionSchema) -> String {
    let branches: Vec<String> = union.variants().iter().map(name_of).collect();
    match branches.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => branches.concat(),
    }
}

/// How a union calls one of its branches: the underlying type, or the full name of a named type.
pub(super) fn name_of(schema: &Schema) -> String {
    if let Some(name) = schema.name() {
        return name.to_string();
    }
    match schema {
        Schema::Null => "null",
        Schema::Boolean => "boolean",
        Schema::Int | Schema::Date | Schema::TimeMillis => "int",
        Schema::Long
        | Schema::TimeMicros
        | Schema::TimestampMillis
        | Schema::TimestampMicros
        | Schema::TimestampNanos
        | Schema::LocalTimestampMillis
        | Schema::LocalTimestampMicros
        | Schema::LocalTimestampNanos => "long",
        Schema::Float => "float",
        Schema::Double => "double",
        Schema::String | Schema::Uuid(apache_avro::schema::UuidSchema::String) => "string",
        Schema::Array(_) => "array",
        Schema::Map(_) => "map",
        Schema::Union(_) => "union",
        // What is left without a name is written as bytes.
        _ => "bytes",
    }
    .to_owned()
}
