//! The users' own values for the templates of a vault's requests.

use std::collections::BTreeMap;

use super::{load, told};
use crate::{Layers, RequestParam};

#[test]
fn each_parameter_is_found_by_its_path_from_the_root() {
    let text =
        "request-params { team { id = team-a, size = 5 }, on = true, list = [1], \"a.b\" = quoted, none = null }";
    let params = load(text).unwrap().settings.request_params;
    let text_at = |path: &str| params.get(path).map(|param| param.as_text().map(str::to_owned));
    let text = |text: &str| Some(Some(text.to_owned()));
    assert_eq!(text_at("request-params.team.id"), text("team-a"));
    assert_eq!(text_at("request-params.team.size"), text("5"));
    assert_eq!(text_at("request-params.on"), text("true"));
    assert_eq!(text_at("request-params.\"a.b\""), text("quoted"));
    for path in ["request-params.a.b", "request-params.none", "team.id", "request-params.team.id.x", ""] {
        assert_eq!(text_at(path), None, "{path}");
    }
    assert_eq!(params.get("request-params.list"), Some(&RequestParam::NotText("a list")));
    assert_eq!(params.get("request-params.team"), Some(&RequestParam::NotText("an object")));
    let paths: Vec<&str> = params.paths().collect();
    let expected =
        ["request-params.\"a.b\"", "request-params.on", "request-params.team.id", "request-params.team.size"];
    assert_eq!(paths, expected);
}

#[test]
fn layers_and_the_environment_reach_them_as_everything_else() {
    let environment = BTreeMap::from([("TEAM_ID".to_owned(), "team-b".to_owned())]);
    let layers = Layers::new()
        .reference()
        .text("one", "request-params { team { id = team-a, id = ${?TEAM_ID} }, stage = dev }")
        .text(
            "two",
            "request-params.stage = prod\nrequest-params.both = ${request-params.team.id}-${request-params.stage}",
        );
    let loaded = layers.environment(&environment).load().unwrap();
    let params = &loaded.settings.request_params;
    assert_eq!(params.get("request-params.both").and_then(RequestParam::as_text), Some("team-b-prod"));
    assert_eq!(loaded.origin("request-params.stage").unwrap().to_string(), "two:1:24");
}

#[test]
fn one_that_leads_nowhere_is_told() {
    assert_eq!(
        told("request-params.team.id = ${NOBODY}"),
        [
            "ERROR request-params.team.id: Substitution '${NOBODY}' finds neither a key nor an environment variable of this \
          name"
        ]
    );
}

#[test]
fn they_are_shown_with_their_origin_unless_their_name_sounds_secret() {
    let loaded = load("request-params { team.id = team-a, api-token = hunter2, db { password = hunter2 } }").unwrap();
    let entries = loaded.entries.iter().filter(|entry| entry.path.starts_with("request-params"));
    let shown: Vec<String> = entries.map(|entry| format!("{} = {}", entry.path, entry.value)).collect();
    assert_eq!(
        shown,
        [
            "request-params.team.id = \"team-a\"",
            "request-params.api-token = \"***\"",
            "request-params.db.password = \"***\"",
        ]
    );
    assert!(!format!("{loaded:?}").contains("hunter2"));
}

#[test]
fn without_any_there_are_none() {
    assert_eq!(load("").unwrap().settings.request_params.paths().count(), 0);
}
