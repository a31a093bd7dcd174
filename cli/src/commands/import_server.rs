//! `strata import` to a server: stages the files there and lets a job of the server import them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use api_types::datasets::{ImportFormat, ImportIssueView, NewDataset, NewImport, UploadView};
use client::{Error as ClientError, LocalFile, Workspace};
use ids::Hash;
use ingest::{Format, LocalFiles, Observer, Refusal, Source, Unlisted};
use tokio::time::{Instant, sleep};
use version_store::{RefKind, Repository};

use super::import::ImportArguments;
use super::import_report::{Bar, Report};
use super::place::{self, ServerPlace};
use super::print::Refused;
use crate::configuration::Environment;

/// How long an import may take: as long as the server lets a job run.
const JOB_LIMIT: Duration = Duration::from_secs(12 * 3600);
/// How long the store may need to get the ref that the server's database has.
const MIRROR_LIMIT: Duration = Duration::from_secs(10);
const MIRROR_LOOK: Duration = Duration::from_millis(100);

/// Imports into a workspace of a server; the dataset is made when it is not there.
///
/// # Errors
/// When a file can't be read, the server refuses or can't be reached, or nothing could be imported.
pub(super) async fn run(
    arguments: &ImportArguments,
    environment: &Environment,
    place: &ServerPlace,
    json: bool,
) -> Result<()> {
    if arguments.author.is_some() {
        bail!("a server knows who commits by the token: leave --author away");
    }
    let is_bucket = arguments.path.to_string_lossy().starts_with("s3://");
    if arguments.in_place || is_bucket {
        let instead = "import it into the store itself, as in --store s3://BUCKET/PREFIX";
        return Err(Refused::over_http("bucket of others", instead).into());
    }
    if arguments.mirror {
        bail!("a server removes no samples at an import: leave --mirror away");
    }
    let mut bar = Bar::new(json);
    let outcome = import(arguments, environment, place, &mut bar).await;
    bar.end();
    outcome?.print(json)
}

async fn import(
    arguments: &ImportArguments,
    environment: &Environment,
    place: &ServerPlace,
    bar: &mut Bar,
) -> Result<Report> {
    let source = LocalFiles::new(&arguments.path)?;
    let (files, mut refusals) = files(&source, &arguments.path).await?;
    for refusal in &refusals {
        bar.refused(refusal);
    }
    let workspace = place.client.workspace(&place.workspace);
    let dataset = match &arguments.place.dataset {
        Some(name) => name.clone(),
        None => {
            let there = workspace.datasets().await?;
            place::only(there.into_iter().map(|view| view.name).collect())?
        }
    };
    let mut report = Report::default();
    if !files.is_empty() {
        require(&workspace, &dataset).await?;
        let new = NewImport {
            upload_id: upload(&workspace, &dataset, &files, bar).await?.id,
            format: format(arguments.format()),
            branch: Some(arguments.branch.clone()),
            label_from_folder: Some(!arguments.no_folder_labels),
            message: Some(arguments.message(&source)),
            source: Some(source.name().to_owned()),
        };
        let store = arguments.place.store(environment).await?;
        let stored = store.repository(&dataset)?;
        let before = stored.read_ref(RefKind::Branch, &arguments.branch).await?;
        report = job(&workspace, &dataset, &new, bar).await?;
        if report.committed {
            wait_for_mirror(&stored, &arguments.branch, before).await?;
        }
    }
    report.refused += refusals.len() as u64;
    if report.samples == 0 && report.refused > 0 {
        bail!("nothing could be imported: {} refused", report.refused);
    }
    refusals.append(&mut report.refusals);
    report.refusals = refusals;
    report.dataset = dataset;
    report.branch.clone_from(&arguments.branch);
    report.bytes_read = files.iter().map(|file| file.bytes).sum();
    Ok(report)
}

/// The format as a server calls it.
const fn format(format: Format) -> ImportFormat {
    match format {
        Format::Folder => ImportFormat::Folder,
        Format::JsonLines => ImportFormat::Jsonl,
        Format::Csv => ImportFormat::Csv,
        Format::Files => ImportFormat::Files,
        Format::Parquet => ImportFormat::Parquet,
        Format::Checkout => ImportFormat::Checkout,
    }
}

