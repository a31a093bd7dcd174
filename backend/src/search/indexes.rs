//! Search indexes of versions: made by a job, fetched once and kept in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use blob_store::ObjectRoot;
use db::environment::new_id;
use ids::Hash;
use moka::future::Cache;
use search_index::Index;
use uuid::Uuid;

use crate::problem::Problem;

/// Indexes that are open at the same time.
const OPEN: u64 = 32;

/// The indexes at hand.
pub struct Indexes {
    folder: PathBuf,
    open: Cache<(Uuid, Hash), Arc<Index>>,
}

impl Indexes {
    /// Indexes kept below `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            open: Cache::new(OPEN),
        }
    }

    /// The index of a version; None when it was not made yet.
    ///
    /// # Errors
    /// When the store does not answer or the index is damaged.
    pub async fn get(
        &self,
        root: &ObjectRoot,
        dataset_id: Uuid,
        commit: Hash,
    ) -> Result<Option<Arc<Index>>, Problem> {
        let id = (dataset_id, commit);
        if let Some(index) = self.open.get(&id).await {
            return Ok(Some(index));
        }
        let folder = self
            .folder
            .join(dataset_id.to_string())
            .join(commit.to_string());
        if !folder.is_dir() {
            let object = format!("derived/search/{dataset_id}/{commit}.tar");
            if root.head(&object).await?.is_none() {
                return Ok(None);
            }
            self.fetch(root, &object, &folder).await?;
        }
        let opening = tokio::task::spawn_blocking(move || Index::open(&folder));
        let index = opening
            .await
            .map_err(Problem::internal)?
            .map_err(Problem::internal)?;
        let index = Arc::new(index);
        self.open.insert(id, Arc::clone(&index)).await;
        Ok(Some(index))
    }

    /// Lets go of the indexes of a dataset, in memory and on the disk.
    ///
    /// # Errors
    /// When the folder can't be deleted.
    pub async fn forget(&self, dataset_id: Uuid) -> Result<(), Problem> {
        for (id, _) in &self.open {
            if id.0 == dataset_id {
                self.open.invalidate(&*id).await;
            }
        }
        match tokio::fs::remove_dir_all(self.folder.join(dataset_id.to_string())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Problem::internal(error))
            }
            _ => Ok(()),
        }
    }

    /// Fetches beside the place and moves there in one step: another request may do the same.
    async fn fetch(&self, root: &ObjectRoot, object: &str, folder: &Path) -> Result<(), Problem> {
        let beside = self.folder.join(format!("new-{}", new_id().simple()));
        tokio::fs::create_dir_all(&beside)
            .await
            .map_err(Problem::internal)?;
        let tar = beside.join("index.tar");
        let outcome = async {
            root.download(object, &tar).await?;
            let (tar, beside, folder) = (tar.clone(), beside.clone(), folder.to_owned());
            let unpacking = tokio::task::spawn_blocking(move || unpack(&tar, &beside, &folder));
            unpacking.await.map_err(Problem::internal)?
        }
        .await;
        if let Err(error) = tokio::fs::remove_dir_all(&beside).await {
            tracing::warn!(%error, "a temporary folder was left behind");
        }
        outcome
    }
}

fn unpack(tar: &Path, beside: &Path, folder: &Path) -> Result<(), Problem> {
    let unpacked = beside.join("index");
    std::fs::create_dir(&unpacked).map_err(Problem::internal)?;
    let archive = std::fs::File::open(tar).map_err(Problem::internal)?;
    search_index::unpack(std::io::BufReader::new(archive), &unpacked).map_err(Problem::internal)?;
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent).map_err(Problem::internal)?;
    }
    match std::fs::rename(&unpacked, folder) {
        Err(error) if !folder.is_dir() => Err(Problem::internal(error)),
        // Somebody else was faster, with the same files.
        _ => Ok(()),
    }
}
