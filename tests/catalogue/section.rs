//! A file of the catalogue, read.

use test_probe_directives::yaml::{Node, NodeValue};

/// One section of the catalogue: the scenarios of one actor or one part.
#[derive(Debug)]
pub(crate) struct Section {
    /// The file, for messages.
    pub(crate) file: String,
    /// Its number: `10.4`.
    pub(crate) number: String,
    /// How many scenarios run in the Scala system.
    pub(crate) active: usize,
    /// How many are written there and commented out.
    pub(crate) commented_out: usize,
    pub(crate) entries: Vec<Entry>,
}

/// One scenario.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) feature: String,
    pub(crate) scenario: String,
    pub(crate) is_commented_out: bool,
    /// The tests, each with its file.
    pub(crate) tests: Vec<(String, String)>,
    pub(crate) waits_for: Option<String>,
}

impl Section {
    /// Reads a file, or says what in it cannot be read, and where.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, String> {
        let at = |line: usize, what: &str| format!("{file}:{line}: {what}");
        let node = Node::parse(text).map_err(|error| at(error.line, &error.reason))?;
        let mut section =
            Self { file: file.to_owned(), number: String::new(), active: 0, commented_out: 0, entries: Vec::new() };
        for (key, line, value) in members(&node).map_err(|what| at(node.line, what))? {
            match key {
                "section" => section.number = text_of(value).map_err(|what| at(line, what))?,
                "title" => drop(text_of(value).map_err(|what| at(line, what))?),
                "active" => section.active = number_of(value).map_err(|what| at(line, what))?,
                "commented-out" => section.commented_out = number_of(value).map_err(|what| at(line, what))?,
                "features" => {
                    for (feature, line, scenarios) in members(value).map_err(|what| at(line, what))? {
                        for scenario in list_of(scenarios).map_err(|what| at(line, what))? {
                            let entry = Entry::read(feature, scenario);
                            section.entries.push(entry.map_err(|(line, what)| at(line, &what))?);
                        }
                    }
                }
                other => return Err(at(line, &format!("nobody reads the key `{other}`"))),
            }
        }
        Ok(section)
    }
}

impl Entry {
    fn read(feature: &str, node: &Node) -> Result<Self, (usize, String)> {
        let at = |line: usize| move |what: &str| (line, what.to_owned());
        let (mut scenario, mut file, mut names, mut waits_for, mut is_commented_out) =
            (None, None, Vec::new(), None, false);
        for (key, line, value) in members(node).map_err(at(node.line))? {
            match key {
                "scenario" => scenario = Some(text_of(value).map_err(at(line))?),
                "is" => match text_of(value).map_err(at(line))?.as_str() {
                    "commented-out" => is_commented_out = true,
                    other => {
                        return Err((line, format!("a scenario is commented-out, or nothing is said; not {other}")));
                    }
                },
                "file" => file = Some(text_of(value).map_err(at(line))?),
                "test" => match &value.value {
                    NodeValue::List(items) => {
                        for item in items {
                            names.push(text_of(item).map_err(at(item.line))?);
                        }
                    }
                    _ => names.push(text_of(value).map_err(at(line))?),
                },
                "waits-for" => waits_for = Some(text_of(value).map_err(at(line))?),
                other => return Err((line, format!("nobody reads the key `{other}`"))),
            }
        }
        let scenario = scenario.ok_or((node.line, "an entry names its scenario".to_owned()))?;
        let file = file.unwrap_or_default();
        let tests = names.into_iter().map(|name| (file.clone(), name)).collect();
        Ok(Self { line: node.line, feature: feature.to_owned(), scenario, is_commented_out, tests, waits_for })
    }
}

fn members(node: &Node) -> Result<impl Iterator<Item = (&str, usize, &Node)>, &'static str> {
    match &node.value {
        NodeValue::Map(members) => Ok(members.iter().map(|(key, value)| (key.name.as_str(), key.line, value))),
        _ => Err("a mapping is wanted here"),
    }
}

fn list_of(node: &Node) -> Result<&[Node], &'static str> {
    match &node.value {
        NodeValue::List(items) => Ok(items),
        _ => Err("a list is wanted here"),
    }
}

fn text_of(node: &Node) -> Result<String, &'static str> {
    node.as_text().map(str::to_owned).ok_or("a text is wanted here")
}

fn number_of(node: &Node) -> Result<usize, &'static str> {
    node.as_text().and_then(|text| text.parse().ok()).ok_or("a whole number is wanted here")
}
