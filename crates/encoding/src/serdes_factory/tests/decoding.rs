use super::*;

#[tokio::test]
async fn the_reader_is_chosen_by_the_id_in_the_bytes() {
    let registry = ScriptedRegistry::with(&[("a", ORDER), ("b", ORDER_V2)]);
    let factory = factory(&registry, &[]);
    let v1 = framed(1, &ORDER_PAYLOAD);
    let v2 = framed(2, &[&ORDER_PAYLOAD[..], &[4, b'h', b'i']].concat());
    assert_eq!(decoded::<OrderCreated>(&factory, &v1).await.unwrap(), order());
    assert_eq!(decoded::<OrderCreated>(&factory, &v2).await.unwrap(), order());
    let json = factory.decode_value_json(&v2).unwrap();
    assert_eq!(json, json!({"id": "A-1", "n": 3, "note": "hi"}));
    assert_eq!(factory.record_name_of(&v1).unwrap().unwrap().as_str(), "com.acme.OrderCreated");
    assert_eq!(factory.schema_of(&v2).unwrap(), SchemaIdentity::Id(SchemaId::new(2)));
    let calls = asked_for(&registry.calls());
    assert_eq!(calls, ["give the schema with id 1", "give the schema with id 2"]);
}

#[tokio::test]
async fn a_value_goes_there_and_back() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    registry.take_calls();
    assert_eq!(factory.decode_value::<OrderCreated>(&bytes).unwrap(), order());
    assert_eq!(registry.calls(), [], "what was written with is known to the reader");
}

#[tokio::test]
async fn another_record_than_the_one_asked_for_is_named() {
    #[derive(Debug, Deserialize)]
    struct Payment {
        #[allow(dead_code, reason = "never read successfully")]
        cents: i64,
    }
    let registry = ScriptedRegistry::with(&[("a", ORDER)]);
    let factory = factory(&registry, &[]);
    let error = decoded::<Payment>(&factory, &framed(1, &ORDER_PAYLOAD)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `Payment` is asked for, but the bytes hold record `com.acme.OrderCreated` (schema id 1)"
    );
    assert!(!error.helps_to_ask_again());
}

#[tokio::test]
async fn an_id_that_the_registry_does_not_have_is_named() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = factory(&registry, &[]);
    for _ in 0..3 {
        let error = decoded::<OrderCreated>(&factory, &framed(9, &[])).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the bytes name schema id 9, which the Schema Registry at memory://registry does not have; were they \
             written through another registry?"
        );
    }
    assert_eq!(registry.calls().len(), 1, "the answer is remembered");
}

#[test]
fn bytes_without_a_frame_need_no_registry_to_be_refused() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    let error = factory.decode_value::<OrderCreated>(b"{\"id\":1}").unwrap_err();
    assert!(matches!(error, DecodeError::Frame(crate::FrameError::NotFramed { first: b'{' })), "{error}");
    assert!(matches!(factory.schema_of(b""), Err(DecodeError::Frame(crate::FrameError::Empty))));
    assert!(matches!(factory.record_name_of(&[0, 0]), Err(DecodeError::Frame(_))));
}

#[test]
fn what_is_not_known_yet_is_named() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    let error = factory.decode_value_json(&framed(9, &[])).unwrap_err();
    assert_eq!(error.to_string(), "the schema with id 9 is not known yet; it must be resolved first");
    assert!(error.helps_to_ask_again());
}

#[tokio::test]
async fn damage_and_left_over_bytes_are_errors() {
    let registry = ScriptedRegistry::with(&[("a", ORDER)]);
    let factory = factory(&registry, &[]);
    let long = framed(1, &[&ORDER_PAYLOAD[..], &[1, 2]].concat());
    let error = decoded::<OrderCreated>(&factory, &long).await.unwrap_err();
    let too_many = "the payload of record `com.acme.OrderCreated` (schema id 1) has 2 bytes too many; was it written \
                    with another schema?";
    assert_eq!(error.to_string(), too_many);
    assert_eq!(factory.decode_value_json(&long).unwrap_err().to_string(), too_many);

    let short = framed(1, &ORDER_PAYLOAD[..3]);
    let error = factory.decode_value_json(&short).unwrap_err();
    assert_eq!(error.to_string(), "the payload of record `com.acme.OrderCreated` (schema id 1) is damaged");
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "$.id: 3 bytes are wanted, 2 bytes before the payload's end"
    );
    let error = factory.decode_value::<OrderCreated>(&short).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the payload of record `com.acme.OrderCreated` (schema id 1) cannot be read as the type asked for"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn nonsense_and_references_to_nowhere_say_why_they_cannot_be_read() {
    let registry = ScriptedRegistry::with(&[("nonsense", "{")]);
    let reference = crate::SchemaReference { name: "com.acme.Item".into(), subject: "item".into(), version: 1 };
    registry.put(
        "parts",
        &SchemaText { references: Arc::new([reference]), ..SchemaText::new(Format::Avro, "\"com.acme.Item\"") },
    );
    let factory = factory(&registry, &[]);
    for (id, message) in [
        (1, "the schema with id 1 cannot be used as a schema"),
        (
            2,
            "the schema with id 2 names `com.acme.Item`, version 1 of subject `item`, which the Schema Registry at \
             memory://registry does not have (it knows no such subject); register it again",
        ),
    ] {
        assert_eq!(decoded::<Value>(&factory, &framed(id, &[])).await.unwrap_err().to_string(), message);
    }
}

#[tokio::test]
async fn a_foreign_schema_serves_types_without_a_record() {
    let registry = ScriptedRegistry::with(&[("numbers", r#"{"type":"array","items":"int"}"#)]);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &[4, 2, 4, 0]);
    assert_eq!(decoded::<Vec<i32>>(&factory, &bytes).await.unwrap(), [1, 2]);
    assert_eq!(factory.record_name_of(&bytes).unwrap(), None);
}
