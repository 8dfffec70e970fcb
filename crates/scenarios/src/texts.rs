use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use test_probe_directives::nearest;

/// The files of one of a test's folders, by their names without the extension. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Texts(Arc<BTreeMap<String, Found>>);

/// What goes by a name.
enum Found {
    One(String),
    /// So many; a step that names them could mean any.
    Several(usize),
}

/// A name that stands for no text.
pub(crate) enum NoText {
    /// There is none; the nearest name, or which ones there are.
    NotThere { hint: String },
    /// So many files go by the name.
    Several { count: usize },
}

impl Texts {
    pub(crate) fn of<N: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (N, T)>) -> Self {
        let mut texts: BTreeMap<String, Found> = BTreeMap::new();
        for (name, text) in files {
            let several = |found: &mut Found| {
                let count = if let Found::Several(count) = found { *count } else { 1 };
                *found = Found::Several(count + 1);
            };
            texts.entry(name.into()).and_modify(several).or_insert_with(|| Found::One(text.into()));
        }
        Self(Arc::new(texts))
    }

    /// The text of this name. `none` is what to say where there are no texts at all.
    pub(crate) fn get(&self, name: &str, none: &str) -> Result<(&str, &str), NoText> {
        match self.0.get_key_value(name) {
            Some((name, Found::One(text))) => Ok((name, text)),
            Some((_, Found::Several(count))) => Err(NoText::Several { count: *count }),
            None => Err(NoText::NotThere { hint: self.hint(name, none) }),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn hint(&self, name: &str, none: &str) -> String {
        match nearest(name, self.names()) {
            Some(known) => format!("; did you mean {known}?"),
            None if self.0.is_empty() => format!("; {none}"),
            None => format!("; there are {}", self.names().collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The names alone.
impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
