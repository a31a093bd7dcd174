//! Job `index_dataset`: builds the full-text index of one version and stores it as one object.
//!
//! The object is named by the commit and never changed: when it is there, there is nothing to do.

use std::path::Path;

use dataset::{Field, LabelRow, Sample};
use ids::Hash;
use search_index::{Builder, Document};
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;
use version_store::Version;

use crate::attempt::Attempt;
use crate::failure::{Failure, Result};

/// Documents on their way to the thread that writes the index.
const QUEUE: usize = 256;
/// Of a text that is a blob, at most so many bytes are indexed.
const TEXT_BYTES: usize = 1 << 20;
/// How often progress is told, in samples.
const TELL_EVERY: u64 = 200;

/// Where the index of a version is, from the workspace's root.
fn object_path(dataset_id: Uuid, commit: Hash) -> String {
    format!("derived/search/{dataset_id}/{commit}.tar")
}

pub(crate) async fn run(attempt: &Attempt, dataset_id: Uuid, commit: Hash) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, dataset_id)
        .await?;
    let path = object_path(dataset_id, commit);
    if dataset.objects.head(&path).await?.is_some() {
        return attempt
            .complete(attempt.database(), json!({"built": false}))
            .await;
    }
    let version = dataset.repository.version(&commit).await?;
    let folder = tempfile::tempdir_in(&attempt.context.config.cache_dir)?;
    let index = folder.path().join("index");
    std::fs::create_dir(&index)?;
    let count = build(attempt, &version, &index).await?;
    let tar = folder.path().join("index.tar");
    pack(&index, &tar).await?;
    let bytes = crate::upload::file(&dataset.objects, &path, &tar).await?;
    attempt
        .info(&format!("{count} samples indexed, {bytes} bytes"))
        .await?;
    attempt
        .complete(attempt.database(), json!({"built": true, "samples": count}))
        .await
}

/// Feeds the version to the thread that writes the index.
async fn build(attempt: &Attempt, version: &Version, folder: &Path) -> Result<u64> {
    let (send, mut receive) = mpsc::channel::<Document>(QUEUE);
    let folder = folder.to_owned();
    let stop = attempt.stop.clone();
    let writing = tokio::task::spawn_blocking(move || {
        let mut builder = Builder::create(&folder)?;
        while let Some(document) = receive.blocking_recv() {
            builder.add(&document)?;
            if stop.is_set() {
                break;
            }
        }
        builder.finish()
    });
    let fed = feed(attempt, version, &send).await;
    drop(send);
    // What the thread says goes first: when it fails, feeding it fails for that reason.
    let count = writing.await??;
    fed?;
    Ok(count)
}

async fn feed(attempt: &Attempt, version: &Version, send: &mpsc::Sender<Document>) -> Result<()> {
    let total = version.sample_count();
    let mut seen = 0;
    let mut samples = version.scan().await?;
    while let Some((sample, labels)) = samples.next().await? {
        let document = document(version, &sample, &labels).await?;
        if send.send(document).await.is_err() {
            return Err(Failure::Stopped);
        }
        seen += 1;
        if seen % TELL_EVERY == 0 {
            attempt
                .progress(seen, Some(total.max(seen + 1)), "indexing")
                .await?;
        }
    }
    attempt
        .progress(seen, Some(seen), "storing the index")
        .await
}

async fn document(version: &Version, sample: &Sample, labels: &[LabelRow]) -> Result<Document> {
    let provenance: Vec<_> = if labels.is_empty() {
        Vec::new()
    } else {
        version
            .provenance(sample.key.as_str())
            .await?
            .into_iter()
            .map(|(_, made)| made)
            .collect()
    };
    let mut document = Document::of(sample, labels, &provenance);
    for field in sample.fields.values() {
        if let Field::Blob(blob) = field
            && blob.media_type.starts_with("text/")
        {
            let bytes = version.blob(&blob.hash).await?;
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT_BYTES)]).into_owned();
            document.texts.push(text);
        }
    }
    Ok(document)
}

async fn pack(index: &Path, tar: &Path) -> Result<()> {
    let (index, tar) = (index.to_owned(), tar.to_owned());
    let packed = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create(&tar)?;
        search_index::pack(&index, std::io::BufWriter::new(file))
    });
    Ok(packed.await??)
}
