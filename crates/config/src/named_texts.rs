use std::collections::BTreeMap;
use std::fmt;

use crate::ClientProperties;

/// Texts under names of the author's own. Values whose names sound secret do not print.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NamedTexts(BTreeMap<String, String>);

impl NamedTexts {
    /// The texts, sorted by name. Do not log them.
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl From<BTreeMap<String, String>> for NamedTexts {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self(texts)
    }
}

impl fmt::Debug for NamedTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str, text| if ClientProperties::is_secret(name) { "***" } else { text };
        f.debug_map().entries(self.0.iter().map(|(name, text)| (name, shown(name, text.as_str())))).finish()
    }
}
