//! Bytes that nobody's writer made.

use super::*;

/// How many values there are in a document.
fn values(document: &Value) -> usize {
    1 + match document {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(members) => members.values().map(values).sum(),
        _ => 0,
    }
}

/// A message with one field of each sort, as deep as the bytes go.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Sample {
    double: f64,
    int32: i32,
    uint64: u64,
    string: String,
    bytes: Vec<u8>,
    colour: String,
    every: Option<Box<Sample>>,
    ints: Vec<i64>,
    everies: Vec<Sample>,
    by_int: std::collections::HashMap<i32, Sample>,
    a_string: Option<String>,
}

/// How many fields a message of the file has at most, which all have values where the bytes have none.
const FIELDS: usize = 35;

/// Real messages into which other bytes were written.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let places = prop::collection::vec((any::<prop::sample::Index>(), any::<Vec<u8>>()), 0..3);
    (any::<Vec<u8>>(), places, any::<bool>()).prop_map(|(entropy, places, cut)| {
        let (_, pool) = shapes::every();
        let mut bytes = shapes::message(&pool, 0, &mut Entropy::of(&entropy)).encode_to_vec();
        for (place, other) in places {
            let at = place.index(bytes.len() + 1);
            if cut {
                bytes.truncate(at);
            } else {
                bytes.splice(at..at, other.into_iter().take(3));
            }
        }
        bytes
    })
}

#[test]
fn lengths_beyond_the_payload_reserve_nothing() {
    let (codec, _) = shapes::every();
    let mut claim = Vec::new();
    wire::write_varint(400_000_000, &mut claim);
    // A string, bytes, a message and a block of numbers.
    for tag in [&[0x72][..], &[0x7a], &[0x8a, 1], &[0xa2, 1]] {
        let bytes = [tag, &claim, &[2]].concat();
        let told = read(&codec, &bytes).unwrap_err();
        assert!(told.starts_with("$: a length goes beyond the end, "), "{told}");
    }
}

#[test]
fn endless_groups_do_not_end_the_process() {
    let codec = proto2("message A { repeated group G = 1 { optional A a = 1; } }");
    for bytes in [vec![0x0b; 1_000_000], vec![0x1b; 1_000_000]] {
        let told = read(&codec, &bytes).unwrap_err();
        assert!(told.starts_with("$: groups lie too deep in one another, "), "{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// What is read is bounded by the bytes that are there: each message has a byte of its own, and each value of a list
    /// or map, and a message names so many fields at most.
    #[test]
    fn hostile_bytes_are_a_value_no_larger_than_they_are_or_an_error(bytes in hostile()) {
        let (codec, pool) = shapes::every();
        let json = codec.read_json(Part::WHOLE, &mut bytes.as_slice());
        let typed = codec.read::<Value>(Part::WHOLE, &mut bytes.as_slice());
        prop_assert_eq!(typed.is_ok(), json.is_ok(), "{:?} {:?}", typed, json);
        let sample = codec.read::<Sample>(Part::WHOLE, &mut bytes.as_slice());
        prop_assert!(sample.is_ok() || !bytes.is_empty());
        if let Ok(json) = &json {
            prop_assert!(values(json) <= (bytes.len() + 1) * FIELDS);
            prop_assert_eq!(&typed.unwrap(), json);
            // The reflection library takes nothing less, but for fields of another wire type.
            let theirs = DynamicMessage::decode(shapes::message(&pool, 0, &mut Entropy::of(&[])).descriptor(), bytes.as_slice());
            prop_assert!(theirs.is_ok(), "{:?}", theirs);
            let mut written = Vec::new();
            codec.write_json(Part::WHOLE, json, &mut written).unwrap();
        }
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes: Vec<u8>) {
        let (codec, _) = shapes::every();
        let json = codec.read_json(Part::WHOLE, &mut bytes.as_slice());
        let typed = codec.read::<Value>(Part::WHOLE, &mut bytes.as_slice());
        prop_assert_eq!(typed.is_ok(), json.is_ok());
    }
}
