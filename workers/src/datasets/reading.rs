//! Reading an upload's staged objects, with progress told meanwhile.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use blob_store::ObjectRoot;
use db::entity::upload_file;
use futures::StreamExt;
use futures::stream::try_unfold;
use ingest::{
    ByteStream, Entry, ImportOptions, Observer, Progress, Reading, Refusal, StagedObjects,
};
use jobs::Import;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::context::OpenDataset;
use crate::failure::{Failure, Result};

/// Bytes of a staged object read at a time.
const PIECE_BYTES: u64 = 4 << 20;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// The staged files of an upload.
pub(super) async fn source(
    attempt: &Attempt,
    dataset: &OpenDataset,
    import: &Import,
) -> Result<StagedObjects> {
    let files = upload_file::Entity::find()
        .filter(upload_file::Column::UploadId.eq(import.upload_id))
        .all(attempt.database())
        .await?;
    let mut entries = Vec::with_capacity(files.len());
    let mut objects = HashMap::with_capacity(files.len());
    for file in files {
        let bytes = u64::try_from(file.bytes).unwrap_or(0);
        entries.push(Entry {
            path: file.path.clone(),
            bytes,
        });
        objects.insert(file.path, (file.object_path, bytes));
    }
    let (root, objects) = (dataset.objects.clone(), Arc::new(objects));
    let staged = StagedObjects::new(entries, move |path| {
        let found = objects.get(&path).cloned();
        let root = root.clone();
        Box::pin(async move {
            let (object, bytes) = found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            Ok(pieces(root, object, bytes))
        })
    });
    Ok(match &import.source {
        Some(source) => staged.named(source),
        None => staged,
    })
}

fn pieces(root: ObjectRoot, object: String, bytes: u64) -> ByteStream {
    let read = try_unfold((root, object, 0), move |(root, object, at)| async move {
        if at >= bytes {
            return Ok(None);
        }
        let end = bytes.min(at + PIECE_BYTES);
        let piece = root
            .get_range(&object, at..end)
            .await
            .map_err(io::Error::other)?;
        Ok(Some((piece, (root, object, end))))
    });
    read.boxed()
}

/// What the reader last said; it must not wait for the database.
#[derive(Clone, Default)]
struct Latest(Arc<Mutex<Progress>>);

impl Latest {
    fn get(&self) -> Progress {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Latest {
    fn progress(&mut self, progress: &Progress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = *progress;
    }

    fn refused(&mut self, refusal: &Refusal) {
        tracing::debug!(%refusal, "refused");
    }
}

/// Reads the source into packs of the dataset's store.
pub(super) async fn read(
    attempt: &Attempt,
    source: StagedObjects,
    options: ImportOptions,
    dataset: &OpenDataset,
) -> Result<Reading> {
    let latest = Latest::default();
    let mut observer = latest.clone();
    let repository = dataset.repository.clone();
    let mut reading = std::pin::pin!(apart(&attempt.stop, move || async move {
        ingest::read(&source, &options, &repository, &mut observer).await
    }));
    let mut tell = tokio::time::interval(TELL_EVERY);
    loop {
        tokio::select! {
            read = &mut reading => {
                let read = read??;
                say(attempt, read.progress).await?;
                return Ok(read);
            }
            _ = tell.tick() => say(attempt, latest.get()).await?,
        }
    }
}

/// Deletes the staged objects of an upload that was imported. What a crash leaves is named by nothing
/// but the upload's rows; that the import succeeded is written already, so trouble is only logged.
pub(super) async fn discard(
    attempt: &Attempt,
    dataset: &OpenDataset,
    upload_id: Uuid,
) -> Result<()> {
    let files = upload_file::Entity::find()
        .filter(upload_file::Column::UploadId.eq(upload_id))
        .all(attempt.database())
        .await;
    let Ok(files) = files else { return Ok(()) };
    for file in files {
        if let Err(error) = dataset.objects.delete(&file.object_path).await {
            tracing::warn!(%error, "a staged object stays behind");
        }
    }
    Ok(())
}

async fn say(attempt: &Attempt, progress: Progress) -> Result<()> {
    let Progress {
        files_done,
        files_total,
        samples,
        refused,
        ..
    } = progress;
    let message =
        format!("{files_done} of {files_total} files, {samples} samples, {refused} refused");
    attempt
        .progress(files_done, Some(files_total), &message)
        .await
}

impl From<ingest::Error> for Failure {
    fn from(error: ingest::Error) -> Self {
        match error {
            ingest::Error::Store(error) => error.into(),
            ingest::Error::Source { .. } | ingest::Error::NotEmpty { .. } => {
                Self::refused(error.code(), error.to_string())
            }
            ingest::Error::Full { .. } | ingest::Error::Disk(_) | ingest::Error::Stopped(_) => {
                Self::passing(error.code(), error.to_string())
            }
        }
    }
}
