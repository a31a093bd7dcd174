//! A connection to one version: the runtime that drives it, and the process that it belongs to.

use std::future::Future;

use blob_store::RootKind;
use ids::Hash;
use version_store::{Store, StoreOptions, Version};

use crate::dataset::OpenOptions;
use crate::{Error, Result};

/// A version and the runtime for reading it. Sockets and threads don't survive a fork: a link is used only in
/// the process that made it.
#[derive(Debug)]
pub(crate) struct Link {
    /// Gone only while the link is dropped.
    runtime: Option<tokio::runtime::Runtime>,
    process: u32,
    dataset: String,
    version: Version,
    is_local: bool,
}

impl Link {
    /// Connects and finds the version.
    pub(crate) fn open(options: &OpenOptions) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("strata-io")
            .enable_all()
            .build()
            .map_err(|error| Error::Start(error.to_string()))?;
        let opened = runtime.block_on(async {
            let of_store = StoreOptions {
                access: options.access.clone(),
                ..StoreOptions::default()
            };
            let store = match &options.root {
                Some(root) => Store::open_root(root.clone(), &of_store).await?,
                None => Store::open(&options.url, &of_store).await?,
            };
            let dataset = match &options.dataset {
                Some(dataset) => dataset.clone(),
                None => only_dataset(&store).await?,
            };
            let repository = store.repository(&dataset)?;
            let commit = repository.resolve(&options.reference).await?;
            let version = repository.version(&commit).await?;
            Ok::<_, Error>((dataset, version))
        });
        let (dataset, version) = opened?;
        let is_local = version.store().root().kind() == RootKind::Folder;
        Ok(Self {
            runtime: Some(runtime),
            process: std::process::id(),
            dataset,
            version,
            is_local,
        })
    }

    pub(crate) fn dataset(&self) -> &str {
        &self.dataset
    }

    pub(crate) fn commit(&self) -> Hash {
        self.version.hash()
    }

    pub(crate) const fn version(&self) -> &Version {
        &self.version
    }

    pub(crate) fn store(&self) -> &Store {
        self.version.store()
    }

    /// Whether this process made the link.
    pub(crate) fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    /// Whether packs are files on this machine.
    pub(crate) const fn is_local(&self) -> bool {
        self.is_local
    }

    /// Runs a future to its end on this thread. Never called from within the runtime.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime
            .as_ref()
            .expect("the runtime is there until the link is dropped")
            .block_on(future)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if self.is_ours() {
            runtime.shutdown_background();
        } else {
            // After a fork its threads are not here: to wait for them is to wait for ever.
            std::mem::forget(runtime);
        }
    }
}

async fn only_dataset(store: &Store) -> Result<String> {
    let mut names = store.datasets().await?;
    match names.len() {
        1 => Ok(names.remove(0)),
        0 => Err(Error::Invalid("the store holds no dataset".to_owned())),
        _ => Err(Error::Invalid(format!(
            "the store holds several datasets, name one of {names:?}"
        ))),
    }
}
