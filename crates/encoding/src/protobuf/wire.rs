//! The wire format of Protobuf: numbers of seven bits a byte, tags, and the bytes between them.

/// The longest encoding of a 64-bit number.
const LONGEST: usize = 10;

/// Messages may lie this deep in one another, as deep as other readers of Protobuf follow them.
pub(super) const MAX_DEPTH: usize = 100;

/// Appends a number, seven bits a byte, lowest first.
#[inline]
pub(super) fn write_varint(number: u64, out: &mut Vec<u8>) {
    let mut rest = number;
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

/// Takes a number off the front of `bytes`; nothing when they end inside it, or it has more than 64 bits.
#[inline]
pub(super) fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    if let Some((byte, rest)) = bytes.split_first()
        && *byte < 0x80
    {
        *bytes = rest;
        return Some(u64::from(*byte));
    }
    let mut number = 0u64;
    for (index, byte) in bytes.iter().take(LONGEST).enumerate() {
        let bits = u64::from(byte & 0x7f);
        if index == LONGEST - 1 && bits > 1 {
            return None;
        }
        number |= bits << (index * 7);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Some(number);
        }
    }
    None
}

/// A signed number with its sign in the lowest bit.
#[inline]
pub(super) fn zig_zag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The number that [`zig_zag`] was given.
#[inline]
pub(super) fn un_zig_zag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// How the bytes of a field are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireType {
    Varint = 0,
    Eight = 1,
    Length = 2,
    GroupStart = 3,
    GroupEnd = 4,
    Four = 5,
}

/// A field's number and wire type as they stand before each of its values; empty where nothing does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tag {
    bytes: [u8; 5],
    len: u8,
}

impl Tag {
    pub(super) const NONE: Self = Self { bytes: [0; 5], len: 0 };

    /// The tag of field 1, where it is a text.
    pub(super) const FIRST_TEXT: Self = Self { bytes: [0x0a, 0, 0, 0, 0], len: 1 };

    pub(super) fn new(number: u32, wire: WireType) -> Self {
        let mut written = Vec::with_capacity(5);
        write_varint(u64::from(number) << 3 | wire as u64, &mut written);
        let mut tag = Self::NONE;
        for (to, from) in tag.bytes.iter_mut().zip(&written) {
            *to = *from;
            tag.len += 1;
        }
        tag
    }

    #[inline]
    pub(super) fn write(self, out: &mut Vec<u8>) {
        if self.len == 1 {
            out.push(self.bytes[0]);
        } else {
            out.extend_from_slice(&self.bytes[..usize::from(self.len)]);
        }
    }
}

/// A field's value as it lies on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Raw<'a> {
    Varint(u64),
    Four(u32),
    Eight(u64),
    Bytes(&'a [u8]),
    /// What stands between the start and the end of a group.
    Group(&'a [u8]),
}

impl Raw<'_> {
    /// What the wire type is called in messages.
    pub(super) fn wire_name(&self) -> &'static str {
        match self {
            Self::Varint(_) => "a varint",
            Self::Four(_) => "4 bytes",
            Self::Eight(_) => "8 bytes",
            Self::Bytes(_) => "bytes with a length",
            Self::Group(_) => "a group",
        }
    }
}

const CUT_NUMBER: &str = "a number is cut off or too long";

/// Takes one field off the front of `rest`, which must not be empty: its number and its value.
#[inline]
pub(super) fn take_field<'a>(rest: &mut &'a [u8]) -> Result<(u32, Raw<'a>), &'static str> {
    let (number, wire) = take_tag(rest)?;
    let raw = match wire {
        WireType::GroupStart => Raw::Group(take_group(number, rest)?),
        WireType::GroupEnd => return Err("a group ends that has not started"),
        wire => take_raw(wire, rest)?,
    };
    Ok((number, raw))
}

#[inline]
fn take_tag(rest: &mut &[u8]) -> Result<(u32, WireType), &'static str> {
    let tag = read_varint(rest).ok_or(CUT_NUMBER)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| (1..1 << 29).contains(number));
    let wire = match tag & 7 {
        0 => WireType::Varint,
        1 => WireType::Eight,
        2 => WireType::Length,
        3 => WireType::GroupStart,
        4 => WireType::GroupEnd,
        5 => WireType::Four,
        _ => return Err("a field has a wire type that there is not"),
    };
    Ok((number.ok_or("a field has a number that no field can have")?, wire))
}

/// Takes a value that is no group.
#[inline]
pub(super) fn take_raw<'a>(wire: WireType, rest: &mut &'a [u8]) -> Result<Raw<'a>, &'static str> {
    match wire {
        WireType::Varint => read_varint(rest).map(Raw::Varint).ok_or(CUT_NUMBER),
        WireType::Eight => take_array(rest).map(|bytes| Raw::Eight(u64::from_le_bytes(bytes))),
        WireType::Four => take_array(rest).map(|bytes| Raw::Four(u32::from_le_bytes(bytes))),
        WireType::Length | WireType::GroupStart | WireType::GroupEnd => {
            let length = read_varint(rest).ok_or(CUT_NUMBER)?;
            let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
            let (bytes, after) = split.ok_or("a length goes beyond the end")?;
            *rest = after;
            Ok(Raw::Bytes(bytes))
        }
    }
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (bytes, after) = rest.split_first_chunk().ok_or("a number is cut off")?;
    *rest = after;
    Ok(*bytes)
}

/// Takes what stands before the end of a group that has started, and its end. Without recursion, since groups may lie in
/// one another.
fn take_group<'a>(number: u32, rest: &mut &'a [u8]) -> Result<&'a [u8], &'static str> {
    let whole = *rest;
    let mut open = vec![number];
    loop {
        if rest.is_empty() {
            return Err("a group does not end");
        }
        let before = rest.len();
        match take_tag(rest)? {
            (number, WireType::GroupStart) if open.len() < MAX_DEPTH => open.push(number),
            (_, WireType::GroupStart) => return Err("groups lie too deep in one another"),
            (number, WireType::GroupEnd) => {
                if open.pop() != Some(number) {
                    return Err("a group ends that has not started");
                }
                if open.is_empty() {
                    return Ok(&whole[..whole.len() - before]);
                }
            }
            (_, wire) => {
                take_raw(wire, rest)?;
            }
        }
    }
}
