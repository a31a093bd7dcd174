//! `strata import`: reads samples and their labels and commits them to a branch.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use chrono::SecondsFormat;
use db::environment::now;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ingest::{
    CommitInfo, Format, ImportOptions, ImportOutcome, LocalFiles, Observer, Progress, Reading,
    Refusal, Source,
};
use serde_json::json;
use version_store::{Error as StoreError, RefKind, RefMove, Repository};

use super::place::PlaceArguments;
use crate::configuration::Environment;

/// How often the commit is made again because the branch moved meanwhile.
const TRIES: u32 = 8;

/// Reads samples (and labels) and commits them. The same data again commits nothing.
#[derive(clap::Args, Debug)]
pub struct ImportArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The branch to commit to; made when it is not there
    #[arg(long, default_value = "main", value_name = "NAME")]
    branch: String,
    /// folder, jsonl or csv [default: by the name of PATH]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Take no labels from the names of folders
    #[arg(long)]
    no_folder_labels: bool,
    /// Commit message [default: import NAME]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Who commits, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
    /// A folder of images, or a file (or folder of files) of texts
    path: PathBuf,
}

/// Imports; refused files are named on stderr, and what came through is committed.
///
/// # Errors
/// When the source or the store can't be read or written, or nothing at all could be imported.
pub async fn run(arguments: &ImportArguments, environment: &Environment, json: bool) -> Result<()> {
    let repository = arguments.place.repository(environment).await?;
    let source = LocalFiles::new(&arguments.path)?;
    let mut options =
        ImportOptions::new(arguments.format.unwrap_or_else(|| guess(&arguments.path)));
    options.label_from_folder = !arguments.no_folder_labels;
    let mut bar = Bar::new(json);
    let reading = ingest::read(&source, &options, &repository, &mut bar).await;
    bar.0.finish_and_clear();
    let reading = reading?;
    if reading.progress.samples == 0 && reading.progress.refused > 0 {
        bail!(
            "nothing could be imported: {} refused",
            reading.progress.refused
        );
    }
    let at = now();
    let info = CommitInfo {
        author: arguments.author.clone(),
        message: arguments
            .message
            .clone()
            .unwrap_or_else(|| format!("import {}", source.name())),
        time_ms: at.timestamp_millis(),
        at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
    };
    let outcome = commit(&reading, &repository, &arguments.branch, &info).await?;
    report(&outcome, &reading, &repository, &arguments.branch, json);
    Ok(())
}

/// Commits on the head of the branch and moves it there; on top of the new head where it moved.
async fn commit(
    reading: &Reading,
    repository: &Repository,
    branch: &str,
    info: &CommitInfo,
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
        match repository.compare_and_swap_ref(&moving).await {
            Ok(()) => return Ok(outcome),
            Err(StoreError::RefMoved { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("branch {branch:?} keeps moving; try again")
}

fn guess(path: &std::path::Path) -> Format {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("jsonl" | "ndjson") => Format::JsonLines,
        Some("csv" | "tsv") => Format::Csv,
        _ => Format::Folder,
    }
}

fn report(
    outcome: &ImportOutcome,
    reading: &Reading,
    repository: &Repository,
    branch: &str,
    json: bool,
) {
    if json {
        println!(
            "{}",
            json!({
                "dataset": repository.dataset(), "branch": branch,
                "commit": outcome.commit, "tree": outcome.tree, "committed": outcome.changed,
                "samples": outcome.samples, "added": outcome.added, "updated": outcome.updated,
                "labels_set": outcome.labels_set, "labels_kept": outcome.labels_kept,
                "bytes_read": reading.progress.bytes_done, "bytes_stored": reading.stored_bytes,
                "refused": outcome.refused, "refusals": outcome.refusals,
            })
        );
        return;
    }
    let ImportOutcome {
        samples,
        added,
        updated,
        labels_set,
        refused,
        ..
    } = outcome;
    println!(
        "{samples} samples: {added} new, {updated} changed; {labels_set} labels set; {refused} refused"
    );
    if outcome.labels_kept > 0 {
        println!(
            "{} labels were kept: a person or a model made them",
            outcome.labels_kept
        );
    }
    let (read, stored) = (
        HumanBytes(reading.progress.bytes_done),
        HumanBytes(reading.stored_bytes),
    );
    println!("{read} read, {stored} new in the store");
    match (&outcome.commit, outcome.changed) {
        (Some(commit), true) => println!("{branch} is at {}", commit.short()),
        (Some(commit), false) => println!("nothing new: {branch} stays at {}", commit.short()),
        (None, _) => println!("nothing to commit"),
    }
}

/// Draws progress on stderr where that is a terminal; refusals are lines there in any case.
struct Bar(ProgressBar);

impl Bar {
    fn new(json: bool) -> Self {
        let target = if json {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template(
            "{bar:30} {msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left",
        );
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }
}

impl Observer for Bar {
    fn progress(&mut self, progress: &Progress) {
        let Progress {
            files_done,
            files_total,
            ..
        } = progress;
        self.0.set_length(progress.bytes_total);
        self.0.set_position(progress.bytes_done);
        self.0
            .set_message(format!("{files_done}/{files_total} files"));
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.0.suspend(|| eprintln!("refused: {refusal}"));
    }
}
