//! The numbers of Avro's binary encoding: zig-zag, seven bits a byte, lowest first.

/// The longest encoding of a 64-bit number.
const LONGEST: usize = 10;

/// Appends an `int` or a `long`.
pub(super) fn write_long(number: i64, out: &mut Vec<u8>) {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends bytes with their length before them.
pub(super) fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_long(i64::try_from(bytes.len()).unwrap_or(i64::MAX), out);
    out.extend_from_slice(bytes);
}

/// Takes an `int` or a `long` off the front of `bytes`; nothing when they end inside it, or it has more than 64 bits.
#[inline]
pub(super) fn read_long(bytes: &mut &[u8]) -> Option<i64> {
    // Nearly all lengths, counts and branches have one byte.
    if let [low @ 0..0x80, rest @ ..] = bytes {
        *bytes = rest;
        return Some(unzigzag(u64::from(*low)));
    }
    read_longer(bytes)
}

#[inline]
fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn read_longer(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().take(LONGEST).enumerate() {
        let bits = u64::from(byte & 0x7f);
        if index == LONGEST - 1 && bits > 1 {
            return None;
        }
        number |= bits << (index * 7);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Some(unzigzag(number));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_specification_hold() {
        for (number, bytes) in [
            (0, &[0][..]),
            (-1, &[1]),
            (1, &[2]),
            (-2, &[3]),
            (-64, &[0x7f]),
            (64, &[0x80, 0x01]),
            (8192, &[0x80, 0x80, 1]),
        ] {
            let mut out = Vec::new();
            write_long(number, &mut out);
            assert_eq!(out, bytes, "{number}");
        }
    }

    #[test]
    fn a_number_that_is_cut_off_or_too_long_is_none() {
        for bytes in
            [&[][..], &[0x80], &[0xff; 9], &[0xff; 10], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]]
        {
            assert_eq!(read_long(&mut { bytes }), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(number: i64, rest: Vec<u8>) {
            let mut out = Vec::new();
            write_long(number, &mut out);
            out.extend_from_slice(&rest);
            let mut bytes = out.as_slice();
            prop_assert_eq!(read_long(&mut bytes), Some(number));
            prop_assert_eq!(bytes, rest);
        }
    }
}
