use super::*;

async fn failed(registry: &Arc<ScriptedRegistry>, files: &[(&str, &str)], target: &ValueTarget) -> String {
    encoded(&factory(registry, files), target, &order()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn the_subject_given_goes_before_all() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER_V2), ("mine", ORDER)]);
    let bytes = encoded(&factory(&registry, &[]), &orders().with_subject("mine"), &order()).await.unwrap();
    assert_eq!(bytes[4], 2);
    assert_eq!(asked_for(&registry.calls()), ["give the latest version of subject `mine`"]);
}

#[tokio::test]
async fn the_subject_given_is_the_only_one_tried() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    assert_eq!(
        failed(&registry, &[], &orders().with_subject("mine")).await,
        "no schema for record `OrderCreated` of topic `orders` is registered at memory://registry; tried `mine` (it \
         knows no such subject); register the schema there, or put OrderCreated.avsc into the test's `schemas/` and \
         switch auto-register on (test-probe.core.schema-registry.auto-register)"
    );
}

#[tokio::test]
async fn a_full_name_is_tried_before_the_simple_one() {
    let both = ScriptedRegistry::with(&[("orders-OrderCreated", ORDER_V2), ("orders-com.acme.OrderCreated", ORDER)]);
    let target = orders().named("com.acme.OrderCreated", None);
    assert_eq!(encoded(&factory(&both, &[]), &target, &order()).await.unwrap()[4], 2);
    let simple = ScriptedRegistry::with(&[("orders-OrderCreated", ORDER)]);
    assert_eq!(encoded(&factory(&simple, &[]), &target, &order()).await.unwrap()[4], 1);
    assert_eq!(
        asked_for(&simple.calls()),
        [
            "give the latest version of subject `orders-com.acme.OrderCreated`",
            "give the latest version of subject `orders-OrderCreated`"
        ]
    );
}

#[tokio::test]
async fn a_local_schema_gives_the_full_name() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    encoded(&factory(&registry, &[("OrderCreated.avsc", ORDER)]), &orders(), &order()).await.unwrap();
    assert_eq!(asked_for(&registry.calls()), ["give the latest version of subject `orders-com.acme.OrderCreated`"]);
}

#[tokio::test]
async fn a_simple_name_is_found_in_any_name_space_of_the_topic_alone() {
    let registry = ScriptedRegistry::with(&[
        ("orders-dlq-com.acme.OrderCreated", ORDER_V2),
        ("orders-com.acme.OrderCreated", ORDER),
        ("orders-com.acme.NotOrderCreated", PAYMENT),
    ]);
    assert_eq!(encoded(&factory(&registry, &[]), &orders(), &order()).await.unwrap()[4], 2);
}

#[tokio::test]
async fn a_simple_name_in_two_name_spaces_is_ambiguous() {
    let other = ORDER.replace("com.acme", "com.b");
    let registry =
        ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER), ("orders-com.b.OrderCreated", &other)]);
    let message = failed(&registry, &[], &orders()).await;
    assert!(
        message.starts_with("`OrderCreated` on topic `orders` may be any of com.")
            && message.contains("com.acme.OrderCreated")
            && message.contains("com.b.OrderCreated")
            && message.ends_with("; give the full name"),
        "{message}"
    );
}

#[tokio::test]
async fn two_local_schemas_of_one_simple_name_are_ambiguous() {
    let other = ORDER.replace("com.acme", "com.b");
    assert_eq!(
        failed(&ScriptedRegistry::with(&[]), &[("a.avsc", ORDER), ("b.avsc", &other)], &orders()).await,
        "`OrderCreated` on topic `orders` may be any of com.acme.OrderCreated, com.b.OrderCreated; give the full name"
    );
}

