use super::*;

#[tokio::test]
async fn the_first_attempt_names_what_is_missing_and_the_second_writes() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let target = orders();
    let mut out = b"before".to_vec();
    let error = factory.encode_value(&target, &order(), &mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the schema of record `OrderCreated` of topic `orders` is not known yet; it must be resolved first"
    );
    assert!(error.helps_to_ask_again());
    assert_eq!(out, b"before");
    let EncodeError::Unresolved(request) = error else { panic!("{error}") };
    factory.resolve(&request).await.unwrap();
    factory.encode_value(&target, &order(), &mut out).unwrap();
    assert_eq!(out, [b"before", &framed(1, &ORDER_PAYLOAD)[..]].concat());
}

/// A target remembers where it was written to, and what it remembers is no other factory's affair.
#[tokio::test]
async fn one_target_serves_two_factories_and_two_records() {
    #[derive(Serialize)]
    struct Payment {
        cents: i64,
    }
    let first = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let second = ScriptedRegistry::with(&[("unused", PAYMENT), ("orders-com.acme.OrderCreated", ORDER)]);
    second.put("orders-com.acme.Payment", &SchemaText::new(Format::Avro, PAYMENT));
    let (first, second, target) = (factory(&first, &[]), factory(&second, &[]), orders());
    for _ in 0..2 {
        assert_eq!(encoded(&first, &target, &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
        assert_eq!(encoded(&second, &target, &order()).await.unwrap(), framed(2, &ORDER_PAYLOAD));
        assert_eq!(encoded(&second, &target, &Payment { cents: 5 }).await.unwrap(), framed(1, &[10]));
    }
    let named = target.clone().with_subject("unused");
    assert_eq!(encoded(&second, &named, &Payment { cents: 5 }).await.unwrap(), framed(1, &[10]));
    assert_eq!(target, orders(), "what it remembers makes no difference");
}

#[tokio::test]
async fn a_known_schema_is_never_asked_for_again() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    encoded(&factory, &orders(), &order()).await.unwrap();
    registry.take_calls();
    for _ in 0..10 {
        factory.encode_value(&orders(), &order(), &mut Vec::new()).unwrap();
        factory
            .clone()
            .encode_json(&orders().named("OrderCreated", None), &json!({"id": "x", "n": 1}), &mut Vec::new())
            .unwrap();
    }
    assert_eq!(registry.calls(), []);
    let counts = factory.registry_counts();
    // The first value, and the ten of each kind.
    assert_eq!((counts.calls, counts.failures, counts.cache_hits), (2, 0, 21));
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_an_error_and_leaves_nothing_behind() {
    #[derive(Serialize)]
    #[serde(rename = "OrderCreated")]
    struct Wrong {
        id: String,
        n: String,
    }
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let mut out = b"before".to_vec();
    let wrong = Wrong { id: "a".into(), n: "b".into() };
    let error = factory.resolving(|factory| factory.encode_value(&orders(), &wrong, &mut out)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value does not fit record `com.acme.OrderCreated` (schema id 1, subject `orders-com.acme.OrderCreated`)"
    );
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("'n'") && source.contains("OrderCreated"), "{source}");
    assert!(!error.helps_to_ask_again());
    assert_eq!(out, b"before");
}

#[tokio::test]
async fn json_that_does_not_fit_is_an_error_with_its_place() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let target = orders().named("OrderCreated", None);
    let mut out = b"before".to_vec();
    let error = factory
        .resolving(|factory| factory.encode_json(&target, &json!({"id": "x", "n": "3"}), &mut out))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the JSON does not fit record `com.acme.OrderCreated` (schema id 1, subject `orders-com.acme.OrderCreated`)"
    );
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "$.n: \"3\" does not fit; the schema wants an int, a whole number of 32 bits"
    );
    assert_eq!(out, b"before");
}

#[tokio::test]
async fn json_and_a_type_make_the_same_bytes() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let target = orders().named("com.acme.OrderCreated", None);
    let json = encoded_json(&factory, &target, &json!({"id": "A-1", "n": 3})).await.unwrap();
    assert_eq!(json, encoded(&factory, &orders(), &order()).await.unwrap());
}

#[tokio::test]
async fn what_says_no_record_needs_a_name_or_a_subject() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let map = json!({"id": "A-1", "n": 3});
    let error = encoded(&factory, &orders(), &map).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a map, or a struct with flattened fields does not say which record it is on topic `orders`; encode a struct, \
         name the record, or give the topic's subject"
    );
    for target in [orders().named("OrderCreated", None), orders().with_subject("orders-com.acme.OrderCreated")] {
        let bytes = encoded(&factory, &target, &map).await;
        // JSON has 64-bit numbers, so the record's int refuses this one: the record was found all the same.
        assert!(matches!(bytes, Err(EncodeError::Value { .. })), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_borrowed_and_unsized_value_is_written() {
    let registry = ScriptedRegistry::with(&[("orders-value", "\"string\"")]);
    let factory = factory(&registry, &[]);
    let target = orders().with_subject("orders-value");
    let mut out = Vec::new();
    let text: &str = "hi";
    factory.resolving(|factory| factory.encode_value(&target, text, &mut out)).await.unwrap();
    assert_eq!(out, framed(1, &[4, b'h', b'i']));
}

#[tokio::test]
async fn an_outage_says_so_and_the_next_attempt_asks_again() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    registry.fail_next([RegistryFailure::OutOfOrder { status: 503, message: "m".into() }]);
    let factory = factory(&registry, &[]);
    let error = encoded(&factory, &orders().named("com.acme.OrderCreated", None), &order()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the Schema Registry at memory://registry did not give the latest version of subject \
         `orders-com.acme.OrderCreated`: it is out of order, with status 503; it says: m"
    );
    assert!(error.helps_to_ask_again());
    assert!(encoded(&factory, &orders().named("com.acme.OrderCreated", None), &order()).await.is_ok());
}

#[tokio::test]
async fn too_many_lanes_make_room_and_lose_no_hit() {
    let registry =
        ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER), ("orders-com.acme.Payment", PAYMENT)]);
    let factory = factory_with(&registry, &[], SerdesSettings::default().with_cache_capacity(1));
    let payment = orders().named("com.acme.Payment", None);
    let order_target = orders().named("com.acme.OrderCreated", None);
    for _ in 0..3 {
        encoded_json(&factory, &payment, &json!({"cents": 1})).await.unwrap();
        encoded(&factory, &order_target, &order()).await.unwrap();
    }
    assert!(factory.registry_counts().cache_hits >= 6, "{:?}", factory.registry_counts());
    let mut out = Vec::new();
    assert!(factory.encode_value(&order_target, &order(), &mut out).is_ok());
    assert!(matches!(factory.encode_json(&payment, &json!({"cents": 1}), &mut out), Err(EncodeError::Unresolved(_))));
}

#[tokio::test]
async fn writing_from_many_threads_at_once_works() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    encoded(&factory, &orders(), &order()).await.unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let mut out = Vec::new();
                    factory.encode_value(&orders(), &order(), &mut out).unwrap();
                    assert_eq!(out, framed(1, &ORDER_PAYLOAD));
                }
            });
        }
    });
    assert_eq!(factory.registry_counts().cache_hits, 401);
}
