//! Staging local files in an upload, a few megabytes per request, streamed from disk.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use tokio::io::AsyncReadExt;

use crate::datasets::Workspace;
use crate::error::{Error, Result};

/// Files of one request: at most so many, and no further one once so many bytes are reached.
const REQUEST_FILES: usize = 100;
const REQUEST_BYTES: u64 = 16 << 20;
/// How long one upload request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(600);
/// Tries of one request. Staging the same file twice is the same as once, so a retry is safe.
const TRIES: u32 = 3;
/// Bytes read from disk at a time.
const READ_BYTES: usize = 256 << 10;

/// One file to send.
#[derive(Clone, Debug)]
pub struct LocalFile {
    /// Where it lies on this machine.
    pub path: PathBuf,
    /// Its path relative to the imported folder, with `/`: what the server will know it by.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl LocalFile {
    /// A file with the name it has relative to `root`.
    ///
    /// # Errors
    /// When the file cannot be read, lies outside `root`, or its name is not UTF-8.
    pub fn below(root: &Path, path: &Path) -> Result<Self> {
        let failed = |reason: String| Error::File {
            path: path.display().to_string(),
            reason,
        };
        let relative = path
            .strip_prefix(root)
            .map_err(|error| failed(error.to_string()))?;
        let name = relative
            .components()
            .map(|part| part.as_os_str().to_str())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| failed("its name is not UTF-8".to_owned()))?
            .join("/");
        let bytes = std::fs::metadata(path)
            .map_err(|error| failed(error.to_string()))?
            .len();
        Ok(Self {
            path: path.to_owned(),
            name,
            bytes,
        })
    }
}

/// How far an upload has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadProgress {
    /// Files staged.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
}

impl Workspace<'_> {
    /// Stages `files` in an open upload and reports after each request.
    ///
    /// # Errors
    /// When a file cannot be read, or the server refuses one or cannot be reached three times over.
    pub async fn upload_files(
        &self,
        dataset: &str,
        upload: &str,
        files: &[LocalFile],
        mut on_progress: impl FnMut(UploadProgress),
    ) -> Result<UploadProgress> {
        let mut done = UploadProgress {
            total_bytes: files.iter().map(|file| file.bytes).sum(),
            ..Default::default()
        };
        for batch in batches(files) {
            self.upload_batch(dataset, upload, batch).await?;
            done.files += batch.len() as u64;
            done.bytes += batch.iter().map(|file| file.bytes).sum::<u64>();
            on_progress(done);
        }
        Ok(done)
    }

    async fn upload_batch(&self, dataset: &str, upload: &str, batch: &[LocalFile]) -> Result<()> {
        let url = self.address(&["datasets", dataset, "uploads", upload, "files"])?;
        let mut tries = 0;
        loop {
            let mut form = Form::new();
            for file in batch {
                form = form.part("file", part(file).await?);
            }
            let request = self
                .client
                .request(Method::POST, url.clone())
                .timeout(REQUEST_LIMIT)
                .multipart(form);
            tries += 1;
            match self.client.send(request).await {
                Ok(_) => return Ok(()),
                Err(error) if tries < TRIES && error.is_passing() => {
                    tokio::time::sleep(Duration::from_millis(500) * tries).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Splits files into requests.
fn batches(files: &[LocalFile]) -> Vec<&[LocalFile]> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < files.len() {
        let mut end = start;
        let mut bytes = 0;
        while end < files.len()
            && end - start < REQUEST_FILES
            && (end == start || bytes < REQUEST_BYTES)
        {
            bytes += files[end].bytes;
            end += 1;
        }
        out.push(&files[start..end]);
        start = end;
    }
    out
}

/// A multipart part streamed from disk. Its length is declared, so a file that shrinks meanwhile
/// breaks the request instead of being staged short.
async fn part(file: &LocalFile) -> Result<Part> {
    let open = tokio::fs::File::open(&file.path)
        .await
        .map_err(|error| Error::File {
            path: file.path.display().to_string(),
            reason: error.to_string(),
        })?;
    let chunks = stream::try_unfold((open, file.bytes), |(mut open, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let mut buffer = vec![0; READ_BYTES.min(usize::try_from(left).unwrap_or(READ_BYTES))];
        let read = open.read(&mut buffer).await?;
        if read == 0 {
            return Err(std::io::Error::new(
                std::io::ErrorKind::UnexpectedEof,
                "the file became shorter",
            ));
        }
        buffer.truncate(read);
        Ok(Some((Bytes::from(buffer), (open, left - read as u64))))
    });
    Ok(
        Part::stream_with_length(Body::wrap_stream(chunks), file.bytes)
            .file_name(file.name.clone()),
    )
}

#[cfg(test)]
mod tests {
    use super::{LocalFile, batches};

    fn file(bytes: u64) -> LocalFile {
        LocalFile {
            path: "x".into(),
            name: "x".into(),
            bytes,
        }
    }

    #[test]
    fn requests_are_bounded_by_files_and_bytes() {
        let small: Vec<_> = (0..250).map(|_| file(10)).collect();
        let sizes: Vec<_> = batches(&small).iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [100, 100, 50]);
        let large = [file(30 << 20), file(30 << 20), file(1), file(1)];
        let sizes: Vec<_> = batches(&large).iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [1, 1, 2]);
        assert!(batches(&[]).is_empty());
    }
}
