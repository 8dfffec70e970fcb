use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use prost::Message;
use prost_types::FileDescriptorProto;
use test_probe_directives::Format;

use super::super::schema::Reference;
use super::*;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;
const ORDER_WITH_DEFAULT: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int","default":0}]}"#;
const ORDER_WITHOUT_DEFAULT: &str =
    r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int"}]}"#;

fn draft(format: Format, text: &str) -> Draft {
    Draft { format, text: text.to_owned(), references: Vec::new(), normalize: false }
}

fn avro(text: &str) -> Draft {
    draft(Format::Avro, text)
}

fn referring(draft: Draft, references: &[(&str, &str, i32)]) -> Draft {
    let reference = |(name, subject, version): &(&str, &str, i32)| Reference {
        name: (*name).to_owned(),
        subject: (*subject).to_owned(),
        version: *version,
    };
    Draft { references: references.iter().map(reference).collect(), ..draft }
}

fn latest<'a>(store: &'a RegistryStore, subject: &str) -> Result<Place<'a>, Refusal> {
    store.version(subject, WantedVersion::Latest, false)
}

fn id_of(store: &mut RegistryStore, subject: &str, draft: Draft) -> Result<u32, Refusal> {
    store.register(subject, draft).map(|place| place.id)
}

fn set(store: &mut RegistryStore, level: &str) {
    store.levels.set(None, Level::parse(level).unwrap());
}

#[test]
fn a_text_has_one_id_under_every_subject_and_a_version_in_each() {
    let mut store = RegistryStore::default();
    assert_eq!(id_of(&mut store, "other", avro("\"int\"")), Ok(1));
    assert_eq!(id_of(&mut store, "a", avro(ORDER)), Ok(2));
    assert_eq!(id_of(&mut store, "b", avro(ORDER)), Ok(2));
    let place = store.register("a", avro(ORDER_WITH_DEFAULT)).unwrap();
    assert_eq!((&*place.subject, place.version, place.id), ("a", 2, 3));
    let place = store.register("a", avro(ORDER)).unwrap();
    assert_eq!((place.version, place.id), (1, 2), "it is there already");
    assert_eq!(store.version_numbers("a", Listed::Living), Ok(vec![1, 2]));
    assert_eq!(store.version_numbers("b", Listed::Living), Ok(vec![1]));
    let place = store.look_up("a", avro(ORDER_WITH_DEFAULT), false).unwrap();
    assert_eq!((&*place.subject, place.version, place.id), ("a", 2, 3));
    assert_eq!(latest(&store, "a").unwrap().id, 3);
    assert_eq!(store.version("a", WantedVersion::Number(1), false).unwrap().id, 2);
    assert_eq!(store.schema(1).unwrap().text, "\"int\"");
    assert_eq!(store.subjects("", Listed::Living), ["a", "b", "other"]);
    assert_eq!(store.subjects("o", Listed::Living), ["other"]);
    assert_eq!(store.places_of(2, false), Ok(vec![("a", 1), ("b", 1)]));
}

#[test]
fn a_schema_has_one_guid_in_every_registry_and_another_schema_has_another() {
    let guid = |draft| {
        let mut store = RegistryStore::default();
        store.register("b", avro(&ORDER.replace("Order", "X"))).unwrap();
        store.register("a", draft).unwrap().schema.guid
    };
    let order = guid(avro(ORDER));
    assert_eq!(order, guid(avro(&ORDER.replace(',', " , "))));
    assert_eq!(order.get_version_num(), 8);
    let others = [
        avro(ORDER_WITH_DEFAULT),
        draft(Format::Json, "{}"),
        draft(Format::Protobuf, ""),
        referring(avro(ORDER), &[("X", "b", 1)]),
    ];
    for other in others {
        assert_ne!(guid(other), order);
    }
    let mut store = RegistryStore::default();
    let guid = store.register("a", avro(ORDER)).unwrap().schema.guid.to_string();
    assert_eq!(store.schema_by_guid(&guid).unwrap().1, 1);
    for unknown in ["", "7", "00000000-0000-0000-0000-000000000000"] {
        let refusal = store.schema_by_guid(unknown).unwrap_err();
        assert_eq!((refusal.code(), &*refusal.to_string()), (40403, &*format!("Schema {unknown} not found")));
    }
}

