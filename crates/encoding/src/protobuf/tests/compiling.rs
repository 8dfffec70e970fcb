use super::*;

fn told(text: &str, dependencies: &[Dependency]) -> String {
    match ProtobufCodec::parse(text, dependencies) {
        Ok(_) => panic!("it was compiled"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_text_that_does_not_compile_says_where_and_why() {
    for (text, wanted) in [
        ("message A {", "schema.proto: expected "),
        ("syntax = \"proto3\";\nmessage A {\n  strin g = 1;\n}", "schema.proto:3:3: name 'strin' is not defined"),
        ("syntax = \"proto3\";\nmessage A { string a = 1; string b = 1; }", "schema.proto:2:"),
        ("syntax = \"proto3\";\nimport \"b.proto\";", "schema.proto:2:1: import 'b.proto' not found"),
        ("{\"type\": \"record\"}", "schema.proto:1:1: expected "),
    ] {
        let told = told(text, &[]);
        assert!(told.starts_with(wanted) && !told.contains('\n'), "{told}");
    }
}

#[test]
fn an_error_in_a_dependency_names_its_file() {
    let told = told(
        "syntax = \"proto3\"; import \"money.proto\";",
        &[dependency("money.proto", "syntax = \"proto3\";\nmessage Money { Nothing units = 1; }")],
    );
    assert!(told.starts_with("money.proto:2:"), "{told}");
    let told = told_of_cycle();
    assert!(told.contains("import cycle detected: ") && told.contains("a.proto -> b.proto -> a.proto"), "{told}");
}

fn told_of_cycle() -> String {
    told(
        "import \"a.proto\";",
        &[dependency("a.proto", "import \"b.proto\";"), dependency("b.proto", "import \"a.proto\";")],
    )
}

#[test]
fn dependencies_are_found_by_their_import_paths() {
    let codec = ProtobufCodec::parse(
        "syntax = \"proto3\"; import \"acme/money.proto\"; message Order { acme.Money price = 1; }",
        &[
            dependency("acme/currency.proto", "syntax = \"proto3\"; package acme; enum Currency { EUR = 0; USD = 1; }"),
            dependency(
                "acme/money.proto",
                "syntax = \"proto3\"; package acme; import \"acme/currency.proto\"; message Money { Currency in = 1; }",
            ),
        ],
    )
    .unwrap();
    assert_eq!(write(&codec, &json!({"price": {"in": "USD"}})).unwrap(), [0x0a, 2, 8, 1]);
    assert_eq!(codec.part_of("acme.Money"), None, "it is not the file's own");
}

#[test]
fn a_dependency_may_be_called_as_the_text_would_be() {
    let codec = ProtobufCodec::parse(
        "syntax = \"proto3\"; import \"schema.proto\"; message Order { Money price = 1; }",
        &[dependency("schema.proto", "syntax = \"proto3\"; message Money { int32 units = 1; }")],
    )
    .unwrap();
    assert_eq!(codec.record(Part::WHOLE).map(RecordName::as_str), Some("Order"));
}

#[test]
fn what_confluents_clients_know_is_known() {
    let codec = codec(
        "syntax = \"proto3\";
         import \"confluent/meta.proto\";
         import \"confluent/type/decimal.proto\";
         import \"google/protobuf/timestamp.proto\";
         message Order {
            option (confluent.message_meta).doc = \"An order.\";
            confluent.type.Decimal price = 1 [(confluent.field_meta) = {tags: \"PII\"}];
            google.protobuf.Timestamp at = 2;
         }",
    );
    assert_eq!(codec.records().count(), 1);
}

#[test]
fn the_imports_are_told_but_for_those_that_everyone_knows() {
    let text = "syntax = \"proto3\";
        import \"b.proto\";
        import public \"acme/a.proto\";
        import \"google/protobuf/timestamp.proto\";
        import \"google/type/money.proto\";
        import \"confluent/meta.proto\";
        import \"confluent/type/decimal.proto\";";
    assert_eq!(imports(text).unwrap(), ["b.proto", "acme/a.proto", "google/type/money.proto"]);
    let told = imports("import b;").unwrap_err().to_string();
    assert!(told.starts_with("schema.proto:1:8: expected "), "{told}");
}

#[test]
fn a_serialized_descriptor_is_a_schema_too() {
    let money = compile::compile("syntax = \"proto3\"; package acme; message Money { int32 units = 1; }", &[]).unwrap();
    let order = compile::compile(
        "syntax = \"proto3\"; import \"money.proto\"; message Order { acme.Money price = 1; }",
        &[dependency("money.proto", "syntax = \"proto3\"; package acme; message Money { int32 units = 1; }")],
    )
    .unwrap();
    let text = |file: &prost_reflect::FileDescriptor| base64::encode(&file.file_descriptor_proto().encode_to_vec());
    let codec = ProtobufCodec::parse(&text(&order), &[dependency("money.proto", &text(&money))]).unwrap();
    assert_eq!(write(&codec, &json!({"price": {"units": 5}})).unwrap(), [0x0a, 2, 8, 5]);
    assert_eq!(imports(&text(&order)).unwrap(), ["money.proto"]);
}

proptest! {
    #[test]
    fn any_text_is_a_schema_or_an_error(text: String) {
        // What compiles has imports; what has some may not be found.
        prop_assert!(ProtobufCodec::parse(&text, &[]).is_err() || imports(&text).is_ok());
    }
}
