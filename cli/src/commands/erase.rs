//! `strata erase`: takes samples out of the store for good, in all versions.

use anyhow::{Context, Result};
use api_types::upkeep::NewErasure;
use client::Workspace;
use dataset::SampleKey;
use db::environment::now;
use serde::Deserialize;
use version_store::{EraseReport, EraseRequest};

use super::place::{PlaceArguments, ServerPlace};
use super::{print, server_job};
use crate::configuration::Environment;

/// Erases samples from the whole store and all history, in every dataset that has such a key.
///
/// Their bytes, metadata and labels go; their keys and the hashes of what went stay, so that every
/// version still verifies. An interrupted run is completed by running it again. A server erases their tasks too; in
/// a store of one's own nobody should write meanwhile.
#[derive(clap::Args, Debug)]
pub struct EraseArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Keys of the samples
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
    /// Why; kept with the tombstone, so it must not say what was erased
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who erases, as in "Ann <ann@example.org>"; on a server, whoever the token belongs to
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
}

/// Erases and prints what went.
///
/// # Errors
/// When a key can't be one, what stays can't be read, or the store fails.
pub async fn run(arguments: &EraseArguments, environment: &Environment, json: bool) -> Result<()> {
    let (tasks, report) = match arguments.place.server(environment).await? {
        Some(place) => on_server(arguments, &place, json).await?,
        None => (None, here(arguments, environment).await?),
    };
    if json {
        return print::json_line(&report);
    }
    let verb = if arguments.dry_run {
        "would go"
    } else {
        "are erased"
    };
    println!(
        "{} of {} keys were found; {} rows and {} blobs {verb}; {} packs and {} change segments rewritten",
        report.keys,
        arguments.keys.len(),
        report.rows,
        report.blobs,
        report.packs_rewritten,
        report.segments_rewritten
    );
    if let Some(tasks) = tasks {
        println!("{tasks} tasks {verb}");
    }
    for url in &report.outside {
        println!("{url} lies outside the store: delete it there");
    }
    for kept in &report.blobs_kept {
        println!(
            "blob {} stays: {:?} uses it too",
            kept.hash.short(),
            kept.key
        );
    }
    Ok(())
}

async fn here(arguments: &EraseArguments, environment: &Environment) -> Result<EraseReport> {
    let store = arguments.place.store(environment).await?;
    let keys: Result<Vec<SampleKey>> = arguments
        .keys
        .iter()
        .map(|key| SampleKey::new(key.as_str()).with_context(|| format!("{key:?}")))
        .collect();
    let request = EraseRequest {
        keys: keys?,
        by: arguments.author.clone(),
        reason: arguments.reason.clone(),
        time_ms: now().timestamp_millis(),
        dry_run: arguments.dry_run,
    };
    Ok(store.erase(&request).await?)
}

/// What the job of a server made.
#[derive(Deserialize)]
struct Erased {
    tasks: u64,
    report: EraseReport,
}

async fn on_server(
    arguments: &EraseArguments,
    place: &ServerPlace,
    json: bool,
) -> Result<(Option<u64>, EraseReport)> {
    let wanted = NewErasure {
        keys: arguments.keys.clone(),
        reason: arguments.reason.clone(),
        dry_run: arguments.dry_run,
    };
    let workspace = place.workspace();
    let job = workspace.erase_samples(&wanted).await?;
    let job = server_job::follow(&workspace, &job, json).await?;
    let erased = Workspace::made::<Erased>(job)?;
    Ok((Some(erased.tasks), erased.report))
}