#[test]
fn white_space_means_nothing_and_the_order_of_attributes_only_without_normalizing() {
    let kept = |text: &str, normalize| StoredSchema::new(Draft { normalize, ..avro(text) }, &[]).unwrap();
    let spaced = ORDER.replace(',', " ,\n ");
    assert_eq!(kept(&spaced, false), kept(ORDER, false));
    let swapped = r#"{"name":"Order","type":"record","fields":[{"type":"string","name":"id"}]}"#;
    assert_ne!(kept(swapped, false), kept(ORDER, false));
    assert_eq!(kept(swapped, true), kept(ORDER, true));
    assert_ne!(kept(ORDER_WITH_DEFAULT, true), kept(ORDER_WITHOUT_DEFAULT, true), "a default means something");
}

#[test]
fn a_new_version_must_read_what_the_latest_wrote() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    let refusal = store.register("a", avro(ORDER_WITHOUT_DEFAULT)).unwrap_err();
    assert!(matches!(&refusal, Refusal::Incompatible { subject, .. } if subject == "a"), "{refusal:?}");
    assert_eq!((refusal.status(), refusal.code()), (409, 409));
    assert_eq!(store.version_numbers("a", Listed::Living), Ok(vec![1]), "nothing was kept");
    assert_eq!(id_of(&mut store, "b", avro(ORDER_WITHOUT_DEFAULT)), Ok(2), "another subject has its own history");
    assert_eq!(
        store.register("a", draft(Format::Json, "{}")).unwrap_err().to_string(),
        "Schema being registered is incompatible with an earlier schema for subject \"a\", details: [the schema is \
         JSON, the earlier one Avro]"
    );
}

#[test]
fn each_level_asks_for_what_it_says() {
    // What each text may follow after: one field more without a default is written and not read by the latest.
    let (less, more, defaulted) = (ORDER, ORDER_WITHOUT_DEFAULT, ORDER_WITH_DEFAULT);
    for (level, old, new, is_taken) in [
        ("NONE", less, "\"int\"", true),
        ("NONE", less, more, true),
        ("BACKWARD", less, more, false),
        ("BACKWARD", less, defaulted, true),
        ("BACKWARD", more, less, true),
        ("FORWARD", less, more, true),
        ("FORWARD", more, less, false),
        ("FULL", less, more, false),
        ("FULL", more, less, false),
        ("FULL", less, defaulted, true),
    ] {
        let mut store = RegistryStore::default();
        set(&mut store, level);
        store.register("a", avro(old)).unwrap();
        assert_eq!(store.register("a", avro(new)).is_ok(), is_taken, "{level}: {new} after {old}");
    }
}

#[test]
fn a_transitive_level_asks_for_all_versions_and_another_for_the_latest() {
    let (first, second) = (ORDER, ORDER_WITH_DEFAULT);
    // It reads the second, of which the field's type is wider, and not the first, which lacks the field.
    let third = ORDER_WITHOUT_DEFAULT;
    for (level, is_taken) in [("BACKWARD", true), ("BACKWARD_TRANSITIVE", false)] {
        let mut store = RegistryStore::default();
        set(&mut store, level);
        store.register("a", avro(first)).unwrap();
        store.register("a", avro(second)).unwrap();
        assert_eq!(store.incompatibilities("a", None, avro(third)).unwrap().is_empty(), is_taken, "{level}");
        assert_eq!(
            store.incompatibilities("a", Some(WantedVersion::Latest), avro(third)),
            Ok(vec![]),
            "the latest alone is asked for"
        );
        let first = store.incompatibilities("a", Some(WantedVersion::Number(1)), avro(third)).unwrap();
        assert_eq!(first.len(), 1, "the first alone is asked for");
        assert_eq!(store.register("a", avro(third)).is_ok(), is_taken, "{level}");
    }
}