/// The same files that a local import reads, and those that can't be read.
async fn files(source: &LocalFiles, path: &Path) -> Result<(Vec<LocalFile>, Vec<Refusal>)> {
    let shown = || path.display().to_string();
    let whole = path.canonicalize().with_context(shown)?;
    let (mut files, mut refusals) = (Vec::new(), Vec::new());
    for entry in source.entries() {
        match entry {
            Ok((entry, _)) => files.push(LocalFile {
                path: if whole.is_dir() {
                    whole.join(&entry.path)
                } else {
                    whole.clone()
                },
                name: entry.path,
                bytes: entry.bytes,
            }),
            Err(Unlisted::Refused(refusal)) => refusals.push(refusal),
            Err(Unlisted::Failed(error)) => return Err(error.into()),
        }
    }
    Ok((files, refusals))
}

/// Makes the dataset unless it is there.
async fn require(workspace: &Workspace<'_>, dataset: &str) -> Result<()> {
    match workspace.dataset(dataset).await {
        Ok(_) => return Ok(()),
        Err(error) if error.status() == Some(404) => {}
        Err(error) => return Err(error.into()),
    }
    let new = NewDataset {
        name: dataset.to_owned(),
        description: String::new(),
    };
    match workspace.create_dataset(&new).await {
        Ok(_) => Ok(()),
        // Another import made it meanwhile.
        Err(error) if error.status() == Some(409) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn upload(
    workspace: &Workspace<'_>,
    dataset: &str,
    files: &[LocalFile],
    bar: &mut Bar,
) -> Result<UploadView> {
    let upload = workspace.create_upload(dataset).await?;
    let of = files.len();
    let mut show =
        |files, bytes, total| bar.show(bytes, total, &format!("{files}/{of} files sent"));
    show(0, 0, files.iter().map(|file| file.bytes).sum());
    workspace
        .upload_files(dataset, &upload.id.to_string(), files, |at| {
            show(at.files, at.bytes, at.total_bytes);
        })
        .await?;
    Ok(upload)
}

/// Starts the job, waits for it and says what it refused, whether or not it succeeded.
async fn job(
    workspace: &Workspace<'_>,
    dataset: &str,
    new: &NewImport,
    bar: &mut Bar,
) -> Result<Report> {
    let job = workspace.start_import(dataset, new).await?;
    let id = job.id.to_string();
    bar.count_steps();
    let ended = workspace
        .wait_for_job(&id, JOB_LIMIT, |job| {
            let total = job.progress.total.unwrap_or(0);
            bar.show(job.progress.done, total, &job.message);
        })
        .await;
    let refusals: Vec<_> = match &ended {
        Ok(_) | Err(ClientError::Job { .. }) => {
            let issues = workspace.import_issues(&id).await?;
            issues.into_iter().map(refusal).collect()
        }
        Err(_) => Vec::new(),
    };
    for refusal in &refusals {
        bar.refused(refusal);
    }
    let result = ended?
        .result
        .context("the job says nothing of its result")?;
    let report: Report = serde_json::from_value(result).context("the job's result")?;
    Ok(Report { refusals, ..report })
}

fn refusal(issue: ImportIssueView) -> Refusal {
    Refusal {
        path: issue.path,
        place: issue.place,
        code: issue.code,
        message: issue.message,
    }
}

/// The store gets refs a moment after the database has them. Waits for that, so that `log`, `diff` and the
/// like, which read the store, see what this command wrote.
async fn wait_for_mirror(stored: &Repository, branch: &str, before: Option<Hash>) -> Result<()> {
    let deadline = Instant::now() + MIRROR_LIMIT;
    while stored.read_ref(RefKind::Branch, branch).await? == before {
        if Instant::now() > deadline {
            eprintln!("imported; the server's store will show it in a while");
            break;
        }
        sleep(MIRROR_LOOK).await;
    }
    Ok(())
}
