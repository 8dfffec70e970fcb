use std::fmt;

/// Where in a JSON document the work is, as a JSONPath: `$.items[0].sku`.
#[derive(Clone, Default)]
pub(crate) struct Place<'a>(Vec<Segment<'a>>);

#[derive(Clone, Copy)]
pub(crate) enum Segment<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    pub(crate) fn enter(&mut self, segment: Segment<'a>) {
        self.0.push(segment);
    }

    pub(crate) fn leave(&mut self) {
        self.0.pop();
    }

    /// How many objects and lists lie around the place.
    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.0 {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Name(name) if is_plain(name) => write!(f, ".{name}")?,
                Segment::Name(name) => write!(f, "['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))?,
            }
        }
        Ok(())
    }
}

/// Whether a name can stand after a dot.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_indices_make_a_json_path() {
        let mut place = Place::default();
        assert_eq!(place.to_string(), "$");
        for segment in [Segment::Name("items"), Segment::Index(3), Segment::Name("odd key's"), Segment::Name("1st")] {
            place.enter(segment);
        }
        assert_eq!(place.to_string(), r"$.items[3]['odd key\'s']['1st']");
        place.leave();
        assert_eq!(place.depth(), 3);
    }
}