#[test]
fn a_subject_that_is_not_there_gets_along_with_everything_and_a_version_that_is_not_there_is_missed() {
    let store = RegistryStore::default();
    assert_eq!(store.incompatibilities("x", None, avro(ORDER)), Ok(vec![]));
    assert_eq!(store.incompatibilities("x", Some(WantedVersion::Latest), avro(ORDER)), Ok(vec![]));
    let refusal = store.incompatibilities("x", Some(WantedVersion::Number(1)), avro(ORDER)).unwrap_err();
    assert_eq!(refusal.code(), 40402);
    assert_eq!(store.incompatibilities("x", None, avro("{")).unwrap_err().code(), 42201);
}

#[test]
fn a_subjects_own_level_counts_for_it_alone() {
    let mut store = RegistryStore::default();
    store.levels.set(Some("a"), Level::parse("none").unwrap());
    for subject in ["a", "b"] {
        store.register(subject, avro(ORDER)).unwrap();
    }
    assert!(store.register("a", avro("\"int\"")).is_ok());
    assert!(store.register("b", avro("\"int\"")).is_err());
    assert_eq!(store.levels.unset(Some("a")).unwrap().name, "NONE");
    assert_eq!(store.levels.unset(Some("a")), Err(Refusal::SubjectNotFound("a".into())));
    assert!(store.register("a", avro(ORDER_WITHOUT_DEFAULT)).is_err());
    assert_eq!(Level::parse("SIDEWAYS").unwrap_err().code(), 42203);
}

#[test]
fn what_a_schema_refers_to_is_part_of_what_it_means() {
    let mut store = RegistryStore::default();
    let address = r#"{"type":"record","name":"com.a.Address","fields":[{"name":"street","type":"string"}]}"#;
    let customer = r#"{"type":"record","name":"Customer","fields":[{"name":"at","type":"com.a.Address"}]}"#;
    let holder = r#"{"type":"record","name":"Holder","fields":[{"name":"of","type":"Customer"}]}"#;
    store.register("address", avro(address)).unwrap();
    let references: &[_] = &[("com.a.Address", "address", 1)];
    store.register("customer", referring(avro(customer), references)).unwrap();
    let nested = referring(avro(holder), &[("Customer", "customer", 1)]);
    assert_eq!(id_of(&mut store, "holder", nested.clone()), Ok(3));
    assert_eq!(store.look_up("holder", nested, false).unwrap().schema.references[0].subject, "customer");
    assert_eq!(store.look_up("customer", avro(customer), false).unwrap_err().code(), 42201, "the reference is missing");
    assert_eq!(store.referrers("address", WantedVersion::Number(1)), Ok(vec![2]));
    assert_eq!(store.referrers("customer", WantedVersion::Latest), Ok(vec![3]));
    assert_eq!(store.referrers("holder", WantedVersion::Number(1)), Ok(vec![]));

    // A second address, of which the customer's next version is told apart, and which cannot read the first.
    set(&mut store, "NONE");
    let other = r#"{"type":"record","name":"com.a.Address","fields":[{"name":"number","type":"int"}]}"#;
    store.register("address", avro(other)).unwrap();
    set(&mut store, "BACKWARD");
    let second = referring(avro(customer), &[("com.a.Address", "address", 2)]);
    assert!(matches!(store.register("customer", second.clone()), Err(Refusal::Incompatible { .. })));
    set(&mut store, "NONE");
    assert_eq!(store.register("customer", second).unwrap().version, 2);
}

