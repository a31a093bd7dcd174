//! What a worker is told; filled by the configuration module of `cli`.

use std::path::PathBuf;
use std::time::Duration;

use blob_store::StoreAccess;
use client::Outbound;

/// What a worker is told.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// `sqlite://…` or `postgres://…`; the schema is in place.
    pub database_url: String,
    /// The object store; the store of each workspace is below it.
    pub store_url: String,
    /// Keys for the object store.
    pub store_access: StoreAccess,
    /// A folder for temporary files. All of it can be made again.
    pub cache_dir: PathBuf,
    /// The queues to take jobs from.
    pub queues: Vec<String>,
    /// Jobs at a time.
    pub concurrency: usize,
    /// How long a job is this worker's without a heartbeat: also how long its jobs wait after it
    /// was killed.
    pub lease: Duration,
    /// The ONNX Runtime library; without it models run in pure Rust.
    pub onnx_library: Option<PathBuf>,
    /// Caller of the addresses that an operator has listed; without it no webhook is asked.
    pub outbound: Option<Outbound>,
}

impl WorkerConfig {
    /// The lease when nothing else is said.
    pub const LEASE: Duration = Duration::from_secs(15);
    /// Jobs at a time when nothing else is said.
    pub const CONCURRENCY: usize = 2;
}
