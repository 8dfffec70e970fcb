use super::*;

#[test]
fn fields_are_known_by_both_their_names() {
    let codec = proto3("message A { string order_id = 1; int32 x = 2 [json_name = \"other\"]; }");
    let bytes = write(&codec, &json!({"order_id": "A", "x": 1})).unwrap();
    assert_eq!(bytes, [0x0a, 1, b'A', 0x10, 1]);
    assert_eq!(write(&codec, &json!({"orderId": "A", "other": 1})).unwrap(), bytes);
    assert_eq!(read(&codec, &bytes).unwrap(), json!({"order_id": "A", "x": 1}));
    assert_eq!(
        refused(&codec, &json!({"orderId": "A", "order_id": "B"})),
        "$: `orderId` and `order_id` are the same field; write it once"
    );
}

#[test]
fn fields_are_written_in_the_order_of_their_numbers() {
    let codec = proto3("message A { int32 last = 9; int32 first = 1; }");
    assert_eq!(write(&codec, &json!({"last": 2, "first": 1})).unwrap(), [8, 1, 0x48, 2]);
}

#[test]
fn a_field_without_presence_has_its_default_and_another_is_left_out() {
    let codec = proto3(
        "enum E { ZERO = 0; } message B {}
         message A {
            int32 i = 1; string s = 2; bytes b = 3; bool t = 4; double d = 5; E e = 6; repeated int32 l = 7;
            map<string, int32> m = 8; optional int32 o = 9; B message = 10; oneof x { int32 one = 11; }
         }",
    );
    let part = codec.part_of("A").unwrap();
    let value = codec.read_json(part, &mut &b""[..]).unwrap();
    assert_eq!(value, json!({"i": 0, "s": "", "b": "", "t": false, "d": 0.0, "e": "ZERO", "l": [], "m": {}}));
    let mut out = Vec::new();
    codec.write_json(part, &value, &mut out).unwrap();
    assert_eq!(out, b"");
    codec.write_json(part, &json!({"o": 0, "one": 0, "message": {}}), &mut out).unwrap();
    assert_eq!(out, [0x48, 0, 0x52, 0, 0x58, 0]);
    assert_eq!(codec.read_json(part, &mut out.as_slice()).unwrap()["o"], json!(0));
    out.clear();
    codec.write_json(part, &json!({"i": null, "o": null, "message": null, "l": null}), &mut out).unwrap();
    assert_eq!(out, b"", "null is absent");
}

#[test]
fn numbers_are_taken_as_numbers_and_as_texts() {
    let codec = proto3("message A { int64 i = 1; uint64 u = 2; double d = 3; float f = 4; fixed32 x = 5; }");
    let wanted = json!({"i": i64::MIN, "u": u64::MAX, "d": 1.5, "f": 0.1, "x": 7});
    assert_eq!(through(&codec, &wanted), wanted);
    let texts = json!({"i": "-9223372036854775808", "u": "18446744073709551615", "d": "1.5", "f": "0.1", "x": "7"});
    assert_eq!(through(&codec, &texts), wanted);
    assert_eq!(through(&codec, &json!({"i": 1e3, "d": 2}))["i"], json!(1000));
    for word in ["NaN", "Infinity", "-Infinity"] {
        assert_eq!(through(&codec, &json!({"d": word, "f": word}))["d"], json!(word));
    }
}