#[tokio::test]
async fn what_is_nowhere_names_all_that_was_tried_and_the_fix() {
    let nothing = ScriptedRegistry::with(&[]);
    assert_eq!(
        failed(&nothing, &[], &orders()).await,
        "no schema for record `OrderCreated` of topic `orders` is registered at memory://registry; tried \
         `orders-*.OrderCreated` (it knows no such subject), `orders-OrderCreated` (it knows no such subject), \
         `orders-DynamicMessage` (it knows no such subject); register the schema there, or put OrderCreated.avsc into the test's `schemas/` and switch auto-register on \
         (test-probe.core.schema-registry.auto-register)"
    );
    assert_eq!(
        failed(&nothing, &[("OrderCreated.avsc", ORDER)], &orders()).await,
        "no schema for record `OrderCreated` of topic `orders` is registered at memory://registry; tried \
         `orders-com.acme.OrderCreated` (it knows no such subject), `orders-OrderCreated` (it knows no such subject); \
         register OrderCreated.avsc there, or switch auto-register on (test-probe.core.schema-registry.auto-register)"
    );
    assert_eq!(
        failed(&nothing, &[("OrderCreated.avsc", ORDER)], &orders().named("com.acme.OrderCreate", None)).await,
        "no schema for record `com.acme.OrderCreate` of topic `orders` is registered at memory://registry; tried \
         `orders-com.acme.OrderCreate` (it knows no such subject), `orders-OrderCreate` (it knows no such subject), \
         `orders-DynamicMessage` (it knows no such subject); there is a local schema com.acme.OrderCreated; did you mean that?"
    );
}

