//! The workspaces' stores, opened once each.

use std::collections::HashMap;
use std::sync::Arc;

use blob_store::{ObjectRoot, StoreAccess};
use tokio::sync::Mutex;
use version_store::{Store, StoreOptions};

use crate::problem::Problem;

/// One workspace's part of the object store.
#[derive(Clone)]
pub struct WorkspaceStore {
    /// Its objects: the version store, staged uploads, models, what jobs derive.
    pub root: ObjectRoot,
    /// The version store among them.
    pub store: Store,
}

/// The workspaces' stores.
pub struct Stores {
    root: ObjectRoot,
    open: Mutex<HashMap<String, Arc<WorkspaceStore>>>,
}

impl Stores {
    /// The stores below `url`.
    ///
    /// # Errors
    /// When the URL can't be used.
    pub fn new(url: &str, access: &StoreAccess) -> Result<Self, blob_store::Error> {
        Ok(Self {
            root: ObjectRoot::open(url, access)?,
            open: Mutex::new(HashMap::new()),
        })
    }

    /// Asks the store for an answer, to say whether it is there.
    ///
    /// # Errors
    /// When it is not.
    pub async fn ping(&self) -> Result<(), Problem> {
        self.root.head("ready").await?;
        Ok(())
    }

    /// Lets go of what is remembered of the workspace `slug`; the next who asks opens its store anew.
    pub async fn forget(&self, slug: &str) {
        self.open.lock().await.remove(slug);
    }

    /// The store of the workspace `slug`, which is made when it is not there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn workspace(&self, slug: &str) -> Result<Arc<WorkspaceStore>, Problem> {
        let mut open = self.open.lock().await;
        if let Some(store) = open.get(slug) {
            return Ok(Arc::clone(store));
        }
        let root = self.root.child(slug)?;
        let store = Store::init_root(root.clone(), &StoreOptions::default()).await?;
        let store = Arc::new(WorkspaceStore { root, store });
        open.insert(slug.to_owned(), Arc::clone(&store));
        Ok(store)
    }
}
