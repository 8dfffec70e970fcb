use std::fs;

use super::evidence_files;

#[test]
fn regular_files_are_found_by_their_paths_and_unfinished_ones_and_links_are_not() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("plots/day")).unwrap();
    for name in ["summary.json", "plots/day/a.svg", "plots/.a.svg.tmp", ".hidden", "notes.tmp"] {
        fs::write(dir.path().join(name), name).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", dir.path().join("link")).unwrap();
    let found = evidence_files(dir.path()).unwrap().unwrap();
    let names: Vec<_> = found.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(names, [".hidden", "notes.tmp", "plots/day/a.svg", "summary.json"]);
    assert!(found.iter().all(|file| file.path == dir.path().join(&file.relative)));
}

#[test]
fn a_folder_that_is_not_there_is_told_from_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(evidence_files(&dir.path().join("none")).unwrap(), None);
    assert_eq!(evidence_files(dir.path()).unwrap(), Some(Vec::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_no_storage_takes_is_an_error_that_names_the_file() {
    use std::os::unix::ffi::OsStrExt;

    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9")), "").unwrap();
    let message = evidence_files(dir.path()).unwrap_err().to_string();
    assert!(message.contains("caf"), "{message}");
}
