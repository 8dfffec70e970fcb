use object_store::ObjectMeta;
use object_store::path::Path;

use super::{is_file_name, wanted};

fn listed(objects: &[(&str, u64)]) -> Vec<ObjectMeta> {
    let last_modified = Default::default();
    let object = |&(location, size): &(&str, u64)| {
        let location = Path::parse(location).unwrap();
        ObjectMeta { location, last_modified, size, e_tag: None, version: None }
    };
    objects.iter().map(object).collect()
}

#[track_caller]
fn fetches(prefix: &str, objects: &[(&str, u64)], files: &[&str]) {
    let wanted = wanted(&listed(objects), &Path::parse(prefix).unwrap()).unwrap();
    let found: Vec<_> = wanted.iter().map(|object| object.relative.to_str().unwrap()).collect();
    assert_eq!(found, files);
}

#[test]
fn paths_are_kept_and_other_prefixes_left_alone() {
    fetches("a/b", &[("a/b/x", 1), ("a/b/c/y", 1), ("a/bc/z", 1), ("a", 1)], &["x", "c/y"]);
    fetches("", &[("x", 1), ("c/y", 1)], &["x", "c/y"]);
}

#[test]
fn evidence_of_earlier_runs_is_left_where_it_is() {
    fetches(
        "a",
        &[("a/evidence/x", 1), ("a/evidence", 0), ("a/evidence.txt", 1), ("a/c/evidence/y", 1)],
        &["evidence.txt", "c/evidence/y"],
    );
}

#[test]
fn an_empty_object_under_a_folders_name_marks_the_folder() {
    fetches("a", &[("a", 0), ("a/features", 0), ("a/features/x", 1), ("a/empty", 0)], &["features/x", "empty"]);
}

#[test]
fn only_what_stays_in_its_folder_is_a_file_name() {
    assert!(["a", ".a", "a b", "..a", "%2E%2E"].iter().all(|part| is_file_name(part)));
    assert!(["", ".", "..", "/", "/etc", "a/", "a/../..", "a\0"].iter().all(|part| !is_file_name(part)));
}
