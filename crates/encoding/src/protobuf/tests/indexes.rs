use super::*;

fn nested() -> ProtobufCodec {
    proto3(
        "message First { message Inner {} map<string, Inner> entries = 1; message Last { message Deep {} } }
         message Second { message Inner {} message First {} }",
    )
}

fn take(codec: &ProtobufCodec, bytes: &[u8]) -> Result<(u32, usize), String> {
    let mut rest = bytes;
    let part = codec.take_indexes(&mut rest).map_err(|error| error.to_string())?;
    Ok((part.0, rest.len()))
}

#[test]
fn messages_are_numbered_from_the_outside_in() {
    let names: Vec<String> = nested().records().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "acme.First",
            "acme.First.Inner",
            "acme.First.Last",
            "acme.First.Last.Deep",
            "acme.Second",
            "acme.Second.Inner",
            "acme.Second.First",
        ]
    );
    assert_eq!(nested().record(Part(4)).map(RecordName::as_str), Some("acme.Second"));
    assert_eq!(nested().record(Part(7)), None);
}

#[test]
fn a_simple_name_is_known_where_it_says_which_message_it_means() {
    let codec = nested();
    for (name, part) in [
        ("acme.First", Some(0)),
        ("acme.Second.Inner", Some(5)),
        ("Second", Some(4)),
        ("Deep", Some(3)),
        ("First", Some(0)),
        ("Inner", None),
        ("acme.Third", None),
        ("EntriesEntry", None),
        ("", None),
    ] {
        assert_eq!(codec.part_of(name).map(|part| part.0), part, "{name}");
    }
}

/// A map's entry counts among the messages inside, in the place in which the compiler puts it.
#[test]
fn indexes_are_zig_zag_numbers_and_the_first_message_is_one_byte() {
    let codec = nested();
    let indexes: Vec<&[u8]> = (0..7).map(|part| codec.indexes(Part(part))).collect();
    assert_eq!(indexes, [&[0][..], &[4, 0, 0], &[4, 0, 4], &[6, 0, 4, 0], &[2, 2], &[4, 2, 0], &[4, 2, 2]]);
}

#[test]
fn indexes_are_taken_in_every_form() {
    let codec = nested();
    for (bytes, part) in
        [(&[0][..], 0), (&[2, 0], 0), (&[2, 2], 4), (&[6, 0, 4, 0], 3), (&[4, 2, 2], 6), (&[0x82, 0, 0x80, 0], 0)]
    {
        assert_eq!(take(&codec, bytes), Ok((part, 0)), "{bytes:?}");
        assert_eq!(take(&codec, &[bytes, &[9, 9]].concat()), Ok((part, 2)));
    }
}

#[test]
fn indexes_that_lead_nowhere_name_the_messages_there_are() {
    let codec = proto3("message A { map<string, A> entries = 1; message C {} } message B {}");
    let there = "lead to no message of the schema, which has acme.A, acme.A.C, acme.B";
    for (bytes, told) in [
        (&[2, 4][..], format!("$: message indexes [2] {there}, 0 bytes before the payload's end")),
        (&[2, 1, 5], format!("$: message indexes [-1] {there}, 1 bytes before the payload's end")),
        (&[4, 0, 0], format!("$: message indexes [0, 0] {there}, 0 bytes before the payload's end")),
        (&[2 * 3, 0, 2, 0], format!("$: 3 message indexes {there}, 3 bytes before the payload's end")),
        (&[1], format!("$: -1 message indexes {there}, 0 bytes before the payload's end")),
        (&[], "$: the message indexes are cut off, 0 bytes before the payload's end".to_owned()),
        (&[2], "$: the message indexes are cut off, 0 bytes before the payload's end".to_owned()),
    ] {
        assert_eq!(take(&codec, bytes), Err(told), "{bytes:?}");
    }
}

#[test]
fn a_count_beyond_the_file_reserves_nothing() {
    let mut bytes = Vec::new();
    wire::write_varint(wire::zig_zag(i64::MAX), &mut bytes);
    let told = take(&nested(), &bytes).unwrap_err();
    assert!(told.starts_with("$: 9223372036854775807 message indexes lead to no message"), "{told}");
}

#[test]
fn a_file_without_messages_has_no_part() {
    let codec = proto3("enum Colour { NONE = 0; }");
    assert_eq!(codec.records().count(), 0);
    assert_eq!(codec.record(Part::WHOLE), None);
    assert_eq!(
        take(&codec, &[0]),
        Err("$: message indexes [] lead to no message of the schema, which has none, 0 bytes before the payload's end"
            .to_owned())
    );
    assert_eq!(
        write(&codec, &json!({})),
        Err("$: {} does not fit; the schema wants nothing: it has no message".into())
    );
    assert_eq!(read(&codec, b""), Err("$: the schema has no such message, 0 bytes before the payload's end".into()));
    assert_eq!(
        codec.read::<Value>(Part::WHOLE, &mut &b""[..]).unwrap_err().to_string(),
        "the schema has no such message"
    );
    assert!(codec.write(Part::WHOLE, &json!({}), &mut Vec::new()).is_err());
}

proptest! {
    #[test]
    fn the_indexes_of_every_part_lead_to_it(part in 0u32..7, rest: Vec<u8>) {
        let codec = nested();
        let bytes = [codec.indexes(Part(part)), &rest].concat();
        prop_assert_eq!(take(&codec, &bytes), Ok((part, rest.len())));
    }

    #[test]
    fn any_bytes_are_indexes_or_an_error(bytes: Vec<u8>) {
        if let Ok((part, left)) = take(&nested(), &bytes) {
            prop_assert!(part < 7 && left < bytes.len());
        }
    }
}
