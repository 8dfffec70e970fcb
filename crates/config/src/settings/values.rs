use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use test_probe_directives::{BootstrapServers, SaslMechanism, Secret, SecurityProtocol};

use super::{
    BlockStorageProvider, ClientAuthentication, GroupProtocol, OverflowStrategy, SchemaIdLocation,
    SchemaRegistryAuthType, StreamMode, SubjectNames, VaultProvider, WorldKind,
};
use crate::check::Checked;
use crate::{ClientProperties, FunctionUrl, NamedTexts, SchemaRegistryUrl};

/// The checked values by their keys.
#[derive(Debug, Default)]
pub(crate) struct Values(BTreeMap<&'static str, Checked>);

impl Values {
    pub(crate) fn insert(&mut self, path: &'static str, value: Checked) {
        self.0.insert(path, value);
    }

    /// Whether a key has a value that keeps its rule.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Whether a key has a value that keeps its rule by saying nothing.
    pub(crate) fn is_blank(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(Checked::is_blank)
    }

    /// The value of a key, as what the settings want it to be.
    ///
    /// # Errors
    /// [`NoValue`] when the key has no value, or one of another kind.
    pub(crate) fn get<T: FromChecked>(&self, path: &'static str) -> Result<T, NoValue> {
        self.0.get(path).and_then(T::from_checked).ok_or(NoValue { path })
    }
}

/// The table of keys and the settings disagree about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("No value of the wanted kind was read for '{path}'")]
pub(crate) struct NoValue {
    pub(crate) path: &'static str,
}

/// A type that settings are made of.
pub(crate) trait FromChecked: Sized {
    fn from_checked(checked: &Checked) -> Option<Self>;
}

macro_rules! from_checked {
    ($($type:ty: $pattern:pat => $value:expr;)*) => {$(
        impl FromChecked for $type {
            fn from_checked(checked: &Checked) -> Option<Self> {
                match checked {
                    $pattern => $value,
                    _ => None,
                }
            }
        }
    )*};
}

from_checked! {
    String: Checked::Text(text) => Some(text.clone());
    Option<String>: Checked::Text(text) => Some((!text.is_empty()).then(|| text.clone()));
    Vec<String>: Checked::TextList(texts) => Some(texts.clone());
    Secret: Checked::Secret(secret) => Some(secret.clone());
    Option<Secret>: Checked::Secret(secret) => Some((!secret.is_empty()).then(|| secret.clone()));
    Option<SecurityProtocol>: Checked::SecurityProtocol(protocol) => Some(*protocol);
    SaslMechanism: Checked::SaslMechanism(mechanism) => Some(*mechanism);
    NamedTexts: Checked::NamedTexts(texts) => Some(texts.clone());
    Option<FunctionUrl>: Checked::FunctionUrl(url) => Some(url.clone());
    Option<PathBuf>: Checked::File(path) => Some(path.clone());
    BootstrapServers: Checked::BootstrapServers(servers) => Some(servers.clone());
    SchemaRegistryUrl: Checked::SchemaRegistryUrl(url) => Some(url.clone());
    ClientProperties: Checked::ClientProperties(properties) => Some(properties.clone());
    bool: Checked::Boolean(boolean) => Some(*boolean);
    f64: Checked::Fraction(number) => Some(*number);
    Duration: Checked::Duration(duration) => Some(*duration);
    u64: Checked::Size(bytes) => Some(*bytes);
    u32: Checked::Integer(number) => Some(*number);
    usize: Checked::Integer(number) => usize::try_from(*number).ok();
    Option<NonZeroU32>: Checked::Integer(number) => Some(NonZeroU32::new(*number));
    NonZeroU16: Checked::Integer(number) => NonZeroU16::new(u16::try_from(*number).ok()?);
    NonZeroUsize: Checked::Integer(number) => NonZeroUsize::new(usize::try_from(*number).ok()?);
    StreamMode: Checked::Choice(word) => StreamMode::of_word(word);
    OverflowStrategy: Checked::Choice(word) => OverflowStrategy::of_word(word);
    GroupProtocol: Checked::Choice(word) => GroupProtocol::of_word(word);
    SubjectNames: Checked::Choice(word) => SubjectNames::of_word(word);
    SchemaIdLocation: Checked::Choice(word) => SchemaIdLocation::of_word(word);
    SchemaRegistryAuthType: Checked::Choice(word) => SchemaRegistryAuthType::of_word(word);
    ClientAuthentication: Checked::Choice(word) => ClientAuthentication::of_word(word);
    VaultProvider: Checked::Choice(word) => VaultProvider::of_word(word);
    BlockStorageProvider: Checked::Choice(word) => BlockStorageProvider::of_word(word);
    WorldKind: Checked::Choice(word) => WorldKind::of_word(word);
}
