//! The same test on a folder and on a real S3 server.

use std::path::{Path, PathBuf};

use testkit::S3Server;
use version_store::{Repository, Store, StoreOptions};

/// A store that goes when this is dropped, with a dataset in it.
pub struct Place {
    pub repository: Repository,
    url: String,
    options: StoreOptions,
    files: PathBuf,
    _folder: Option<tempfile::TempDir>,
    _server: Option<S3Server>,
}

impl Place {
    async fn in_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("store");
        let url = files.display().to_string();
        let mut place = Self::at(url, StoreOptions::default(), files).await;
        place._folder = Some(folder);
        place
    }

    async fn on_s3() -> Self {
        let server = S3Server::start().await;
        let options = StoreOptions {
            access: server.access(),
            ..StoreOptions::default()
        };
        let files = server.files().join("store");
        let mut place = Self::at(server.url("store"), options, files).await;
        place._server = Some(server);
        place
    }

    async fn at(url: String, options: StoreOptions, files: PathBuf) -> Self {
        let store = Store::init(&url, &options).await.unwrap();
        Self {
            repository: store.repository("pets").unwrap(),
            url,
            options,
            files,
            _folder: None,
            _server: None,
        }
    }

    /// The store for someone who never saw it.
    pub async fn reopen(&self) -> Store {
        Store::open(&self.url, &self.options).await.unwrap()
    }

    /// The folder in which each object of the store is a file.
    pub fn files(&self) -> &Path {
        &self.files
    }
}

/// Runs a test on both.
pub async fn everywhere(test: impl AsyncFn(Place)) {
    test(Place::in_folder().await).await;
    test(Place::on_s3().await).await;
}
