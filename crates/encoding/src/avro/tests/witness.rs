//! The Avro library is the witness of what a type reads.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use apache_avro::AvroSchema;
use serde::Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::encoded::schema_and_bytes;
use super::*;

/// What a type was shown.
#[derive(Debug, PartialEq)]
enum Seen {
    Nothing,
    Bool(bool),
    Number(i128),
    /// In its bits, so that what is no number is equal to itself.
    Float(u64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Seen>),
    Newtype(Box<Seen>),
    List(Vec<Seen>),
    Members(Vec<(Seen, Seen)>),
    Variant(Box<Seen>, Box<Seen>),
}

/// What types ask for, one after the other: the same of both readers.
struct Questions {
    state: Cell<u64>,
    /// How many of a hundred places are asked for what they are.
    plain: u64,
}

impl Questions {
    fn new(seed: u64, plain: u64) -> Self {
        Self { state: Cell::new(seed | 1), plain }
    }

    fn next(&self, below: u64) -> u64 {
        let mut state = self.state.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.state.set(state);
        (state >> 11) % below
    }

    fn name(&self) -> &'static str {
        ["T0", "T1", "T2", "T3"][usize::try_from(self.next(4)).unwrap()]
    }
}

/// Asks for a value in one of the ways in which a type may.
#[derive(Clone, Copy)]
struct Ask<'q>(&'q Questions);

/// Asks for a name.
struct AskName<'q>(&'q Questions);

impl<'de> DeserializeSeed<'de> for AskName<'_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_identifier(Ask(self.0))
    }
}

impl<'de> DeserializeSeed<'de> for Ask<'_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Seen, D::Error> {
        assert!(!d.is_human_readable());
        let questions = self.0;
        if questions.next(100) < questions.plain {
            return d.deserialize_any(self);
        }
        match questions.next(29) {
            0 => d.deserialize_bool(self),
            1 => d.deserialize_i8(self),
            2 => d.deserialize_i16(self),
            3 => d.deserialize_i32(self),
            4 => d.deserialize_i64(self),
            5 => d.deserialize_i128(self),
            6 => d.deserialize_u8(self),
            7 => d.deserialize_u16(self),
            8 => d.deserialize_u32(self),
            9 => d.deserialize_u64(self),
            10 => d.deserialize_u128(self),
            11 => d.deserialize_f32(self),
            12 => d.deserialize_f64(self),
            13 => d.deserialize_char(self),
            14 => d.deserialize_str(self),
            15 => d.deserialize_string(self),
            16 => d.deserialize_bytes(self),
            17 => d.deserialize_byte_buf(self),
            18 => d.deserialize_option(self),
            19 => d.deserialize_unit(self),
            20 => d.deserialize_unit_struct(questions.name(), self),
            21 => d.deserialize_newtype_struct(questions.name(), self),
            22 => d.deserialize_seq(self),
            23 => d.deserialize_tuple(usize::try_from(questions.next(4)).unwrap(), self),
            24 => d.deserialize_tuple_struct(questions.name(), usize::try_from(questions.next(4)).unwrap(), self),
            25 => d.deserialize_map(self),
            26 => d.deserialize_struct(questions.name(), &["f0", "f1"], self),
            27 => d.deserialize_enum("E", &["NEW", "PAID"], self),
            _ => d.deserialize_identifier(self),
        }
    }
}

macro_rules! numbers {
    ($($method:ident($type:ty))*) => {$(
        fn $method<E>(self, number: $type) -> Result<Seen, E> {
            Ok(Seen::Number(i128::from(number)))
        }
    )*};
}