#[test]
fn a_union_of_references_is_a_schema() {
    let mut store = RegistryStore::default();
    for name in ["A", "B"] {
        store.register(name, avro(&ORDER.replace("Order", name))).unwrap();
    }
    let union = || referring(avro(r#"["A","B"]"#), &[("A", "A", 1), ("B", "B", 1)]);
    assert_eq!(id_of(&mut store, "both", union()), Ok(3));
    assert_eq!(store.incompatibilities("both", None, union()), Ok(vec![]));
    assert_eq!(store.incompatibilities("both", None, avro("\"int\"")).unwrap().len(), 1);
}

#[test]
fn a_reference_to_nothing_is_refused() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    for reference in [("Order", "b", 1), ("Order", "a", 2), ("Order", "a", 0)] {
        let refusal = store.register("s", referring(avro("\"Order\""), &[reference])).unwrap_err();
        assert_eq!((refusal.status(), refusal.code()), (422, 42201), "{reference:?}");
        let (_, subject, version) = reference;
        assert_eq!(
            refusal.to_string(),
            format!(
                "Either the input schema or one its references is invalid. details: No schema reference found for \
                 subject \"{subject}\" and version {version}"
            )
        );
    }
    let foreign = referring(draft(Format::Json, "{}"), &[("Order", "a", 1)]);
    assert_eq!(store.register("s", foreign).unwrap_err().code(), 42201, "of another format");
}

#[test]
fn protobuf_is_compiled_with_what_it_imports_and_kept_as_it_was_sent() {
    let mut store = RegistryStore::default();
    let item = "syntax = \"proto3\"; package a; message Item { string name = 1; }";
    let order = "syntax = \"proto3\"; import \"item.proto\"; import \"google/protobuf/timestamp.proto\"; message Order { \
                 a.Item item = 1; google.protobuf.Timestamp at = 2; }";
    store.register("item", draft(Format::Protobuf, item)).unwrap();
    assert_eq!(store.register("order", draft(Format::Protobuf, order)).unwrap_err().code(), 42201);
    let order = referring(draft(Format::Protobuf, order), &[("item.proto", "item", 1)]);
    let text = order.text.clone();
    let serialized = {
        let schema = store.register("order", order.clone()).unwrap().schema;
        assert_eq!(schema.text_in(None), text);
        assert_eq!(schema.text_in(Some("resolved")), text);
        schema.text_in(Some("serialized")).to_owned()
    };
    let descriptor = FileDescriptorProto::decode(&*STANDARD.decode(&serialized).unwrap()).unwrap();
    assert_eq!(descriptor.dependency, ["item.proto", "google/protobuf/timestamp.proto"]);
    assert_eq!(descriptor.message_type[0].name(), "Order");
    // What was given as a descriptor may be sent as one, and be imported.
    let sent = Draft { text: serialized.clone(), ..order };
    let schema = store.register("descriptor", sent).unwrap().schema;
    assert_eq!([schema.text_in(None), schema.text_in(Some("serialized"))], [&*serialized, &*serialized]);
    let importing = draft(Format::Protobuf, "import \"o.proto\"; message M { optional Order order = 1; }");
    let references = &[("o.proto", "descriptor", 1)];
    assert!(store.register("importing", referring(importing, references)).is_ok());
}

#[test]
fn a_deleted_version_is_found_by_id_until_it_is_deleted_for_good() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    store.register("a", avro(ORDER_WITH_DEFAULT)).unwrap();
    let first = WantedVersion::Number(1);
    assert_eq!(store.delete_version("a", first, true).unwrap_err().code(), 40407);
    assert_eq!(store.delete_version("a", first, false), Ok(1));
    assert_eq!(store.delete_version("a", first, false).unwrap_err().code(), 40406);
    assert_eq!(store.version("a", first, false), Err(Refusal::VersionNotFound(1)));
    assert_eq!(store.version("a", first, true).unwrap().id, 1);
    assert_eq!(store.version_numbers("a", Listed::Living), Ok(vec![2]));
    assert_eq!(store.version_numbers("a", Listed::All), Ok(vec![1, 2]));
    assert_eq!(store.version_numbers("a", Listed::Deleted), Ok(vec![1]));
    assert!(store.schema(1).is_ok());
    assert_eq!(store.look_up("a", avro(ORDER), false), Err(Refusal::SchemaNotFound));
    assert_eq!(store.look_up("a", avro(ORDER), true).unwrap().version, 1);
    let again = store.register("a", avro(ORDER)).unwrap();
    assert_eq!((again.version, again.id), (3, 1), "a new version of the same schema");
    assert_eq!(store.delete_version("a", first, true), Ok(1));
    assert_eq!(store.version_numbers("a", Listed::All), Ok(vec![2, 3]));
    assert!(store.schema(1).is_ok(), "the third version has it still");
}

