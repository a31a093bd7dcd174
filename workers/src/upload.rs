//! Storing a local file as an object, in parts.

use std::path::Path;

use blob_store::ObjectRoot;
use bytes::BytesMut;
use futures::stream;
use tokio::io::AsyncReadExt;

use crate::failure::Result;

/// Bytes read at a time.
const PART_BYTES: usize = 1 << 20;

/// Stores `file` as the object `path`, replacing what stood there. Gives its size in bytes.
pub(crate) async fn file(objects: &ObjectRoot, path: &str, file: &Path) -> Result<u64> {
    let open = tokio::fs::File::open(file).await?;
    let name = file.display().to_string();
    let parts = stream::try_unfold(open, |mut open| {
        let name = name.clone();
        async move {
            let mut part = BytesMut::with_capacity(PART_BYTES);
            let read =
                open.read_buf(&mut part)
                    .await
                    .map_err(|error| blob_store::Error::Failed {
                        path: name,
                        detail: error.to_string(),
                    })?;
            Ok((read > 0).then(|| (part.freeze(), open)))
        }
    });
    Ok(objects.put_stream(path, Box::pin(parts)).await?)
}
