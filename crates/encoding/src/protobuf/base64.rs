//! Bytes as the JSON form of Protobuf writes them.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes in the standard alphabet, filled up with `=`.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let octet = |index| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for digit in 0..4 {
            let [.., index] = (bits >> (18 - 6 * digit) & 0x3f).to_be_bytes();
            text.push(if digit <= three.len() { char::from(ALPHABET[usize::from(index)]) } else { '=' });
        }
    }
    text
}

/// The bytes of a text in the standard alphabet or the one for addresses, filled up or not; nothing when it is none.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if digits.len() % 4 == 1
        || (digits.len() < text.len() && !text.len().is_multiple_of(4))
        || text.len() - digits.len() > 2
    {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for four in digits.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for index in 0..4 {
            bits = bits << 6 | four.get(index).map_or(Some(0), |digit| value(*digit))?;
        }
        let [_, octets @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&octets[..four.len() - 1]);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn the_examples_of_the_specification_hold() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(decode("-_8="), Some(vec![0xfb, 0xff]));
        assert_eq!(encode(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn what_is_no_base64_is_none() {
        for text in ["A", "AA=A", "AA=", "A===", "====", "AA AA", "ÄÄ", "AAAA="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_is_bytes_or_none(text: String) {
            let _ = decode(&text);
        }
    }
}
