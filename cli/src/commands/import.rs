//! `strata import`: reads samples and their labels and commits them to a branch.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use blob_store::RootKind;
use chrono::SecondsFormat;
use client::Outbound;
use db::environment::now;
use ingest::{
    BucketObjects, CommitInfo, Format, ImportOptions, ImportOutcome, LocalFiles, Reading, Source,
    StatCache,
};
use version_store::{Error as StoreError, RefKind, RefMove, Repository, Store};

use super::import_report::{Bar, Report};
use super::import_server;
use super::place::PlaceArguments;
use super::print::Refused;
use crate::configuration::Environment;

/// How often the commit is made again because the branch moved meanwhile.
const TRIES: u32 = 8;

/// Reads samples (and labels) and commits them. The same data again commits nothing.
#[derive(clap::Args, Debug)]
pub struct ImportArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    /// The branch to commit to; made when it is not there
    #[arg(long, default_value = "main", value_name = "NAME")]
    pub(super) branch: String,
    /// folder (of images), files (any, as they are), jsonl, csv, parquet or checkout [default: by PATH]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Take no labels from the names of folders
    #[arg(long)]
    pub(super) no_folder_labels: bool,
    /// Leave the bytes where they are: hash them, and record their URL and ETag in place of them
    #[arg(long)]
    pub(super) in_place: bool,
    /// Remove the samples that PATH does not have: the branch becomes what PATH is
    #[arg(long)]
    pub(super) mirror: bool,
    /// Read every file, also those that are as they were at the last import
    #[arg(long)]
    no_cache: bool,
    /// Commit message [default: import NAME]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Who commits, as in "Ann <ann@example.org>"; on a server it is the one whose token it is
    /// [default: strata]
    #[arg(long, value_name = "NAME")]
    pub(super) author: Option<String>,
    /// A folder of images, a file (or folder of files) of texts, or s3://BUCKET/PREFIX
    pub(super) path: PathBuf,
}

impl ImportArguments {
    /// The format that is named, or the one that PATH looks like.
    pub(super) fn format(&self) -> Format {
        self.format.unwrap_or_else(|| guess(&self.path))
    }

    fn options(&self, environment: &Environment, store: &Store) -> ImportOptions {
        let mut options = ImportOptions::new(self.format());
        options.label_from_folder = !self.no_folder_labels;
        options.mirror = self.mirror;
        options.in_place = self.in_place;
        options.cache = environment
            .import_cache(store)
            .filter(|_| !self.no_cache)
            .map(|folder| StatCache::new(&folder, now().timestamp_millis()));
        options
    }

    /// The commit's message.
    pub(super) fn message(&self, source: &dyn Source) -> String {
        let message = self.message.clone();
        message.unwrap_or_else(|| format!("import {}", source.name()))
    }
}

/// What PATH names: a bucket, or files of this machine.
fn source(path: &Path, environment: &Environment) -> Result<Box<dyn Source>> {
    let url = path.to_str().unwrap_or_default();
    if url.starts_with("s3://") {
        return Ok(Box::new(BucketObjects::new(
            url,
            &environment.store_access(),
        )?));
    }
    let file = url.strip_prefix("file://").map_or(path, Path::new);
    Ok(Box::new(LocalFiles::new(file)?))
}

/// Imports; refused files are named on stderr, and what came through is committed.
///
/// # Errors
/// When the source or the store can't be read or written, or nothing at all could be imported.
pub async fn run(arguments: &ImportArguments, environment: &Environment, json: bool) -> Result<()> {
    if let Some(place) = arguments.place.server(environment).await? {
        return import_server::run(arguments, environment, &place, json).await;
    }
    let source = source(&arguments.path, environment)?;
    let repository = arguments.place.repository(environment).await?;
    let is_folder = repository.store().root().kind() == RootKind::Folder;
    if arguments.in_place && !is_folder && source.local("").is_some() {
        let message =
            "files of this machine can stay in place only for a store that is a folder of it";
        return Err(Refused::options(message).into());
    }
    let mut bar = Bar::new(json);
    let options = arguments.options(environment, repository.store());
    let reading = ingest::read(source.as_ref(), &options, &repository, &mut bar).await;
    bar.end();
    let reading = reading?;
    if reading.progress.samples == 0 && reading.progress.refused > 0 {
        let refused = reading.progress.refused;
        bail!("nothing could be imported: {refused} refused");
    }
    let at = now();
    let info = CommitInfo {
        author: arguments.author.as_deref().unwrap_or("strata").to_owned(),
        message: arguments.message(source.as_ref()),
        time_ms: at.timestamp_millis(),
        at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
    };
    let outcome = commit(
        &reading,
        &repository,
        &arguments.branch,
        &info,
        environment.outbound.as_ref(),
    )
    .await?;
    Report {
        dataset: repository.dataset().to_owned(),
        branch: arguments.branch.clone(),
        commit: outcome.commit,
        tree: outcome.tree,
        committed: outcome.changed,
        samples: outcome.samples,
        added: outcome.added,
        updated: outcome.updated,
        removed: outcome.removed,
        not_mirrored: outcome.not_mirrored,
        files_known: reading.progress.files_known,
        labels_set: outcome.labels_set,
        labels_kept: outcome.labels_kept,
        bytes_read: reading.progress.bytes_done - reading.progress.bytes_known,
        bytes_stored: Some(reading.stored_bytes),
        refused: outcome.refused,
        refusals: outcome.refusals,
    }
    .print(json)
}

/// Commits on the head of the branch and moves it there; on top of the new head where it moved.
async fn commit(
    reading: &Reading,
    repository: &Repository,
    branch: &str,
    info: &CommitInfo,
    outbound: Option<&Outbound>,
) -> Result<ImportOutcome> {
    for _ in 0..TRIES {
        let head = repository.read_ref(RefKind::Branch, branch).await?;
        let outcome = reading.commit(repository, head, info).await?;
        if !outcome.changed {
            return Ok(outcome);
        }
        let moving = RefMove {
            kind: RefKind::Branch,
            name: branch,
            old: head,
            new: outcome.commit,
            by: &info.author,
            cause: "import",
            time_ms: info.time_ms,
        };
        match gates::move_branch(repository, &moving, outbound).await {
            Ok(()) => return Ok(outcome),
            Err(gates::Error::Store(StoreError::RefMoved { .. })) => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("branch {branch:?} keeps moving; try again")
}

fn guess(path: &Path) -> Format {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("jsonl" | "ndjson") => Format::JsonLines,
        Some("csv" | "tsv") => Format::Csv,
        Some("parquet") => Format::Parquet,
        _ if ingest::is_checkout(path) => Format::Checkout,
        _ => Format::Folder,
    }
}