impl<'de> Visitor<'de> for Ask<'_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    numbers! { visit_i64(i64) visit_u64(u64) visit_i128(i128) }

    fn visit_u128<E>(self, number: u128) -> Result<Seen, E> {
        Ok(Seen::Bytes(number.to_le_bytes().to_vec()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        Ok(Seen::Bool(value))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Seen, E> {
        Ok(Seen::Float(number.to_bits()))
    }

    fn visit_char<E>(self, char: char) -> Result<Seen, E> {
        Ok(Seen::Char(char))
    }

    fn visit_str<E>(self, text: &str) -> Result<Seen, E> {
        Ok(Seen::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Seen, E> {
        Ok(Seen::Bytes(bytes.to_vec()))
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::Nothing)
    }

    fn visit_none<E>(self) -> Result<Seen, E> {
        Ok(Seen::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Seen, D::Error> {
        self.deserialize(d).map(|seen| Seen::Some(Box::new(seen)))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Seen, D::Error> {
        self.deserialize(d).map(|seen| Seen::Newtype(Box::new(seen)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Seen, A::Error> {
        let mut seen = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            seen.push(item);
        }
        Ok(Seen::List(seen))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Seen, A::Error> {
        let mut seen = Vec::new();
        while let Some(name) = members.next_key_seed(AskName(self.0))? {
            seen.push((name, members.next_value_seed(self)?));
        }
        Ok(Seen::Members(seen))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<Seen, A::Error> {
        let (name, rest) = variant.variant_seed(AskName(self.0))?;
        let value = match self.0.next(4) {
            _ if self.0.plain == 100 => rest.unit_variant().map(|()| Seen::Nothing),
            0 => rest.newtype_variant_seed(self),
            1 => rest.tuple_variant(usize::try_from(self.0.next(4)).unwrap(), self),
            2 => rest.struct_variant(&["f0"], self),
            _ => rest.unit_variant().map(|()| Seen::Nothing),
        };
        Ok(Seen::Variant(Box::new(name), Box::new(value?)))
    }
}

/// How often each value is asked for.
const QUESTIONS: u64 = 60;

thread_local! {
    /// The library takes types only that know by themselves what they ask for.
    static ASKED: Cell<(u64, u64)> = const { Cell::new((1, 100)) };
}

struct Asked(Seen);

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (seed, plain) = ASKED.get();
        Ask(&Questions::new(seed, plain)).deserialize(deserializer).map(Self)
    }
}

/// What the library reads, and what it leaves.
fn theirs<T: DeserializeOwned>(schema: &Schema, mut bytes: &[u8]) -> Result<(T, usize), apache_avro::Error> {
    let reader = GenericDatumReader::builder(schema).human_readable(false).build().unwrap();
    reader.read_deser(&mut bytes).map(|value| (value, bytes.len()))
}

fn ours<T: DeserializeOwned>(schema: &Schema, bytes: &[u8]) -> Result<(T, usize), BoxError> {
    read(&Compiled::new(schema.clone()).unwrap(), bytes)
}

fn read<T: DeserializeOwned>(compiled: &Compiled, mut bytes: &[u8]) -> Result<(T, usize), BoxError> {
    compiled.read(&mut bytes).map(|value| (value, bytes.len()))
}

/// All that a type of its own may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    tiny: i8,
    short: u16,
    int: i32,
    unsigned: u32,
    long: i64,
    huge: u64,
    wide: i128,
    float: f32,
    double: f64,
    letter: char,
    text: String,
    #[serde(with = "apache_avro::serde::bytes")]
    bytes: Vec<u8>,
    uuid: uuid::Uuid,
    note: Option<String>,
    last: Option<Box<Line>>,
    lines: Vec<Line>,
    counts: BTreeMap<String, Vec<i64>>,
    pair: (i32, String),
    state: State,
    event: Event,
    price: Cents,
    nothing: (),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: i32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    New,
    Paid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Event {
    Nothing,
    Opened { id: String },
    Moved(i32, i32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

fn everything_schema() -> Schema {
    let field = |name: &str, schema: Value| json!({"name": name, "type": schema});
    let wide = |schema: Schema| serde_json::to_value(schema).unwrap();
    let record = |name: &str, fields: Value| json!({"type": "record", "name": name, "fields": fields});
    let ints = json!([field("field_0", json!("int")), field("field_1", json!("int"))]);
    let pair = json!([field("field_0", json!("int")), field("field_1", json!("string"))]);
    let fields = json!([
        field("flag", json!("boolean")),
        field("tiny", json!("int")),
        field("short", json!("int")),
        field("int", json!("int")),
        field("unsigned", json!("long")),
        field("long", json!({"type": "long", "logicalType": "timestamp-millis"})),
        field("huge", wide(u64::get_schema())),
        field("wide", wide(i128::get_schema())),
        field("float", json!("float")),
        field("double", json!("double")),
        field("letter", json!("string")),
        field("text", json!("string")),
        field("bytes", json!("bytes")),
        field("uuid", json!({"type": "fixed", "name": "Uuid", "size": 16, "logicalType": "uuid"})),
        field("note", json!(["null", "string"])),
        field(
            "last",
            json!([record("Line", json!([field("sku", json!("string")), field("quantity", json!("int"))])), "null"])
        ),
        field("lines", json!({"type": "array", "items": "Line"})),
        field("counts", json!({"type": "map", "values": {"type": "array", "items": "long"}})),
        field("pair", record("Pair", pair)),
        field("state", json!({"type": "enum", "name": "State", "symbols": ["New", "Paid"]})),
        field("event", json!(["null", record("Opened", json!([field("id", json!("string"))])), record("Moved", ints)])),
        field("price", record("Cents", json!([field("value", json!("long"))]))),
        field("nothing", json!("null")),
    ]);
    Schema::parse_str(&record("Everything", fields).to_string()).unwrap()
}

fn line() -> impl Strategy<Value = Line> {
    (any::<String>(), any::<i32>()).prop_map(|(sku, quantity)| Line { sku, quantity })
}

fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (
        any::<bool>(),
        any::<i8>(),
        any::<u16>(),
        any::<i32>(),
        any::<u32>(),
        any::<i64>(),
        any::<u64>(),
        any::<i128>(),
        any::<f32>(),
        any::<f64>(),
    );
    let texts = (any::<char>(), any::<String>(), any::<Vec<u8>>(), any::<u128>(), any::<Option<String>>());
    let state = prop::sample::select(vec![State::New, State::Paid]);
    let event = prop_oneof![
        Just(Event::Nothing),
        any::<String>().prop_map(|id| Event::Opened { id }),
        any::<(i32, i32)>().prop_map(|(x, y)| Event::Moved(x, y)),
    ];
    let counts = prop::collection::btree_map(any::<String>(), any::<Vec<i64>>(), 0..3);
    let others = (
        prop::option::of(line()),
        prop::collection::vec(line(), 0..4),
        counts,
        any::<(i32, String)>(),
        state,
        event,
        any::<i64>(),
    );
    (numbers, texts, others).prop_map(|(numbers, texts, others)| {
        let (flag, tiny, short, int, unsigned, long, huge, wide, float, double) = numbers;
        let (letter, text, bytes, uuid, note) = texts;
        let (last, lines, counts, pair, state, event, price) = others;
        Everything {
            flag,
            tiny,
            short,
            int,
            unsigned,
            long,
            huge,
            wide,
            float,
            double,
            letter,
            text,
            bytes,
            uuid: uuid::Uuid::from_u128(uuid),
            note,
            last: last.map(Box::new),
            lines,
            counts,
            pair,
            state,
            event,
            price: Cents(price),
            nothing: (),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_type_that_takes_anything_is_shown_what_the_library_shows_it((schema, bytes) in schema_and_bytes()) {
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        ASKED.set((1, 100));
        let (ours, theirs) = (ours::<Asked>(&schema, &bytes), theirs::<Asked>(&schema, &bytes));
        let ((ours, our_rest), (theirs, their_rest)) = (ours.unwrap(), theirs.unwrap());
        prop_assert_eq!(ours.0, theirs.0);
        prop_assert_eq!((our_rest, their_rest), (0, 0));
    }

    /// What it refuses is refused, what it takes is taken, whatever a type asks for.
    #[test]
    fn a_type_gets_what_the_library_gives_it((schema, bytes) in schema_and_bytes(), seed: u64, plain in 0u64..100) {
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        let compiled = Compiled::new(schema.clone()).unwrap();
        // Most questions are refused, so many are asked of each value.
        for question in 0..QUESTIONS {
            ASKED.set((seed.wrapping_add(question.wrapping_mul(0x9e37_79b9_7f4a_7c15)), plain));
            match (read::<Asked>(&compiled, &bytes), theirs::<Asked>(&schema, &bytes)) {
                (Ok((ours, our_rest)), Ok((theirs, their_rest))) => {
                    prop_assert_eq!(ours.0, theirs.0);
                    prop_assert_eq!(our_rest, their_rest);
                }
                (Err(_), Err(_)) => {}
                (ours, theirs) => {
                    prop_assert!(false, "{:?} {:?}", ours.map(|(ours, _)| ours.0), theirs.map(|(theirs, _)| theirs.0));
                }
            }
        }
    }

    #[test]
    fn bytes_that_were_changed_are_what_the_library_reads_or_an_error(
        (schema, bytes) in schema_and_bytes(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end: prop::sample::Index,
        seed: u64,
        plain in prop_oneof![Just(100u64), 50u64..100],
    ) {
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        let mut bytes = bytes;
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if plain % 2 == 0 {
            bytes.truncate(end.index(bytes.len() + 1));
        }
        ASKED.set((seed, plain));
        // Only what could be read is shown to the library, which believes what it is told.
        if let Ok((ours, our_rest)) = ours::<Asked>(&schema, &bytes) {
            let (theirs, their_rest) = theirs::<Asked>(&schema, &bytes).unwrap();
            prop_assert_eq!(ours.0, theirs.0);
            prop_assert_eq!(our_rest, their_rest);
        }
    }

    /// What nobody wants takes the bytes that it would take if somebody did.
    #[test]
    fn what_is_ignored_is_passed_over((schema, bytes) in schema_and_bytes(), rest: Vec<u8>) {
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        let (_, left) = ours::<serde::de::IgnoredAny>(&schema, &[bytes, rest.clone()].concat()).unwrap();
        prop_assert_eq!(left, rest.len());
    }
}

proptest! {
    #[test]
    fn a_type_with_everything_is_read_back(value in everything()) {
        let schema = everything_schema();
        let writer = GenericDatumWriter::builder(&schema).human_readable(false).build().unwrap();
        let bytes = writer.write_ser_to_vec(&value).unwrap();
        prop_assert_eq!(&theirs::<Everything>(&schema, &bytes).unwrap(), &(value.clone(), 0));
        prop_assert_eq!(&ours::<Everything>(&schema, &bytes).unwrap(), &(value, 0));
        for cut in 0..bytes.len().min(200) {
            prop_assert!(ours::<Everything>(&schema, &bytes[..cut]).is_err());
        }
    }
}
