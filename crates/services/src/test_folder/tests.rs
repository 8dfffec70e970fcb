use std::fs;
use std::path::Path;

use super::{TestFolder, TestFolderError, TextFile};

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn everything_is_read_in_the_order_of_its_paths() {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("topic-directive.yaml", "topics: []"),
        ("features/b.feature", "Feature: b"),
        ("features/a/z.feature", "Feature: z"),
        ("features/notes.txt", "no feature"),
        ("schemas/OrderCreated.v2.avsc", "{}"),
        ("templates/order-created.v2.json", "{}"),
        ("expected/order.json", "{}"),
        ("steps/team.yaml", "phrases: []"),
    ] {
        write(root.path(), name, text);
    }
    let folder = TestFolder::read(root.path()).unwrap();
    let names = |files: &[TextFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&folder.features), ["features/a/z.feature", "features/b.feature"]);
    assert_eq!(names(&folder.schemas), ["schemas/OrderCreated.v2.avsc"]);
    assert_eq!(folder.schemas[0].file_name(), "OrderCreated.v2.avsc");
    assert_eq!(folder.templates[0].stem(), "order-created.v2");
    assert_eq!(names(&folder.expected), ["expected/order.json"]);
    assert_eq!(names(&folder.phrase_books), ["steps/team.yaml"]);
}

#[test]
fn the_other_names_of_the_directive_are_found_too() {
    for name in ["topic-directives.yml", "test-config.yaml"] {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), name, "topics: []");
        write(root.path(), "features/a.feature", "Feature: a");
        assert!(TestFolder::read(root.path()).is_ok(), "{name}");
    }
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let nowhere = root.path().join("nowhere");
    let message = TestFolder::read(&nowhere).unwrap_err().to_string();
    assert_eq!(
        message,
        format!(
            "there is no test folder `{}`; name a folder that holds topic-directive.yaml and features/",
            nowhere.display()
        )
    );
    assert!(matches!(TestFolder::read(root.path()), Err(TestFolderError::NoDirective { .. })));
    write(root.path(), "topic-directive.yaml", "topics: []");
    assert!(matches!(TestFolder::read(root.path()), Err(TestFolderError::NoFeatures { .. })));
    fs::create_dir(root.path().join("features")).unwrap();
    assert!(matches!(TestFolder::read(root.path()), Err(TestFolderError::NoFeatures { .. })));
}

#[test]
fn a_wrong_directive_names_its_file_and_line() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        "topic-directive.yaml",
        "topics:\n  - topic: orders\n    role: publisher\n    clientPrincipal: a\n",
    );
    let message = TestFolder::read(root.path()).unwrap_err().to_string();
    let file = root.path().join("topic-directive.yaml");
    assert!(message.starts_with(&format!("{}:3: topics[0].role: 'publisher'", file.display())), "{message}");
}
