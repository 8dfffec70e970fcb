use serde_json::Value;
use test_probe_directives::yaml::Node;

use super::{Mapping, RosettaConfig, RosettaPath, Transformation, template};
use crate::vault::file_problems::{Fields, FileProblem, InvalidVaultFile};

const MAPPINGS: &str = "mappings";
const TEMPLATE: &str = "request-template";

pub(super) fn parse(name: &str, text: &str) -> Result<RosettaConfig, InvalidVaultFile> {
    let mut problems = Vec::new();
    let is_yaml = [".yaml", ".yml"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let config = if is_yaml { of_yaml(text, &mut problems) } else { of_json(text, &mut problems) };
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(InvalidVaultFile { file: name.to_owned(), problems }),
    }
}

fn of_yaml(text: &str, problems: &mut Vec<FileProblem>) -> Option<RosettaConfig> {
    let root = Node::parse(text).map_err(|error| problems.push(error.into())).ok()?;
    let fields = Fields::open(&root, "", &[MAPPINGS, TEMPLATE], problems)?;
    let request_template = fields.get(TEMPLATE).and_then(|node| {
        let template = template::of_yaml(text, TEMPLATE);
        if template.is_none() {
            problems.push(FileProblem::new(node.line, TEMPLATE, "this tree has no counterpart in JSON"));
        }
        template
    });
    Some(RosettaConfig { mappings: mappings(&fields, problems), request_template })
}

/// JSON is YAML too, once its tabs are gone: that way its problems have lines. A tab inside a JSON string is written `\t`,
/// so no string changes.
fn of_json(text: &str, problems: &mut Vec<FileProblem>) -> Option<RosettaConfig> {
    let root: Value = serde_json::from_str(text)
        .map_err(|error| {
            let rule = format!("this is not JSON (column {}); name the file .yaml if it is YAML", error.column());
            problems.push(FileProblem::new(error.line(), "", rule));
        })
        .ok()?;
    let node = Node::parse(&text.replace('\t', " ")).map_err(|error| problems.push(error.into())).ok()?;
    let fields = Fields::open(&node, "", &[MAPPINGS, TEMPLATE], problems)?;
    let request_template = root.get(TEMPLATE).filter(|template| !template.is_null()).cloned();
    Some(RosettaConfig { mappings: mappings(&fields, problems), request_template })
}

fn mappings(fields: &Fields<'_>, problems: &mut Vec<FileProblem>) -> Vec<Mapping> {
    let items = fields.list(MAPPINGS, problems).iter().enumerate();
    items.filter_map(|(index, node)| mapping(node, &format!("{MAPPINGS}[{index}]"), problems)).collect()
}

fn mapping(node: &Node, place: &str, problems: &mut Vec<FileProblem>) -> Option<Mapping> {
    let fields =
        Fields::open(node, place, &["targetField", "sourcePath", "transformations", "defaultValue"], problems)?;
    let target_field = fields.required("targetField", "clientId", problems);
    let source_path = fields.required("sourcePath", "$.credentials.id", problems).and_then(|text| {
        let path = RosettaPath::parse(text).map_err(|error| error.to_string());
        path.map_err(|rule| problems.push(problem_at(&fields, "sourcePath", rule))).ok()
    });
    let default = fields.text("defaultValue", problems);
    let default = default.and_then(|value| Transformation::new("default", Some(value), None).ok());
    let transformations = fields.list("transformations", problems).iter().enumerate();
    let transformations = transformations.filter_map(|(index, node)| {
        let place = format!("{place}.transformations[{index}]");
        transformation(node, &place, problems)
    });
    let transformations = default.into_iter().chain(transformations).collect();
    Some(Mapping { target_field: target_field?.to_owned(), source_path: source_path?, transformations })
}

fn transformation(node: &Node, place: &str, problems: &mut Vec<FileProblem>) -> Option<Transformation> {
    let fields = Fields::open(node, place, &["type", "value", "separator"], problems)?;
    let kind = fields.required("type", "base64decode", problems);
    let (value, separator) = (fields.text("value", problems), fields.text("separator", problems));
    Transformation::new(kind?, value, separator)
        .map_err(|error| problems.push(FileProblem::new(fields.line(), place, error.to_string())))
        .ok()
}

fn problem_at(fields: &Fields<'_>, key: &str, rule: String) -> FileProblem {
    FileProblem::new(fields.line_of(key), fields.at(key), rule)
}
