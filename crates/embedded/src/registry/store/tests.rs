use proptest::prelude::*;

use super::*;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;
const ORDER_WITH_DEFAULT: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int","default":0}]}"#;
const ORDER_WITHOUT_DEFAULT: &str =
    r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int"}]}"#;

fn avro(text: &str) -> StoredSchema {
    StoredSchema::new(Format::Avro, text, false).unwrap()
}

#[test]
fn a_text_has_one_id_under_every_subject_and_a_version_in_each() {
    let mut store = RegistryStore::default();
    assert_eq!(store.register("other", avro("\"int\"")), Ok(1));
    assert_eq!(store.register("a", avro(ORDER)), Ok(2));
    assert_eq!(store.register("b", avro(ORDER)), Ok(2));
    assert_eq!(store.register("a", avro(ORDER_WITH_DEFAULT)), Ok(3));
    assert_eq!(store.register("a", avro(ORDER)), Ok(2), "it is there already");
    assert_eq!(store.version_numbers("a"), Ok(vec![1, 2]));
    assert_eq!(store.version_numbers("b"), Ok(vec![1]));
    let place = store.look_up("a", &avro(ORDER_WITH_DEFAULT)).unwrap();
    assert_eq!((&*place.subject, place.version, place.id), ("a", 2, 3));
    assert_eq!(store.version("a", WantedVersion::Latest).unwrap().id, 3);
    assert_eq!(store.version("a", WantedVersion::Number(1)).unwrap().id, 2);
    assert_eq!(store.schema(1).unwrap().text, "\"int\"");
    assert_eq!(store.subjects(""), ["a", "b", "other"]);
    assert_eq!(store.subjects("o"), ["other"]);
}

#[test]
fn white_space_means_nothing_and_the_order_of_attributes_only_without_normalizing() {
    let spaced = ORDER.replace(',', " ,\n ");
    assert_eq!(avro(&spaced), avro(ORDER));
    let swapped = r#"{"name":"Order","type":"record","fields":[{"type":"string","name":"id"}]}"#;
    assert_ne!(avro(swapped), avro(ORDER));
    let normal = |text| StoredSchema::new(Format::Avro, text, true).unwrap();
    assert_eq!(normal(swapped), normal(ORDER));
    assert_ne!(normal(ORDER_WITH_DEFAULT), normal(ORDER_WITHOUT_DEFAULT), "a default means something");
}

#[test]
fn a_new_version_must_read_what_the_latest_wrote() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    let refusal = store.register("a", avro(ORDER_WITHOUT_DEFAULT)).unwrap_err();
    assert!(matches!(&refusal, Refusal::Incompatible { subject, .. } if subject == "a"), "{refusal:?}");
    assert_eq!((refusal.status(), refusal.code()), (409, 409));
    assert_eq!(store.version_numbers("a"), Ok(vec![1]), "nothing was kept");
    assert_eq!(store.register("b", avro(ORDER_WITHOUT_DEFAULT)), Ok(2), "another subject has its own history");
    let json = StoredSchema::new(Format::Json, "{}", false).unwrap();
    assert_eq!(
        store.register("a", json).unwrap_err().to_string(),
        "Schema being registered is incompatible with an earlier schema for subject \"a\", details: [the schema is \
         JSON, the earlier one Avro]"
    );
}

#[test]
fn what_is_not_there_has_its_code_and_words() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    for (refusal, status, code, message) in [
        (store.version("x", WantedVersion::Latest).unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.version_numbers("x").unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.look_up("x", &avro(ORDER)).unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.version("a", WantedVersion::Number(2)).unwrap_err(), 404, 40402, "Version 2 not found."),
        (store.look_up("a", &avro("\"int\"")).unwrap_err(), 404, 40403, "Schema not found"),
        (store.schema(2).unwrap_err(), 404, 40403, "Schema 2 not found"),
        (store.schema(0).unwrap_err(), 404, 40403, "Schema 0 not found"),
    ] {
        assert_eq!((refusal.status(), refusal.code(), &*refusal.to_string()), (status, code, message));
    }
}

#[test]
fn what_is_no_schema_is_refused() {
    for (format, text) in [(Format::Avro, "{"), (Format::Avro, r#"{"type":"record"}"#), (Format::Json, "{")] {
        let refusal = StoredSchema::new(format, text, false).unwrap_err();
        assert_eq!((refusal.status(), refusal.code()), (422, 42201), "{text}");
        assert!(refusal.to_string().starts_with("Either the input schema or one its references is invalid. details: "));
    }
    assert!(StoredSchema::new(Format::Protobuf, "message A {}", false).is_ok());
}

#[test]
fn a_version_is_a_number_from_one_or_latest() {
    for (text, wanted) in [
        ("latest", WantedVersion::Latest),
        ("-1", WantedVersion::Latest),
        ("1", WantedVersion::Number(1)),
        ("2147483647", WantedVersion::Number(2_147_483_647)),
    ] {
        assert_eq!(WantedVersion::parse(text), Ok(wanted));
    }
    for text in ["0", "-2", "one", "", "2147483648", "1.0"] {
        let refusal = WantedVersion::parse(text).unwrap_err();
        assert_eq!((refusal.status(), refusal.code()), (422, 42202), "{text}");
        assert_eq!(
            refusal.to_string(),
            format!(
                "The specified version '{text}' is not a valid version id. Allowed values are between [1, 2^31-1] and \
                 the string \"latest\""
            )
        );
    }
}

proptest! {
    /// Registrations in any order: an id is one text, a subject's versions are its distinct texts in their order.
    #[test]
    fn ids_and_versions_stay_true(registrations in prop::collection::vec((0usize..3, 0usize..4), 0..40)) {
        let mut store = RegistryStore::default();
        let mut expected: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (subject, size) in registrations {
            let subject = format!("s{subject}");
            // Fixed types of one size are one schema; of different sizes they cannot read each other.
            let schema = avro(&format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#));
            let known = expected.get(&subject);
            match store.register(&subject, schema.clone()) {
                Ok(id) => {
                    prop_assert_eq!(store.schema(id).unwrap(), &schema);
                    let versions = expected.entry(subject).or_default();
                    if !versions.contains(&id) {
                        versions.push(id);
                    }
                }
                Err(Refusal::Incompatible { .. }) => prop_assert!(known.is_some()),
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
        for (subject, ids) in &expected {
            let count = u32::try_from(ids.len()).unwrap();
            prop_assert_eq!(store.version_numbers(subject).unwrap(), (1..=count).collect::<Vec<_>>());
            prop_assert_eq!(store.version(subject, WantedVersion::Latest).unwrap().id, *ids.last().unwrap());
        }
    }
}
