//! One view file: the rows of a range, streamed into the store.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use dataset::columns::{ColumnKinds, Columns};
use futures::stream;
use interchange::ParquetExport;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use version_store::{SampleRange, TracedSample, TracedScan, Version};

use crate::Result;

/// Parts of a file on their way to the store.
const QUEUE: usize = 2;
/// Bytes of a file that are read at once to hash it.
const READ_BYTES: u64 = 8 * 1024 * 1024;

/// A file as it is in the store.
pub(crate) struct Stored {
    pub samples: u64,
    pub labels: u64,
    pub bytes: u64,
    pub sha256: String,
}

/// The rows of a range.
struct Rows {
    scan: TracedScan,
    last_key: String,
    samples: u64,
    labels: u64,
}

impl Rows {
    async fn start(version: &Version, range: &SampleRange) -> Result<Self> {
        Ok(Self {
            scan: version.scan_traced(range.after.as_deref()).await?,
            last_key: range.last_key.clone(),
            samples: 0,
            labels: 0,
        })
    }

    async fn next(&mut self) -> Result<Option<TracedSample>> {
        let next = self.scan.next().await?;
        let next = next.filter(|(sample, ..)| sample.key.as_str() <= self.last_key.as_str());
        if let Some((_, labels, _)) = &next {
            self.samples += 1;
            self.labels += labels.len() as u64;
        }
        Ok(next)
    }
}

/// What the samples of a range hold.
pub(crate) async fn kinds(version: &Version, range: &SampleRange) -> Result<ColumnKinds> {
    let mut kinds = ColumnKinds::default();
    let mut rows = Rows::start(version, range).await?;
    while let Some((sample, ..)) = rows.next().await? {
        kinds.add(&sample);
    }
    Ok(kinds)
}

/// Writes the file of a range. Nothing stands at `path` before it is whole.
pub(crate) async fn write(
    version: &Version,
    range: &SampleRange,
    columns: &Columns,
    path: &str,
) -> Result<Stored> {
    let (send, mut receive) = mpsc::channel(QUEUE);
    let parts = stream::poll_fn(move |context| receive.poll_recv(context));
    let root = version.store().root();
    // The rows come first: when they fail, the upload is dropped before it could end.
    let (stored, bytes) = futures::try_join!(encode(version, range, columns, send), async {
        Ok(root.put_stream(path, parts).await?)
    })?;
    Ok(Stored { bytes, ..stored })
}

async fn encode(
    version: &Version,
    range: &SampleRange,
    columns: &Columns,
    send: mpsc::Sender<blob_store::Result<Bytes>>,
) -> Result<Stored> {
    let written = Written::default();
    let mut hasher = Sha256::new();
    let mut export = ParquetExport::new(written.clone(), columns)?;
    let mut rows = Rows::start(version, range).await?;
    while let Some((sample, labels, provenance)) = rows.next().await? {
        export.add(&sample, &labels, &provenance)?;
        pass_on(&written, &mut hasher, &send).await;
    }
    export.finish()?;
    pass_on(&written, &mut hasher, &send).await;
    Ok(Stored {
        samples: rows.samples,
        labels: rows.labels,
        bytes: 0,
        sha256: hex(hasher),
    })
}

/// Hands what was written to the upload; where that failed it says so itself.
async fn pass_on(
    written: &Written,
    hasher: &mut Sha256,
    send: &mpsc::Sender<blob_store::Result<Bytes>>,
) {
    let part = written.take();
    if !part.is_empty() {
        hasher.update(&part);
        let _ = send.send(Ok(part)).await;
    }
}

/// A file that is there already, of which no manifest at hand knows.
pub(crate) async fn stored(
    version: &Version,
    range: &SampleRange,
    path: &str,
    bytes: u64,
) -> Result<Stored> {
    let mut hasher = Sha256::new();
    let mut at = 0;
    while at < bytes {
        let end = bytes.min(at + READ_BYTES);
        hasher.update(&version.store().root().get_range(path, at..end).await?);
        at = end;
    }
    let mut rows = Rows::start(version, range).await?;
    while rows.next().await?.is_some() {}
    Ok(Stored {
        samples: rows.samples,
        labels: rows.labels,
        bytes,
        sha256: hex(hasher),
    })
}

fn hex(hasher: Sha256) -> String {
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What the Parquet writer wrote since it was last looked at.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
