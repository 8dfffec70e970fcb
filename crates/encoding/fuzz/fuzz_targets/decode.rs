//! Any bytes against the schemas of the golden corpus: decoding ends in a value or an error, and never in a panic, an
//! endless loop or memory beyond the fuzzer's limit.
//!
//! The first two bytes choose the case, the third the form; what follows is the payload, or the header and the payload.

#![no_main]

#[path = "../../tests/golden/corpus.rs"]
#[allow(dead_code, reason = "the corpus serves tests too")]
mod corpus;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use corpus::{Case, CorpusRegistry};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::Value;
use test_probe_directives::WallClock;
use test_probe_encoding::{CloudEvent, DecodeError, Framed, SchemaCatalog, SerdesFactory, SerdesSettings};

/// A type that takes whatever is there, through serde.
#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "it is only read")]
enum Anything {
    Value(Value),
}

fn world() -> &'static (Vec<Case>, SerdesFactory) {
    static WORLD: OnceLock<(Vec<Case>, SerdesFactory)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let cases = corpus::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/encoding"));
        let registry = Arc::new(CorpusRegistry::of(&cases));
        let settings = SerdesSettings::default();
        let factory = SerdesFactory::new(registry, SchemaCatalog::default(), settings, WallClock::system());
        (cases, factory)
    })
}

fn decode(factory: &SerdesFactory, framed: Framed<'_>) {
    let json: Result<Value, DecodeError> =
        futures_executor::block_on(factory.resolving(|factory| factory.decode_value_json(framed)));
    drop(json);
    drop(factory.decode_value::<Anything>(framed));
    drop(factory.decode_value::<CloudEvent>(framed));
    drop(factory.record_names_of(framed));
    drop(factory.validate_value(framed));
}

fuzz_target!(|data: &[u8]| {
    let [first, second, form, rest @ ..] = data else { return };
    let (cases, factory) = world();
    let case = &cases[usize::from(u16::from_le_bytes([*first, *second])) % cases.len()];
    match form % 3 {
        0 => decode(factory, Framed::new(&[&[0], case.id.to_be_bytes().as_slice(), rest].concat())),
        1 => decode(factory, Framed::new(rest)),
        _ => {
            let (header, payload) = rest.split_at(rest.len().min(20));
            let guid = case.guid.map_or(header.to_vec(), |guid| [&[1], guid.as_bytes().as_slice(), header].concat());
            decode(factory, Framed::new(payload).with_schema_header(Some(&guid)));
        }
    }
});
