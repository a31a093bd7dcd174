//! `strata worker`: a process that only runs jobs.

use std::path::PathBuf;

use anyhow::Result;

use crate::commands::serve::stop_signal;
use crate::configuration::Environment;

/// Runs jobs of some queues.
#[derive(clap::Args, Debug)]
pub struct WorkerArguments {
    /// The queues to take jobs from, with commas between
    #[arg(long, value_name = "QUEUES", default_value = "default,prelabel")]
    pub queues: String,
    /// Jobs at a time [default: 2]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// The folder for caches and, with nothing else said, database and objects [default: strata-data]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// sqlite://FILE or postgres://… [default: strata.db in the data folder]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where objects are kept: a folder or s3://BUCKET/PREFIX [default: store/ in the data folder]
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
}

/// Runs jobs until Ctrl+C or SIGTERM, then lets those under way end.
///
/// # Errors
/// When the database or the store cannot be opened, or a queue does not exist.
pub async fn run(arguments: &WorkerArguments, environment: &Environment) -> Result<()> {
    let config = environment.worker(arguments)?;
    workers::start_inference(config.onnx_library.as_deref())?;
    eprintln!("strata worker takes jobs from {}", config.queues.join(", "));
    Ok(workers::run(config, stop_signal()).await?)
}