#[test]
fn a_value_that_does_not_fit_says_what_the_schema_wants() {
    let codec = proto3(
        "message A {
            int32 i = 1; int64 l = 2; uint32 u = 3; uint64 v = 4; sint32 s = 5; sfixed64 z = 6; bool t = 7;
            string text = 8; bytes b = 9; float f = 10; Status status = 11; A inner = 12; repeated A list = 13;
            map<int32, string> names = 14; repeated string words = 15; map<bool, Status> flags = 16;
        }
        enum Status { NEW = 0; PAID = 1; }",
    );
    let wanted = |whole: &str| format!("does not fit; the schema wants {whole}");
    for (value, told) in [
        (json!({"i": 2_147_483_648_i64}), "$.i: 2147483648 "),
        (json!({"i": 1.5}), "$.i: 1.5 "),
        (json!({"i": true}), "$.i: true "),
        (json!({"i": "five"}), "$.i: \"five\" "),
        (json!({"i": []}), "$.i: [] "),
    ] {
        assert_eq!(refused(&codec, &value), format!("{told}{}", wanted("an int32, a whole number of 32 bits")));
    }
    for (value, told) in [
        (
            json!({"l": u64::MAX}),
            "$.l: 18446744073709551615 does not fit; the schema wants an int64, a whole number of 64 bits",
        ),
        (
            json!({"u": -1}),
            "$.u: -1 does not fit; the schema wants a uint32, a whole number of 32 bits that is not negative",
        ),
        (
            json!({"v": -1}),
            "$.v: -1 does not fit; the schema wants a uint64, a whole number of 64 bits that is not negative",
        ),
        (json!({"s": 3e9}), "$.s: 3000000000.0 does not fit; the schema wants a sint32, a whole number of 32 bits"),
        (json!({"z": {}}), "$.z: {} does not fit; the schema wants a sfixed64, a whole number of 64 bits"),
        (json!({"t": "true"}), "$.t: \"true\" does not fit; the schema wants a bool"),
        (json!({"text": 5}), "$.text: 5 does not fit; the schema wants a string"),
        (json!({"b": "?"}), "$.b: \"?\" does not fit; the schema wants bytes, a text in base64"),
        (json!({"f": 1e300}), "$.f: 1e+300 does not fit; the schema wants a float"),
        (
            json!({"status": "OLD"}),
            "$.status: \"OLD\" does not fit; the schema wants one of NEW, PAID (enum acme.Status)",
        ),
        (json!({"inner": 5}), "$.inner: 5 does not fit; the schema wants message acme.A"),
        (
            json!({"inner": {"inner": {"i": "x"}}}),
            "$.inner.inner.i: \"x\" does not fit; the schema wants an int32, a whole number of 32 bits",
        ),
        (json!({"list": {}}), "$.list: {} does not fit; the schema wants a list of acme.A"),
        (json!({"list": [{}, 5]}), "$.list[1]: 5 does not fit; the schema wants message acme.A"),
        (json!({"words": ["a", null]}), "$.words[1]: null does not fit; the schema wants a string"),
        (json!({"names": []}), "$.names: [] does not fit; the schema wants a map of string by int32"),
        (
            json!({"names": {"x": "y"}}),
            "$.names.x: \"x\" does not fit; the schema wants as the key an int32, a whole number of 32 bits",
        ),
        (
            json!({"flags": {"true": 2, "yes": 1}}),
            "$.flags.yes: \"yes\" does not fit; the schema wants as the key a bool",
        ),
        (json!({"names": {"1": 5}}), "$.names['1']: 5 does not fit; the schema wants a string"),
        (json!([]), "$: [] does not fit; the schema wants message acme.A"),
        (json!({"Status": "NEW"}), "$: record acme.A has no field `Status`; did you mean `status`?"),
        (json!({"inner": {"qqq": 1}}), "$.inner: record acme.A has no field `qqq`"),
    ] {
        assert_eq!(refused(&codec, &value), told);
    }
}

#[test]
fn a_long_enum_is_not_listed_to_its_end() {
    let names: Vec<String> = (0..30).map(|number| format!("N{number} = {number};")).collect();
    let codec = proto3(&format!("message A {{ Long e = 1; }} enum Long {{ {} }}", names.concat()));
    let told = refused(&codec, &json!({"e": "M"}));
    assert!(told.ends_with("N18, N19, … (enum acme.Long)"), "{told}");
}

