use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{GetOptions, ObjectMeta};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use super::ObjectPlace;
use super::failure::failed_to;
use super::wanted::{Wanted, wanted};
use crate::{BlockStorageError, DirectiveFile, TestFolderError};

/// How many objects are fetched at a time.
const AT_A_TIME: usize = 8;

/// Fetches every wanted object below the place into the folder and says how many there are.
pub(super) async fn fetch(
    place: &ObjectPlace,
    into: &Path,
    shown: &str,
    directive_file: &DirectiveFile,
) -> Result<usize, BlockStorageError> {
    let prefix = (!place.prefix.is_root()).then_some(&place.prefix);
    let listed: Vec<ObjectMeta> = place.store.list(prefix).try_collect().await.map_err(failed_to("list", shown))?;
    let wanted = wanted(&listed, &place.prefix).map_err(failed_to("read", shown))?;
    if wanted.is_empty() {
        let source = TestFolderError::Missing { path: shown.into(), directive_file: directive_file.clone() };
        return Err(BlockStorageError::InvalidTest { bucket: shown.to_owned(), source });
    }
    let count = wanted.len();
    stream::iter(wanted.into_iter().map(Ok))
        .try_for_each_concurrent(AT_A_TIME, |object| fetch_one(place, object, into, shown))
        .await?;
    Ok(count)
}

async fn fetch_one(place: &ObjectPlace, object: Wanted, into: &Path, shown: &str) -> Result<(), BlockStorageError> {
    let failed = || failed_to("read", format!("{}/{}", shown.trim_end_matches('/'), object.relative.display()));
    let answer = match place.store.get_opts(&object.location, GetOptions::default()).await {
        Ok(answer) => answer,
        // The list has it, but not under this name: it is the marker of an empty folder, with a slash at its end.
        Err(object_store::Error::NotFound { .. }) if object.is_empty => return Ok(()),
        Err(error) => return Err(failed()(error)),
    };
    let path = into.join(&object.relative);
    let disk = |source| BlockStorageError::Disk { path: path.clone(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await.map_err(disk)?;
    }
    let mut file = File::create(&path).await.map_err(disk)?;
    let mut body = answer.into_stream();
    while let Some(bytes) = body.next().await {
        file.write_all(&bytes.map_err(failed())?).await.map_err(disk)?;
    }
    // Without this the last write may still be under way when the file is read.
    file.flush().await.map_err(disk)
}