#[test]
fn a_deleted_subject_is_gone_until_something_is_registered_under_it() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    assert_eq!(store.delete_subject("a", true).unwrap_err().code(), 40405);
    assert_eq!(store.delete_subject("a", false), Ok(vec![1]));
    assert_eq!(store.delete_subject("a", false).unwrap_err().code(), 40404);
    assert_eq!(store.delete_subject("x", false).unwrap_err().code(), 40401);
    assert_eq!(latest(&store, "a"), Err(Refusal::SubjectNotFound("a".into())));
    assert_eq!((store.subjects("", Listed::Living), store.subjects("", Listed::All)), (vec![], vec!["a"]));
    assert_eq!(store.subjects("", Listed::Deleted), ["a"]);
    assert!(store.schema(1).is_ok());
    assert_eq!(store.register("a", avro("\"int\"")).unwrap().version, 2, "what is deleted is not compared with");
    assert_eq!(store.delete_subject("a", false), Ok(vec![2]));
    assert_eq!(store.delete_subject("a", true), Ok(vec![1, 2]));
    assert_eq!(store.schema(1).unwrap_err().code(), 40403);
    assert_eq!(store.subjects("", Listed::All), [] as [&str; 0]);
    assert_eq!(store.register("a", avro(ORDER)).unwrap().version, 1);
}

#[test]
fn what_others_refer_to_is_not_deleted() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    store.register("b", referring(avro("\"Order\""), &[("Order", "a", 1)])).unwrap();
    assert_eq!(store.delete_subject("a", false).unwrap_err().code(), 42206);
    assert_eq!(store.delete_version("a", WantedVersion::Latest, false).unwrap_err().code(), 42206);
    store.delete_subject("b", false).unwrap();
    assert_eq!(store.delete_subject("a", false), Ok(vec![1]));
}

#[test]
fn what_is_not_there_has_its_code_and_words() {
    let mut store = RegistryStore::default();
    store.register("a", avro(ORDER)).unwrap();
    for (refusal, status, code, message) in [
        (latest(&store, "x").unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.version_numbers("x", Listed::Living).unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.look_up("x", avro(ORDER), false).unwrap_err(), 404, 40401, "Subject 'x' not found."),
        (store.version("a", WantedVersion::Number(2), false).unwrap_err(), 404, 40402, "Version 2 not found."),
        (store.look_up("a", avro("\"int\""), false).unwrap_err(), 404, 40403, "Schema not found"),
        (store.schema(2).unwrap_err(), 404, 40403, "Schema 2 not found"),
        (store.schema(0).unwrap_err(), 404, 40403, "Schema 0 not found"),
    ] {
        assert_eq!((refusal.status(), refusal.code(), &*refusal.to_string()), (status, code, message));
    }
}

#[test]
fn what_is_no_schema_is_refused() {
    for (format, text) in [
        (Format::Avro, "{"),
        (Format::Avro, r#"{"type":"record"}"#),
        (Format::Json, "{"),
        (Format::Json, "7"),
        (Format::Json, r#"{"type":"nothing"}"#),
        (Format::Protobuf, "message A {"),
        (Format::Protobuf, "message A { optional B b = 1; }"),
        (Format::Protobuf, "AAAA"),
    ] {
        let refusal = RegistryStore::default().register("s", draft(format, text)).unwrap_err();
        assert_eq!((refusal.status(), refusal.code()), (422, 42201), "{format}: {text}");
    }
    for (format, text) in [(Format::Protobuf, "message A {}"), (Format::Json, "true"), (Format::Json, "{}")] {
        assert!(RegistryStore::default().register("s", draft(format, text)).is_ok());
    }
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
            let text = format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
            let known = expected.get(&subject);
            match store.register(&subject, avro(&text)).map(|place| place.id) {
                Ok(id) => {
                    prop_assert_eq!(&store.schema(id).unwrap().text, &text);
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
            prop_assert_eq!(store.version_numbers(subject, Listed::Living).unwrap(), (1..=count).collect::<Vec<_>>());
            prop_assert_eq!(latest(&store, subject).unwrap().id, *ids.last().unwrap());
        }
    }
}