#[test]
fn an_enum_is_its_name_or_its_number() {
    let codec = proto3("enum E { ZERO = 0; ONE = 1; } message A { E e = 1; repeated E l = 2; }");
    let value = json!({"e": "ONE", "l": ["ZERO", 77]});
    let bytes = write(&codec, &value).unwrap();
    assert_eq!(bytes, [8, 1, 0x12, 2, 0, 77]);
    assert_eq!(write(&codec, &json!({"e": 1, "l": [0, 77]})).unwrap(), bytes);
    assert_eq!(read(&codec, &bytes).unwrap(), value);
    let closed = proto2("enum E { ONE = 1; TWO = 2; } message A { optional E e = 1; }");
    assert_eq!(write(&closed, &json!({"e": 2})).unwrap(), [8, 2]);
    assert_eq!(
        refused(&closed, &json!({"e": 3})),
        "$.e: 3 does not fit; the schema wants one of ONE, TWO (enum acme.E)"
    );
    assert_eq!(read(&closed, &[8, 3]).unwrap(), json!({"e": 3}));
}

#[test]
fn a_oneof_holds_one_field() {
    let codec = proto3("message A { oneof payment { string card = 1; int32 cash = 2; } }");
    assert_eq!(write(&codec, &json!({"card": "", "cash": null})).unwrap(), [0x0a, 0]);
    assert_eq!(
        refused(&codec, &json!({"card": "x", "cash": 1})),
        "$: `card` and `cash` are set together, but oneof `payment` holds one of them"
    );
    assert_eq!(read(&codec, &[0x0a, 0, 0x10, 5]).unwrap(), json!({"cash": 5}), "the last one counts");
    assert_eq!(read(&codec, &[0x10, 5, 0x0a, 0]).unwrap(), json!({"card": ""}));
}

#[test]
fn a_required_field_must_be_there() {
    let codec = proto2("message A { required int32 id = 1; optional int32 x = 2 [default = 5]; }");
    assert_eq!(write(&codec, &json!({"id": 0})).unwrap(), [8, 0]);
    for value in [json!({}), json!({"id": null})] {
        assert_eq!(refused(&codec, &value), "$: field `id` of record acme.A is missing and has no default");
    }
    assert_eq!(read(&codec, &[8, 0]).unwrap(), json!({"id": 0}));
}

#[test]
fn groups_and_extensions_are_fields() {
    let codec = proto2(
        "message A { repeated group Item = 1 { optional int32 x = 2; } extensions 10 to 20; }
         extend A { optional string extra = 10; }",
    );
    let value = json!({"item": [{"x": 1}, {}], "[acme.extra]": "e"});
    let bytes = write(&codec, &value).unwrap();
    assert_eq!(bytes, [0x0b, 0x10, 1, 0x0c, 0x0b, 0x0c, 0x52, 1, b'e']);
    assert_eq!(read(&codec, &bytes).unwrap(), value);
}

#[test]
fn numbers_are_read_alone_and_in_one_block() {
    let packed = proto3("message A { repeated int32 l = 1; }");
    let apart = proto2("message A { repeated int32 l = 1; }");
    assert_eq!(write(&packed, &json!({"l": [1, 2]})).unwrap(), [0x0a, 2, 1, 2]);
    assert_eq!(write(&packed, &json!({"l": []})).unwrap(), b"");
    assert_eq!(write(&apart, &json!({"l": [1, 2]})).unwrap(), [8, 1, 8, 2]);
    for codec in [packed, apart] {
        for bytes in [&[0x0a, 2, 1, 2][..], &[8, 1, 8, 2], &[8, 1, 0x0a, 1, 2], &[0x0a, 0, 0x0a, 2, 1, 2]] {
            assert_eq!(read(&codec, bytes).unwrap(), json!({"l": [1, 2]}), "{bytes:?}");
        }
    }
}

