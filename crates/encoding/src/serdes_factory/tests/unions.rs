//! Several records in one schema.

use super::*;

/// Two records of one shape, and a third of the same simple name as the first.
const SHAPES: &str = r#"[
    {"type":"record","name":"com.acme.Opened","fields":[{"name":"id","type":"string"}]},
    {"type":"record","name":"com.acme.Closed","fields":[{"name":"id","type":"string"}]},
    {"type":"record","name":"com.shop.Opened","fields":[{"name":"id","type":"string"}]}]"#;
const ONE_OF: &str = r##"{"title":"ShopEvent","oneOf":[
    {"title":"Opened","type":"object","properties":{"id":{"type":"string"},"open":{"const":true}},"required":["open"]},
    {"$ref":"#/definitions/closed"}],
    "definitions":{"closed":{"title":"com.acme.Closed","type":"object","properties":{"id":{"type":"string"}},"required":["closed"]}}}"##;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Closed {
    id: String,
}

fn shop() -> ValueTarget {
    orders().with_subject("shop")
}

fn closed() -> Closed {
    Closed { id: "x".into() }
}

fn names(factory: &SerdesFactory, bytes: &[u8]) -> Vec<String> {
    factory.record_names_of(bytes).unwrap().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_struct_is_written_into_the_branch_of_its_name_though_another_has_its_shape() {
    let registry = ScriptedRegistry::with(&[("shop", SHAPES)]);
    let factory = factory(&registry, &[]);
    let bytes = encoded(&factory, &shop(), &closed()).await.unwrap();
    assert_eq!(bytes, framed(1, &[2, 2, b'x']));
    assert_eq!(decoded::<Closed>(&factory, &bytes).await.unwrap(), closed());
    assert_eq!(factory.decode_value_json(&bytes).unwrap(), json!({"id": "x"}));
    let named = encoded_json(&factory, &shop().named("com.acme.Closed", None), &json!({"id": "x"})).await.unwrap();
    assert_eq!(named, bytes);
}

#[tokio::test]
async fn a_branch_is_read_by_its_name_though_another_has_its_shape() {
    let registry = ScriptedRegistry::with(&[("shop", SHAPES)]);
    let factory = factory(&registry, &[]);
    let error = decoded::<Closed>(&factory, &framed(1, &[0, 2, b'x'])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `Closed` is asked for, but the bytes hold record `com.acme.Opened` (schema id 1)"
    );
    #[derive(Debug, PartialEq, Deserialize)]
    enum Event {
        #[serde(rename = "com.acme.Opened")]
        Opened { id: String },
        #[serde(rename = "com.acme.Closed")]
        Closed { id: String },
        #[serde(rename = "com.shop.Opened")]
        ShopOpened { id: String },
    }
    let id = String::from("x");
    for (index, event) in
        [(0, Event::Opened { id: id.clone() }), (2, Event::Closed { id: id.clone() }), (4, Event::ShopOpened { id })]
    {
        let read: Event = decoded(&factory, &framed(1, &[index, 2, b'x'])).await.unwrap();
        assert_eq!(read, event, "an enum takes each branch");
    }
}

#[tokio::test]
async fn a_record_that_the_union_lacks_is_refused_with_the_names_of_those_it_has() {
    let registry = ScriptedRegistry::with(&[("shop", SHAPES)]);
    let error = encoded(&factory(&registry, &[]), &shop(), &order()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `OrderCreated` is to be written, but subject `shop` describes record `com.acme.Opened`, \
         `com.acme.Closed`, `com.shop.Opened`; name the right record or subject"
    );
}

#[tokio::test]
async fn two_branches_of_one_simple_name_are_told_apart_by_the_full_one() {
    let registry = ScriptedRegistry::with(&[("shop", SHAPES)]);
    let factory = factory(&registry, &[]);
    let value = json!({"id": "x"});
    for (name, index) in [("com.acme.Opened", 0), ("com.shop.Opened", 4)] {
        let bytes = encoded_json(&factory, &shop().named(name, None), &value).await.unwrap();
        assert_eq!(bytes, framed(1, &[index, 2, b'x']), "{name}");
        assert_eq!(names(&factory, &bytes), [name]);
    }
    for name in ["Opened", "com.other.Opened"] {
        let error = encoded_json(&factory, &shop().named(name, None), &value).await.unwrap_err();
        assert!(matches!(error, EncodeError::Resolve(ResolveError::RecordMismatch { .. })), "{name}: {error}");
        assert!(error.to_string().contains("`com.acme.Opened`, `com.acme.Closed`, `com.shop.Opened`"), "{error}");
    }
}

#[tokio::test]
async fn a_one_of_has_its_titles_as_records() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "shop", Format::Json, ONE_OF);
    let factory = factory(&registry, &[]);
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Closed {
        id: String,
        closed: bool,
    }
    let closed = Closed { id: "x".into(), closed: true };
    let bytes = encoded(&factory, &shop(), &closed).await.unwrap();
    assert_eq!(bytes, framed(1, br#"{"id":"x","closed":true}"#));
    assert_eq!(decoded::<Closed>(&factory, &bytes).await.unwrap(), closed);
    assert_eq!(names(&factory, &bytes), ["com.acme.Closed", "ShopEvent"], "the closest first");
    assert_eq!(factory.record_name_of(&bytes).unwrap().unwrap().as_str(), "com.acme.Closed");

    let opened = framed(1, br#"{"id":"x","open":true}"#);
    assert_eq!(names(&factory, &opened), ["Opened", "ShopEvent"]);
    let error = factory.decode_value::<Closed>(&opened).unwrap_err();
    assert_eq!(error.to_string(), "record `Closed` is asked for, but the bytes hold record `Opened` (schema id 1)");
    let both = framed(1, br#"{"open":true,"closed":true}"#);
    assert_eq!(names(&factory, &both), ["ShopEvent"], "what fits two branches is none of them");

    let lacks = encoded_json(&factory, &shop().named("Opened", None), &json!({"id": "x"})).await.unwrap_err();
    assert!(cause(&lacks).contains("\"open\" is a required property"), "{}", cause(&lacks));
    let error = encoded(&factory, &shop(), &order()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `OrderCreated` is to be written, but subject `shop` describes record `ShopEvent`, `Opened`, \
         `com.acme.Closed`; name the right record or subject"
    );
}

#[tokio::test]
async fn the_names_of_a_record_alone_are_its_own() {
    let registry = ScriptedRegistry::with(&[("a", ORDER), ("numbers", r#"["null","int"]"#)]);
    put(&registry, "p", Format::Protobuf, r#"syntax = "proto3"; package x; message A { message B {} }"#);
    let factory = factory(&registry, &[]);
    for (bytes, expected) in [
        (framed(1, &ORDER_PAYLOAD), &["com.acme.OrderCreated"][..]),
        (framed(2, &[2, 8]), &[]),
        (framed(3, &[0]), &["x.A"]),
        (framed(3, &[4, 0, 0]), &["x.A.B"]),
    ] {
        factory.resolving(|factory| factory.record_names_of(&bytes)).await.unwrap();
        assert_eq!(names(&factory, &bytes), expected);
    }
}

#[tokio::test]
async fn an_index_that_no_branch_has_is_damage() {
    let registry = ScriptedRegistry::with(&[("shop", SHAPES)]);
    let factory = factory(&registry, &[]);
    for payload in [&[6, 2, b'x'][..], &[1, 2, b'x'], &[], &[0xff; 12]] {
        let bytes = framed(1, payload);
        assert!(decoded::<Closed>(&factory, &bytes).await.is_err(), "{payload:?}");
        assert!(matches!(factory.decode_value_json(&bytes), Err(DecodeError::Payload { .. })), "{payload:?}");
    }
}
