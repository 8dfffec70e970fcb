use std::sync::Arc;

use futures_util::{TryStreamExt, stream};
use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::ObjectPlace;
use super::failure::failed_to;
use crate::BlockStorageError;
use crate::block_storage::EVIDENCE;
use crate::block_storage::evidence_files::EvidenceFile;

/// How many files are uploaded at a time.
const AT_A_TIME: usize = 4;

/// A file of this size or more is uploaded in parts of this size, in bytes. S3 wants 5 MiB at least and takes 10,000 parts,
/// which makes 78 GiB.
const PART: usize = 8 * 1024 * 1024;

/// How many parts of a file are under way at a time. With [`AT_A_TIME`] and the part being filled: at most 96 MiB in memory.
const PARTS_AT_A_TIME: usize = 2;

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 * 1024;

/// Uploads every file to `evidence/` below the place, under its path within the evidence folder.
pub(super) async fn upload(
    place: &ObjectPlace,
    shown: &str,
    files: Vec<EvidenceFile>,
) -> Result<(), BlockStorageError> {
    stream::iter(files.into_iter().map(Ok))
        .try_for_each_concurrent(AT_A_TIME, |file| upload_one(place, shown, file))
        .await
}

async fn upload_one(place: &ObjectPlace, shown: &str, file: EvidenceFile) -> Result<(), BlockStorageError> {
    let shown = format!("{}/{EVIDENCE}/{}", shown.trim_end_matches('/'), file.relative);
    let location = Path::parse(format!("{}/{EVIDENCE}/{}", place.prefix, file.relative))
        .map_err(failed_to("write to", shown.as_str()))?;
    let disk = |source| BlockStorageError::Disk { path: file.path.clone(), source };
    let mut source = File::open(&file.path).await.map_err(disk)?;
    let mut target =
        BufWriter::with_capacity(Arc::clone(&place.store), location, PART).with_max_concurrency(PARTS_AT_A_TIME);
    let mut chunk = vec![0; CHUNK];
    let copied: Result<(), BlockStorageError> = async {
        loop {
            let read = source.read(&mut chunk).await.map_err(disk)?;
            if read == 0 {
                return Ok(());
            }
            target.write_all(&chunk[..read]).await.map_err(failed_to("write to", shown.as_str()))?;
        }
    }
    .await;
    if copied.is_err() {
        // So that the storage keeps no parts of it. What failed first is what is reported.
        target.abort().await.ok();
        return copied;
    }
    target.shutdown().await.map_err(failed_to("write to", shown))
}
