use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::hocon::{self, HoconError, KeyPath, Node};
use crate::includes::NoIncludes;
use crate::issue::{Findings, Issue};
use crate::{ConfigFile, Environment, Includes, InvalidConfig, Loaded, RequestParams, validation};

/// What the built-in texts are called in origins and messages.
pub(crate) const REFERENCE: &str = "built-in reference.conf";
const EMBEDDED: &str = "built-in embedded.conf";

/// The layers of a configuration, lowest first. A later layer wins, key by key; the environment wins over all.
///
/// ```text
/// reference ─▶ embedded ─▶ files ─▶ environment ─▶ Loaded
/// ```
///
/// ```
/// # use std::collections::BTreeMap;
/// # use test_probe_config::Layers;
/// let environment = BTreeMap::from([("KAFKA_BOOTSTRAP_SERVERS".to_owned(), "kafka:9092".to_owned())]);
/// let loaded = Layers::new()
///     .reference()
///     .text("app.conf", "test-probe.core.dsl.ask-timeout = 5s")
///     .environment(&environment)
///     .load()?;
/// assert_eq!(loaded.settings.kafka.bootstrap_servers.as_str(), "kafka:9092");
/// assert_eq!(loaded.origin("test-probe.core.dsl.ask-timeout").unwrap().to_string(), "app.conf:1:35");
/// # Ok::<(), test_probe_config::InvalidConfig>(())
/// ```
#[derive(Clone, Default)]
pub struct Layers<'a> {
    texts: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    includes: Option<&'a dyn Includes>,
    environment: Option<&'a dyn Environment>,
}

impl<'a> Layers<'a> {
    /// No layer at all. Without [`reference`](Self::reference) every key must stand in a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the defaults, `config/reference.conf`.
    pub fn reference(self) -> Self {
        self.text(REFERENCE, include_str!("../../../config/reference.conf"))
    }

    /// Adds what is different in the embedded world, `config/embedded.conf`.
    pub fn embedded(self) -> Self {
        self.text(EMBEDDED, include_str!("../../../config/embedded.conf"))
    }

    /// Adds a file that was read. Its name is a path, and what it says relative to itself is relative to the folder.
    pub fn file(self, file: ConfigFile) -> Self {
        self.text(file.name, file.text)
    }

    /// Adds a text under a name.
    pub fn text(mut self, name: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        self.texts.push((name.into(), text.into()));
        self
    }

    /// Says where `include "name"` finds files, and whether those are there that keys of the security name. Without it, no
    /// include finds one, and all are taken to be there.
    pub fn includes(self, includes: &'a dyn Includes) -> Self {
        Self { includes: Some(includes), ..self }
    }

    /// Says which environment variables there are. Without it, none is set.
    pub fn environment(self, environment: &'a dyn Environment) -> Self {
        Self { environment: Some(environment), ..self }
    }

    /// Reads all layers, and checks every key.
    ///
    /// # Errors
    /// [`InvalidConfig`] with everything that is wrong, in all layers and at all keys. Where a text cannot be read as
    /// HOCON, that alone is told, once for each such text.
    pub fn load(self) -> Result<Loaded, InvalidConfig> {
        let nothing = BTreeMap::<String, String>::new();
        let environment = self.environment.unwrap_or(&nothing);
        let layers = self.parse()?;
        let includes = self.includes.unwrap_or(&NoIncludes);
        let root = hocon::resolve(&layers, environment, &["test-probe"]);
        let request_params = hocon::resolve(&layers, environment, &[RequestParams::ROOT]);
        validation::validate(root, request_params, environment, includes)
    }

    fn parse(&self) -> Result<Vec<Node>, InvalidConfig> {
        let includes = self.includes.unwrap_or(&NoIncludes);
        let mut findings = Findings::default();
        let mut layers = Vec::new();
        for (name, text) in &self.texts {
            match hocon::parse(name, text, includes) {
                Ok(layer) => layers.push(layer),
                Err(error) => findings.add(unreadable(&error)),
            }
        }
        findings.verdict().map(|_| layers)
    }
}

impl fmt::Debug for Layers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.texts.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Layers").field("texts", &names).finish_non_exhaustive()
    }
}

fn unreadable(error: &HoconError) -> Issue {
    hocon_issue(&error.place.source, error)
}

/// The issue of a key whose substitutions could not be followed.
pub(crate) fn unresolved(path: &KeyPath, error: &HoconError) -> Issue {
    hocon_issue(&path.to_string(), error)
}

fn hocon_issue(path: &str, error: &HoconError) -> Issue {
    Issue::error(path, error.to_string(), error.reason.suggestion())
        .standing_at(&crate::Origin::Text(error.place.clone()))
}
