//! What stands around a message and around a block of numbers: a tag, and a length that is known only after it.

use super::schema::{Element, Framing};
use super::wire::{Tag, write_varint};

/// Writes what stands before a message and returns where it starts.
#[inline]
pub(super) fn open(element: &Element, out: &mut Vec<u8>) -> usize {
    element.tag.write(out);
    match element.framing {
        Framing::Length => open_length(out),
        Framing::Bare | Framing::Group(_) => out.len(),
    }
}

/// Writes what belongs to a message that was started at `start` and ends where `out` does.
#[inline]
pub(super) fn close(element: &Element, start: usize, out: &mut Vec<u8>) {
    match element.framing {
        Framing::Bare => {}
        Framing::Length => close_length(start, out),
        Framing::Group(end) => end.write(out),
    }
}

/// Writes the tag of a block and leaves a place for its length.
#[inline]
pub(super) fn open_block(tag: Tag, out: &mut Vec<u8>) -> usize {
    tag.write(out);
    open_length(out)
}

/// Keeps one byte free for the length, which most lengths need.
#[inline]
fn open_length(out: &mut Vec<u8>) -> usize {
    out.push(0);
    out.len()
}

/// Writes the length of what stands from `start` on into the place before it, and makes room where it needs more.
#[inline]
pub(super) fn close_length(start: usize, out: &mut Vec<u8>) {
    let length = out.len() - start;
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out[start - 1] = short,
        _ => widen(start, length, out),
    }
}

fn widen(start: usize, length: usize, out: &mut Vec<u8>) {
    let mut number = Vec::with_capacity(10);
    write_varint(u64::try_from(length).unwrap_or(u64::MAX), &mut number);
    out.splice(start - 1..start, number);
}
