use prost_reflect::{FileDescriptor, MessageDescriptor};
use rustc_hash::FxHashMap;

use super::schema::{Element, Schema};
use super::wire::{read_varint, un_zig_zag, write_varint, zig_zag};
use crate::RecordName;
use crate::codec::Part;
use crate::json::MalformedPayload;

/// The messages that a file defines itself, by their names and by their indexes in the wire format.
pub(super) struct Parts {
    parts: Vec<One>,
    by_name: FxHashMap<Box<str>, Part>,
    /// The messages that lie in no other, in the file's order.
    outermost: Vec<Node>,
    /// How many indexes the deepest message has.
    depth: u64,
}

struct One {
    record: RecordName,
    element: Element,
    indexes: Box<[u8]>,
}

/// A message among those around it. A map's entry is one too, as indexes count it, but no part.
struct Node {
    part: Option<Part>,
    inside: Vec<Node>,
}

impl Parts {
    pub(super) fn of(file: &FileDescriptor, schema: &Schema) -> Self {
        let mut parts = Self { parts: Vec::new(), by_name: FxHashMap::default(), outermost: Vec::new(), depth: 0 };
        let mut path = Vec::new();
        parts.outermost = file.messages().enumerate().map(|(i, one)| parts.add(&one, i, &mut path, schema)).collect();
        parts.by_name = parts.names();
        parts
    }

    /// Numbers a message, then those that lie in it.
    fn add(&mut self, message: &MessageDescriptor, index: usize, path: &mut Vec<u64>, schema: &Schema) -> Node {
        path.push(u64::try_from(index).unwrap_or(u64::MAX));
        let part = match (schema.find(message.full_name()), u32::try_from(self.parts.len())) {
            (Some(id), Ok(number)) if !message.is_map_entry() => {
                self.depth = self.depth.max(u64::try_from(path.len()).unwrap_or(u64::MAX));
                self.parts.push(One {
                    record: RecordName::new(message.full_name()),
                    element: Element::payload(id),
                    indexes: indexes(path),
                });
                Some(Part(number))
            }
            _ => None,
        };
        // Their order is the descriptor's, which indexes count by.
        let inside = message.child_messages().enumerate().map(|(i, one)| self.add(&one, i, path, schema)).collect();
        path.pop();
        Node { part, inside }
    }

    /// Full names, and the simple ones that say which message they mean: only one has it, or only one of those that lie
    /// in no other message.
    fn names(&self) -> FxHashMap<Box<str>, Part> {
        let mut by_simple: FxHashMap<&str, Vec<Part>> = FxHashMap::default();
        for (number, one) in (0..).zip(&self.parts) {
            by_simple.entry(one.record.simple()).or_default().push(Part(number));
        }
        let outermost: Vec<Part> = self.outermost.iter().filter_map(|node| node.part).collect();
        let mut names: FxHashMap<Box<str>, Part> = FxHashMap::default();
        for (simple, parts) in by_simple {
            let outer: Vec<Part> = parts.iter().filter(|part| outermost.contains(part)).copied().collect();
            if let ([part], _) | (_, [part]) = (&*parts, &*outer) {
                names.insert(simple.into(), *part);
            }
        }
        names.extend((0..).zip(&self.parts).map(|(number, one)| (Box::from(one.record.as_str()), Part(number))));
        names
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &RecordName> {
        self.parts.iter().map(|one| &one.record)
    }

    pub(super) fn part_of(&self, name: &str) -> Option<Part> {
        self.by_name.get(name).copied()
    }

    #[inline]
    pub(super) fn record(&self, part: Part) -> Option<&RecordName> {
        self.get(part).map(|one| &one.record)
    }

    #[inline]
    pub(super) fn element(&self, part: Part) -> Option<&Element> {
        self.get(part).map(|one| &one.element)
    }

    pub(super) fn indexes(&self, part: Part) -> &[u8] {
        self.get(part).map_or(&[0], |one| &one.indexes)
    }

    #[inline]
    fn get(&self, part: Part) -> Option<&One> {
        usize::try_from(part.0).ok().and_then(|index| self.parts.get(index))
    }

    /// Takes message indexes off the front of `bytes`. A count of 0 stands for the first message, as every serializer
    /// shortens it; `[0]` may be written out too.
    #[inline]
    pub(super) fn take(&self, bytes: &mut &[u8]) -> Result<Part, MalformedPayload> {
        // Nearly always it is the first message.
        match (*bytes, self.outermost.first()) {
            ([0, rest @ ..], Some(Node { part: Some(part), .. })) => {
                *bytes = rest;
                Ok(*part)
            }
            _ => self.take_path(bytes),
        }
    }

    fn take_path(&self, bytes: &mut &[u8]) -> Result<Part, MalformedPayload> {
        let mut rest = *bytes;
        let count = number(&mut rest).ok_or_else(|| malformed("the message indexes are cut off", rest))?;
        let mut path = Vec::new();
        let part = match u64::try_from(count) {
            Ok(0) => self.outermost.first().and_then(|node| node.part),
            // Compared before anything is kept: the count is what the bytes claim.
            Ok(count) if count <= self.depth => {
                let mut nodes = &self.outermost;
                let mut part = None;
                for _ in 0..count {
                    let index = number(&mut rest).ok_or_else(|| malformed("the message indexes are cut off", rest))?;
                    path.push(index);
                    let node = usize::try_from(index).ok().and_then(|index| nodes.get(index));
                    let Some(node) = node else { return Err(self.unknown(&format!("message indexes {path:?}"), rest)) };
                    part = node.part;
                    nodes = &node.inside;
                }
                part
            }
            _ => return Err(self.unknown(&format!("{count} message indexes"), rest)),
        };
        match part {
            Some(part) => {
                *bytes = rest;
                Ok(part)
            }
            None => Err(self.unknown(&format!("message indexes {path:?}"), rest)),
        }
    }

    fn unknown(&self, told: &str, rest: &[u8]) -> MalformedPayload {
        const MOST: usize = 10;
        let mut names: Vec<&str> = self.records().take(MOST).map(RecordName::as_str).collect();
        if self.parts.len() > MOST {
            names.push("…");
        }
        let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        malformed(&format!("{told} lead to no message of the schema, which has {there}"), rest)
    }
}

fn malformed(problem: &str, rest: &[u8]) -> MalformedPayload {
    MalformedPayload { path: "$".to_owned(), problem: problem.to_owned(), left: rest.len() }
}

fn number(bytes: &mut &[u8]) -> Option<i64> {
    read_varint(bytes).map(un_zig_zag)
}

/// The wire form of a message's indexes; that of the first message is one byte.
fn indexes(path: &[u64]) -> Box<[u8]> {
    let mut bytes = Vec::new();
    if path == [0] {
        bytes.push(0);
    } else {
        for number in std::iter::once(u64::try_from(path.len()).unwrap_or(u64::MAX)).chain(path.iter().copied()) {
            write_varint(zig_zag(i64::try_from(number).unwrap_or(i64::MAX)), &mut bytes);
        }
    }
    bytes.into_boxed_slice()
}
