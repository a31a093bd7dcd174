//! What all attempts of one worker share: the database, the object store, and who it is.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use blob_store::ObjectRoot;
use chrono::TimeDelta;
use db::entity::{dataset, erasure, workspace};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use tokio::sync::Mutex;
use uuid::Uuid;
use version_store::{Repository, Store, StoreOptions};

use crate::config::WorkerConfig;
use crate::failure::{Failure, Result};

/// Why a worker could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be reached.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The object store cannot be used.
    #[error("the object store cannot be opened: {0}")]
    Store(#[from] blob_store::Error),
    /// The cache folder cannot be made.
    #[error("the cache folder {folder} cannot be made: {reason}")]
    Cache {
        /// The folder.
        folder: String,
        /// What the operating system said.
        reason: String,
    },
    /// The library that runs models cannot be used.
    #[error("{0}")]
    Inference(#[from] inference::Error),
    /// A queue that does not exist.
    #[error("there is no queue {0:?}; queues are {list}", list = jobs::QUEUES.join(", "))]
    Queue(String),
}

/// Loads the ONNX Runtime `library`, if one is given, for the whole process: the first choice counts,
/// so this goes before anything that runs or checks a model. Without a library models run in pure
/// Rust.
///
/// # Errors
/// [`StartError::Inference`] when it can't be loaded or is too old.
pub fn start_inference(library: Option<&Path>) -> std::result::Result<(), StartError> {
    if library.is_some() {
        inference::Runtime::initialise(library)?;
    }
    Ok(())
}

/// What all attempts of one worker share.
pub(crate) struct Context {
    /// The database.
    pub database: DatabaseConnection,
    /// What the worker was told.
    pub config: WorkerConfig,
    /// This worker's name on leases.
    pub owner: String,
    objects: ObjectRoot,
    stores: Mutex<HashMap<String, OpenStore>>,
}

/// A workspace's store, and the newest erasure there was when it was opened: what is remembered of a
/// store must not outlive an erasure that another process made.
struct OpenStore {
    store: Store,
    erasure: Option<Uuid>,
}

/// A dataset, opened.
pub(crate) struct OpenDataset {
    /// Its row.
    pub row: dataset::Model,
    /// Everything the workspace keeps in the store.
    pub objects: ObjectRoot,
    /// Its versions.
    pub repository: Repository,
}

impl Context {
    pub(crate) async fn open(config: WorkerConfig) -> std::result::Result<Self, StartError> {
        for queue in &config.queues {
            if !jobs::QUEUES.contains(&queue.as_str()) {
                return Err(StartError::Queue(queue.clone()));
            }
        }
        std::fs::create_dir_all(&config.cache_dir).map_err(|error| StartError::Cache {
            folder: config.cache_dir.display().to_string(),
            reason: error.to_string(),
        })?;
        let objects = ObjectRoot::open(&config.store_url, &config.store_access)?;
        let database = db::connect(&config.database_url).await?;
        let owner = format!(
            "{}-{}",
            std::process::id(),
            db::environment::new_id().simple()
        );
        Ok(Self {
            database,
            config,
            owner,
            objects,
            stores: Mutex::default(),
        })
    }

    /// How long a claim or a heartbeat holds.
    pub(crate) fn lease(&self) -> TimeDelta {
        TimeDelta::from_std(self.config.lease.max(Duration::from_secs(3)))
            .unwrap_or(TimeDelta::seconds(15))
    }

    /// The version store of a workspace, opened once; its root holds the workspace's other objects
    /// too.
    pub(crate) async fn store(&self, workspace_id: Uuid) -> Result<Store> {
        let row = workspace::Entity::find_by_id(workspace_id)
            .one(&self.database)
            .await?
            .ok_or_else(|| Failure::gone("workspace"))?;
        let erasure = erasure::Entity::find()
            .filter(erasure::Column::WorkspaceId.eq(workspace_id))
            .order_by_desc(erasure::Column::Id)
            .one(&self.database)
            .await?
            .map(|row| row.id);
        let mut stores = self.stores.lock().await;
        if let Some(open) = stores.get(&row.slug).filter(|open| open.erasure == erasure) {
            return Ok(open.store.clone());
        }
        let root = self.objects.child(&row.slug)?;
        let store = Store::init_root(root, &StoreOptions::default()).await?;
        let open = OpenStore {
            store: store.clone(),
            erasure,
        };
        stores.insert(row.slug, open);
        Ok(store)
    }

    /// A dataset of the workspace, opened.
    pub(crate) async fn dataset(
        &self,
        workspace_id: Uuid,
        dataset_id: Uuid,
    ) -> Result<OpenDataset> {
        let row = dataset::Entity::find_by_id(dataset_id)
            .filter(dataset::Column::WorkspaceId.eq(workspace_id))
            .one(&self.database)
            .await?
            .ok_or_else(|| Failure::gone("dataset"))?;
        let store = self.store(workspace_id).await?;
        let repository = store.repository(&row.name)?;
        Ok(OpenDataset {
            row,
            objects: store.root().clone(),
            repository,
        })
    }
}
