use super::super::binary;
use super::super::json_reader::MOST_EMPTY_ITEMS;
use super::super::layout::{Kind, Layout};
use super::MAX_DEPTH;
use crate::json::ReadError;

/// The bytes that are left, and how the work stands.
pub(super) struct Payload<'s, 'a> {
    pub(super) layout: &'s Layout,
    pub(super) rest: &'a [u8],
    depth: usize,
    /// How many items so far took no bytes.
    empty_items: usize,
    /// Whether it was given up for its depth.
    pub(super) is_too_deep: bool,
}

impl<'s, 'a> Payload<'s, 'a> {
    #[inline]
    pub(super) fn new(layout: &'s Layout, rest: &'a [u8]) -> Self {
        Self { layout, rest, depth: 0, empty_items: 0, is_too_deep: false }
    }

    /// Goes into a record's field, or into an item of a list or a map.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), ReadError> {
        if self.depth == MAX_DEPTH {
            return Err(self.too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    #[cold]
    fn too_deep(&mut self) -> ReadError {
        self.is_too_deep = true;
        self.damage(&format!("objects and lists lie more than {MAX_DEPTH} deep in one another"))
    }

    /// Counts the item or the record that is behind where `left` bytes were left before it. A list may claim any number of
    /// items that take no bytes, and records of such records double with each level.
    #[inline]
    pub(super) fn count_item(&mut self, left: usize) -> Result<(), ReadError> {
        if self.rest.len() == left { self.count_empty_item() } else { Ok(()) }
    }

    #[cold]
    fn count_empty_item(&mut self) -> Result<(), ReadError> {
        self.empty_items += 1;
        if self.empty_items > MOST_EMPTY_ITEMS {
            return Err(self.damage(&format!("there are more than {MOST_EMPTY_ITEMS} items and records without bytes")));
        }
        Ok(())
    }

    /// How many items the next block has; none at the end. A negative number is followed by the block's bytes.
    #[inline]
    pub(super) fn block(&mut self) -> Result<u64, ReadError> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Ok(count.unsigned_abs())
    }

    #[inline]
    pub(super) fn branch(&mut self, union: usize) -> Result<(usize, Kind), ReadError> {
        let index = usize::try_from(self.long()?).ok();
        match index.and_then(|index| Some((index, *self.layout.union(union).branches.get(index)?))) {
            Some(branch) => Ok(branch),
            None => Err(self.damage("the union has no such branch")),
        }
    }

    #[inline]
    pub(super) fn symbol(&mut self, id: usize) -> Result<&'s str, ReadError> {
        let symbols = self.layout.enumeration(id);
        let index = usize::try_from(self.int()?).ok();
        match index.and_then(|index| symbols.symbols.get(index)) {
            Some(symbol) => Ok(symbol),
            None => Err(self.damage(&format!("enum {} has no such symbol", symbols.name))),
        }
    }

    #[inline]
    pub(super) fn boolean(&mut self) -> Result<bool, ReadError> {
        match self.take(1)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(self.damage("a boolean is neither 0 nor 1")),
        }
    }

    #[inline]
    pub(super) fn int(&mut self) -> Result<i32, ReadError> {
        i32::try_from(self.long()?).map_err(|_| self.damage("an int has more than 32 bits"))
    }

    #[inline]
    pub(super) fn long(&mut self) -> Result<i64, ReadError> {
        match binary::read_long(&mut self.rest) {
            Some(number) => Ok(number),
            None => Err(self.damage("a number is cut off or too long")),
        }
    }

    #[inline]
    pub(super) fn text(&mut self) -> Result<&'a str, ReadError> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|_| self.damage("a string is not UTF-8"))
    }

    #[inline]
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], ReadError> {
        let length = self.long()?;
        match usize::try_from(length) {
            Ok(length) => self.take(length),
            Err(_) => Err(self.damage(&format!("a length is {length}"))),
        }
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        match self.rest.split_first_chunk() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(self.cut_off(N)),
        }
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.cut_off(length)),
        }
    }

    #[cold]
    fn cut_off(&self, wanted: usize) -> ReadError {
        self.damage(&format!("{wanted} bytes are wanted"))
    }

    #[cold]
    pub(super) fn damage(&self, problem: &str) -> ReadError {
        ReadError::damage(problem, self.rest.len())
    }
}
