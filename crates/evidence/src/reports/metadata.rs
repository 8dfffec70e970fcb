use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use test_probe_directives::TestId;

use crate::file_names::METADATA;
use crate::sha256::hexadecimal;
use crate::whole_file;

/// What `metadata.json` says beside the hashes: handed in, since nothing in the ledger knows it.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// The run's test.
    pub test_id: TestId,
    /// Versions by name: the program, librdkafka, the broker and whatever else was involved.
    pub versions: BTreeMap<String, String>,
    /// The SHA-256 of the configuration in force, in hexadecimal, with secrets left out of what is hashed.
    pub config_sha256: Option<String>,
    /// Who ran the test: user and machine, or the build's name.
    pub run_by: Option<String>,
}

/// `metadata.json` could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteMetadataError {
    /// A file of evidence could not be read to hash it.
    #[error("cannot read `{}` to hash it", path.display())]
    Hash {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The file could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    test_id: String,
    run_by: Option<&'a str>,
    versions: &'a BTreeMap<String, String>,
    config_sha256: Option<&'a str>,
    files: BTreeMap<String, HashedFile>,
}

#[derive(Debug, Serialize)]
struct HashedFile {
    bytes: u64,
    sha256: String,
}

/// Writes `metadata.json` with size and SHA-256 of every other file in the directory and below it.
///
/// The last act of a run: whatever is written after it has no hash or another one. Paths are written with `/`. Reports
/// that are made again from the ledger keep their bytes, and so their hashes.
///
/// # Errors
/// [`WriteMetadataError`] when a file cannot be read, or this one not be written.
pub fn write_metadata(directory: &Path, metadata: &Metadata) -> Result<(), WriteMetadataError> {
    let mut files = BTreeMap::new();
    hash_all(directory, "", &mut files)?;
    let document = Document {
        test_id: metadata.test_id.to_string(),
        run_by: metadata.run_by.as_deref(),
        versions: &metadata.versions,
        config_sha256: metadata.config_sha256.as_deref(),
        files,
    };
    let path = directory.join(METADATA);
    serde_json::to_vec_pretty(&document)
        .map_err(io::Error::from)
        .and_then(|mut text| {
            text.push(b'\n');
            whole_file::write(&path, &text)
        })
        .map_err(|source| WriteMetadataError::Write { path, source })
}

/// The files of `directory`, whose paths begin with `prefix`. Links are not followed: they may lead anywhere.
fn hash_all(
    directory: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, HashedFile>,
) -> Result<(), WriteMetadataError> {
    let failed = |path: &Path, source| WriteMetadataError::Hash { path: path.to_owned(), source };
    for entry in fs::read_dir(directory).map_err(|source| failed(directory, source))? {
        let entry = entry.map_err(|source| failed(directory, source))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|source| failed(&path, source))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            hash_all(&path, &format!("{prefix}{name}/"), files)?;
        } else if kind.is_file() && !(prefix.is_empty() && (name == METADATA || whole_file::is_temporary(&name))) {
            let hashed = hash(&path).map_err(|source| failed(&path, source))?;
            files.insert(format!("{prefix}{name}"), hashed);
        }
    }
    Ok(())
}

fn hash(path: &Path) -> io::Result<HashedFile> {
    let mut digest = Sha256::new();
    let bytes = io::copy(&mut File::open(path)?, &mut HashWriter(&mut digest))?;
    Ok(HashedFile { bytes, sha256: hexadecimal(&digest.finalize()) })
}

/// Lets a digest take what is copied into it.
struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
