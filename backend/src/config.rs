//! What the service is told when it starts. The command line fills it in; nothing here reads the
//! environment.

use std::path::PathBuf;
use std::time::Duration;

use blob_store::StoreAccess;
use client::Outbound;

/// How the service runs.
#[derive(Clone, Debug)]
pub struct BackendConfig {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: String,
    /// The folder for caches and, in the embedded default, for everything.
    pub data_dir: PathBuf,
    /// `sqlite://path` or `postgres://…`.
    pub database_url: String,
    /// The object store: each workspace has a folder in it.
    pub store_url: String,
    /// How to get into the store.
    pub store_access: StoreAccess,
    /// Which addresses of others gates may ask; none when None.
    pub outbound: Option<Outbound>,
    /// Whether the session cookie is for HTTPS only.
    pub secure_cookies: bool,
    /// The largest file of an upload, in bytes.
    pub max_file_bytes: u64,
    /// The largest upload request, in bytes.
    pub max_upload_bytes: u64,
    /// How many sign-ins an address may try in a minute.
    pub sign_ins_per_minute: u32,
    /// How long a request merges or asks gates before that becomes a job.
    pub at_once: Duration,
    /// Threads that answer requests.
    pub threads: usize,
    /// How long a stopping service waits for answers under way, in seconds.
    pub shutdown_seconds: u64,
}

impl BackendConfig {
    /// One process, one folder: SQLite and objects below `data_dir`.
    #[must_use]
    pub fn embedded(data_dir: PathBuf) -> Self {
        let database_url = format!("sqlite://{}?mode=rwc", data_dir.join("strata.db").display());
        let store_url = data_dir.join("objects").display().to_string();
        Self {
            listen: "127.0.0.1:8000".to_owned(),
            data_dir,
            database_url,
            store_url,
            store_access: StoreAccess::default(),
            outbound: None,
            secure_cookies: false,
            max_file_bytes: 2 * 1024 * 1024 * 1024,
            max_upload_bytes: 8 * 1024 * 1024 * 1024,
            sign_ins_per_minute: 20,
            at_once: Duration::from_secs(2),
            threads: 4,
            shutdown_seconds: 20,
        }
    }
}
