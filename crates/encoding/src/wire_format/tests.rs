use proptest::prelude::*;

use super::*;

fn by_id(id: u32, payload: &[u8]) -> Frame<'_> {
    Frame { schema: SchemaIdentity::Id(SchemaId(id)), header_rest: None, payload }
}

/// 17 bytes: the magic byte and a GUID.
fn header() -> Vec<u8> {
    (1..=17).collect()
}

fn guid() -> SchemaGuid {
    "02030405-0607-0809-0a0b-0c0d0e0f1011".parse().unwrap()
}

#[test]
fn a_header_names_the_schema_and_leaves_the_bytes_alone() {
    let named = [header(), vec![4, 2, 0]].concat();
    let frame = Frame::parse(Framed::new(&[7, 8]).with_schema_header(Some(&named))).unwrap();
    assert_eq!(frame.schema, SchemaIdentity::Guid(guid()));
    assert_eq!((frame.header_rest, frame.payload), (Some(&[4, 2, 0][..]), &[7, 8][..]));
    let by_number = Frame::parse(Framed::new(&[7]).with_schema_header(Some(&[0, 0, 0, 1, 0]))).unwrap();
    assert_eq!((by_number.schema, by_number.payload), (SchemaIdentity::Id(SchemaId(256)), &[7][..]));
}

#[test]
fn a_header_goes_before_a_prefix_and_may_have_an_empty_payload() {
    let named = header();
    for bytes in [&[0, 0, 0, 0, 9][..], &[]] {
        let frame = Frame::parse(Framed::new(bytes).with_schema_header(Some(&named))).unwrap();
        assert_eq!((frame.schema, frame.payload), (SchemaIdentity::Guid(guid()), bytes));
    }
}

#[test]
fn a_header_that_names_no_schema_is_refused_with_the_reason() {
    let message = |header: &[u8]| {
        Frame::parse(Framed::new(&[0, 0, 0, 0, 9]).with_schema_header(Some(header))).unwrap_err().to_string()
    };
    assert_eq!(
        message(&[7]),
        "the record's header that names the schema starts with 0x07, where 0x01 and a GUID, or 0x00 and an id, belong"
    );
    for (cut, length) in [(&[][..], 0), (&[1, 2, 3], 3), (&[0, 1, 2], 3)] {
        assert_eq!(
            message(cut),
            format!("the record's header that names the schema ends after {length} bytes; a GUID takes 17, an id 5")
        );
    }
}

#[test]
fn what_is_written_into_a_header_is_found_again() {
    let written = SchemaHeader::new(guid(), &[4, 2, 0]);
    assert_eq!(written.as_bytes(), [header(), vec![4, 2, 0]].concat());
}

#[test]
fn the_header_is_a_zero_and_the_id_in_network_order() {
    let mut out = vec![9];
    Frame::write_header(SchemaId::new(0x0102_0304), &mut out);
    assert_eq!(out, [9, 0, 1, 2, 3, 4]);
    assert_eq!(Frame::parse(&[0, 0, 0, 1, 0, 7, 8]), Ok(by_id(256, &[7, 8])));
}

#[test]
fn a_payload_may_be_empty() {
    assert_eq!(Frame::parse(&[0, 0, 0, 0, 1]), Ok(by_id(1, &[])));
}

#[test]
fn bytes_without_a_header_are_refused_with_the_reason() {
    let message = |bytes: &[u8]| Frame::parse(bytes).unwrap_err().to_string();
    assert_eq!(message(b""), "there are no bytes to decode; a deletion has no value, ask for it as a tombstone");
    assert_eq!(
        message(b"{}"),
        "the bytes start with 0x7b, not with the magic byte 0x00, so they name no schema; they were written \
         without the registry's serializer"
    );
    assert_eq!(message(&[0, 0, 0]), "the bytes end after 3 of the header's 5 bytes, so they name no schema");
}

proptest! {
    #[test]
    fn what_was_framed_is_found_again(id: u32, payload: Vec<u8>) {
        let mut out = Vec::new();
        Frame::write_header(SchemaId::new(id), &mut out);
        out.extend_from_slice(&payload);
        prop_assert_eq!(Frame::parse(&out), Ok(by_id(id, &payload)));
    }

    #[test]
    fn any_header_is_a_frame_or_an_error(header: Vec<u8>, bytes: Vec<u8>) {
        if let Ok(frame) = Frame::parse(Framed::new(&bytes).with_schema_header(Some(&header))) {
            prop_assert_eq!(frame.payload, bytes.as_slice());
        }
    }

    #[test]
    fn any_bytes_are_a_frame_or_an_error(bytes: Vec<u8>) {
        match Frame::parse(&bytes) {
            Ok(frame) => prop_assert_eq!(frame.payload.len() + Frame::HEADER, bytes.len()),
            Err(_) => prop_assert!(bytes.len() < Frame::HEADER || bytes[0] != 0),
        }
    }
}