#[test]
fn a_field_that_is_written_twice_is_merged_or_the_last_one() {
    let codec =
        proto3("message A { int32 i = 1; A inner = 2; int32 j = 3; repeated int32 l = 4; map<int32, int32> m = 5; }");
    let bytes = [
        0x12, 6, 8, 1, 0x18, 2, 0x20, 7, // an inner message
        8, 1, 8, 9, // the number, twice
        0x12, 4, 8, 5, 0x20, 8, // more of the inner message
        0x2a, 4, 8, 1, 0x10, 2, 0x2a, 2, 8, 1, // an entry, twice
        0xa2, 6, 1, b'x', // a field that the schema does not have
    ];
    let value = read(&codec, &bytes).unwrap();
    assert_eq!(value["i"], json!(9));
    assert_eq!(value["inner"], json!({"i": 5, "j": 2, "l": [7, 8], "m": {}}));
    assert_eq!(value["m"], json!({"1": 0}));
    assert_eq!(value.as_object().unwrap().len(), 5, "{value}");
}

#[test]
fn long_messages_have_long_lengths() {
    let codec = proto3("message A { string s = 1; A inner = 2; repeated int32 l = 3; }");
    for length in [0, 1, 127, 128, 129, 16_383, 16_384, 70_000] {
        let value = json!({"s": "", "l": [], "inner": {"s": "x".repeat(length), "l": vec![1; length]}});
        assert_eq!(through(&codec, &value), value, "{length}");
    }
}

#[test]
fn depth_is_limited_as_readers_limit_it() {
    let codec = proto3("message A { A a = 1; map<string, A> m = 2; }");
    let nested = |levels: usize| (0..levels).fold(json!({"m": {}}), |inner, _| json!({"m": {}, "a": inner}));
    assert_eq!(through(&codec, &nested(100)), nested(100));
    let told = refused(&codec, &nested(101));
    assert!(told.ends_with(".a: objects and lists lie more than 100 deep in one another"), "{told}");
    let entries = (0..51).fold(json!({}), |inner, _| json!({"m": {"k": inner}}));
    assert!(refused(&codec, &entries).ends_with("lie more than 100 deep in one another"));
}

#[test]
fn damaged_bytes_say_where_they_are_damaged() {
    let codec = proto3(
        "message A { string s = 1; A inner = 2; repeated int32 l = 3; map<int32, A> m = 4; fixed32 x = 5; repeated A list = 6; }",
    );
    for (bytes, told) in [
        (&[0x0a, 5, b'x'][..], "$: a length goes beyond the end, 3 bytes before the payload's end"),
        (&[0x0a, 1, 0xff], "$.s: a string is not UTF-8, 1 bytes before the payload's end"),
        (&[0x12, 2, 0x0a, 9], "$.inner: a length goes beyond the end, 2 bytes before the payload's end"),
        (&[0x1a, 2, 1, 0x80], "$.l[1]: a number is cut off or too long, 1 bytes before the payload's end"),
        (&[0x22, 4, 8, 7, 0x12, 1], "$.m: a length goes beyond the end, 2 bytes before the payload's end"),
        (
            &[0x22, 6, 8, 7, 0x12, 2, 0x0a, 9],
            "$.m['7']: a length goes beyond the end, 2 bytes before the payload's end",
        ),
        (
            &[0x32, 0, 0x32, 1, 0],
            "$.list[1]: a field has a number that no field can have, 1 bytes before the payload's end",
        ),
        (&[0x2d, 1, 2, 3], "$: a number is cut off, 4 bytes before the payload's end"),
        (&[8, 1], "$: field `s` is written as a varint, 2 bytes before the payload's end"),
        (&[0x2a, 0], "$: field `x` is written as bytes with a length, 2 bytes before the payload's end"),
        (&[0x0f], "$: a field has a wire type that there is not, 1 bytes before the payload's end"),
        (&[0x7c], "$: a group ends that has not started, 1 bytes before the payload's end"),
        (&[0x7b, 8, 1], "$: a group does not end, 3 bytes before the payload's end"),
        (&[0x7b, 0x74], "$: a group ends that has not started, 2 bytes before the payload's end"),
        (&[0xff; 11], "$: a number is cut off or too long, 11 bytes before the payload's end"),
    ] {
        assert_eq!(read(&codec, bytes), Err(told.to_owned()), "{bytes:?}");
        assert_eq!(codec.read::<Value>(Part::WHOLE, &mut { bytes }).unwrap_err().to_string(), told, "{bytes:?}");
    }
}
