use super::super::layout::Kind;
use super::payload::Payload;
use crate::json::ReadError;

impl Payload<'_, '_> {
    /// Passes over what stands here, which nobody wants: its lengths, counts and depth are followed, and texts are not
    /// looked at.
    pub(super) fn skip(&mut self, kind: Kind) -> Result<(), ReadError> {
        match kind {
            Kind::Null => Ok(()),
            Kind::Boolean => self.take(1).map(drop),
            Kind::Int | Kind::Long | Kind::Enum(_) => self.long().map(drop),
            Kind::Float => self.take(4).map(drop),
            Kind::Double => self.take(8).map(drop),
            Kind::Bytes | Kind::Text => self.bytes().map(drop),
            Kind::Fixed(size) => self.take(size).map(drop),
            Kind::Wide(wide) => self.take(wide.size()).map(drop),
            Kind::Union(id) => {
                let (_, branch) = self.branch(id)?;
                self.skip(branch)
            }
            Kind::Record(id) => {
                let left = self.rest.len();
                let fields = &self.layout.record(id).fields;
                fields.iter().try_for_each(|field| self.skip_inside(field.kind).map_err(|e| e.inside(&field.name)))?;
                if fields.is_empty() { Ok(()) } else { self.count_item(left) }
            }
            Kind::Array(items) => self.skip_items(items),
            Kind::Map(values) => self.skip_entries(values),
        }
    }

    /// Passes over what stands in a field, an item or an entry.
    pub(super) fn skip_inside(&mut self, kind: Kind) -> Result<(), ReadError> {
        self.enter()?;
        self.skip(kind)?;
        self.leave();
        Ok(())
    }

    fn skip_items(&mut self, items: usize) -> Result<(), ReadError> {
        let (kind, mut index) = (self.layout.items(items), 0);
        loop {
            let count = self.block()?;
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                let left = self.rest.len();
                self.skip_inside(kind).map_err(|error| error.at(index))?;
                self.count_item(left)?;
                index += 1;
            }
        }
    }

    fn skip_entries(&mut self, values: usize) -> Result<(), ReadError> {
        let kind = self.layout.items(values);
        loop {
            let count = self.block()?;
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                let key = self.bytes()?;
                self.skip_inside(kind).map_err(|error| error.inside(&String::from_utf8_lossy(key)))?;
            }
        }
    }
}