/// What is to be done about a schema that is nowhere.
async fn fix(factory: &SerdesFactory, target: &ValueTarget) -> String {
    match factory.schema_id(target).await {
        Err(ResolveError::SchemaNotFound { fix, .. }) => fix,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn where_registering_is_on_already_the_fix_is_a_file_of_the_test() {
    let nothing = ScriptedRegistry::with(&[]);
    let factory = registering(&nothing, &[("Payment.avsc", PAYMENT)]);
    assert_eq!(
        fix(&factory, &orders().named("com.acme.OrderCreated", None)).await,
        "put OrderCreated.avsc into the test's `schemas/`, from where it is registered, or register the schema there \
         yourself"
    );
    assert_eq!(
        fix(&factory, &orders().named("Payment", Some(2))).await,
        "put Payment.v2.avsc into the test's `schemas/`, from where it is registered, or register the schema there \
         yourself"
    );
    assert_eq!(
        fix(&factory, &orders().named("com.acme.Paymint", None)).await,
        "there is a local schema com.acme.Payment; did you mean that?"
    );
}

#[tokio::test]
async fn a_subject_alone_names_no_file() {
    let factory = registering(&ScriptedRegistry::with(&[]), &[("OrderCreated.avsc", ORDER)]);
    assert_eq!(fix(&factory, &orders().with_subject("mine")).await, "register the schema there, or name the record");
}

#[tokio::test]
async fn a_version_is_the_registrys() {
    let subject = "orders-com.acme.OrderCreated";
    let registry = ScriptedRegistry::with(&[(subject, ORDER), (subject, ORDER_V2)]);
    let target = |version| orders().named("com.acme.OrderCreated", Some(version));
    let factory = factory(&registry, &[]);
    assert_eq!(encoded(&factory, &target(1), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
    assert_eq!(factory.schema_id(&target(1)).await.unwrap(), SchemaId::new(1));
    assert_eq!(factory.schema_id(&target(2)).await.unwrap(), SchemaId::new(2));
    assert_eq!(factory.schema_id(&orders().named("OrderCreated", None)).await.unwrap(), SchemaId::new(2));
    assert_eq!(
        factory.schema_id(&target(3)).await.unwrap_err().to_string(),
        "no schema for record `com.acme.OrderCreated`, version 3, of topic `orders` is registered at \
         memory://registry; tried `orders-com.acme.OrderCreated` (the subject has no such version), \
         `orders-OrderCreated` (it knows no such subject), `orders-DynamicMessage` (it knows no such subject); register \
         the schema there, or put OrderCreated.v3.avsc into the test's `schemas/` and switch auto-register on (test-probe.core.schema-registry.auto-register)"
    );
}

#[tokio::test]
async fn the_local_schema_itself_is_looked_up_where_latest_is_off() {
    let subject = "orders-com.acme.OrderCreated";
    let registry = ScriptedRegistry::with(&[(subject, ORDER), (subject, ORDER_V2)]);
    let settings = SerdesSettings::default().with_use_latest_version(false);
    let factory = factory_with(&registry, &[("OrderCreated.avsc", ORDER)], settings.clone());
    assert_eq!(encoded(&factory, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
    let other = ORDER.replace("\"int\"", "\"long\"");
    let factory = factory_with(&registry, &[("OrderCreated.avsc", &other)], settings);
    let message = encoded(&factory, &orders(), &order()).await.unwrap_err().to_string();
    assert!(message.contains("tried `orders-com.acme.OrderCreated` (it has no such schema there), "), "{message}");
}

#[tokio::test]
async fn without_a_name_the_only_schema_is_meant() {
    let value = json!({"id": "A-1", "n": 3});
    let subjects = [("orders-com.acme.OrderCreated", ORDER), ("orders-x.CloudEvent", PAYMENT), ("orders-key", PAYMENT)];
    let registry = ScriptedRegistry::with(&subjects);
    let bytes = encoded_json(&factory(&registry, &[]), &orders(), &value).await.unwrap();
    assert_eq!(bytes, framed(1, &ORDER_PAYLOAD));

    let two = ScriptedRegistry::with(&[subjects[0], ("orders-com.acme.Payment", PAYMENT)]);
    let local = factory(&two, &[("OrderCreated.avsc", ORDER)]);
    assert_eq!(encoded_json(&local, &orders(), &value).await.unwrap(), framed(1, &ORDER_PAYLOAD));
    let error = encoded_json(&factory(&two, &[]), &orders(), &value).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no record is named for topic `orders`, and the registry has com.acme.OrderCreated, com.acme.Payment; name one \
         of them, or give the topic's subject"
    );
    let none = factory(&ScriptedRegistry::with(&[]), &[]);
    assert_eq!(
        encoded_json(&none, &orders(), &value).await.unwrap_err().to_string(),
        "no record is named for topic `orders`, and neither the registry nor the test's `schemas/` has one; put a schema \
         such as OrderCreated.avsc into `schemas/`, or register one for the topic"
    );
    let registry = ScriptedRegistry::with(&[]);
    let several = factory(&registry, &[("OrderCreated.avsc", ORDER), ("Payment.avsc", PAYMENT)]);
    assert_eq!(
        encoded_json(&several, &orders(), &value).await.unwrap_err().to_string(),
        "no record is named for topic `orders`, and the test's `schemas/` have com.acme.OrderCreated, com.acme.Payment; \
         name one of them, or give the topic's subject"
    );
}

#[tokio::test]
async fn a_subject_of_another_record_is_refused() {
    let registry = ScriptedRegistry::with(&[("mine", PAYMENT)]);
    assert_eq!(
        failed(&registry, &[], &orders().with_subject("mine")).await,
        "record `OrderCreated` is to be written, but subject `mine` describes record `com.acme.Payment`; name the \
         right record or subject"
    );
}

#[tokio::test]
async fn a_schema_may_be_named_by_its_file() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[("order-created.avsc", ORDER)]);
    let target = orders().named("order-created", None);
    assert_eq!(encoded(&factory, &target, &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
}

#[tokio::test]
async fn the_registry_decides_the_format_and_another_one_asked_for_is_an_error() {
    let registry = ScriptedRegistry::with(&[]);
    registry.put("orders-OrderCreated", &SchemaText::new(Format::Json, "{}"));
    let bytes = encoded(&factory(&registry, &[]), &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(1, br#"{"id":"A-1","n":3}"#));
    for format in [Format::Avro, Format::Protobuf] {
        assert_eq!(
            failed(&registry, &[], &orders().with_format(format)).await,
            format!(
                "{format} is asked for, but subject `orders-OrderCreated` holds a schema in JSON; ask for JSON, or name \
                 another subject"
            )
        );
    }
}
