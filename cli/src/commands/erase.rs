//! `strata erase`: takes samples out of the store for good, in all versions.

use anyhow::{Context, Result};
use dataset::SampleKey;
use db::environment::now;
use version_store::EraseRequest;

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Erases samples from the whole store and all history, in every dataset that has such a key.
///
/// Their bytes, metadata and labels go; their keys and the hashes of what went stay, so that every
/// version still verifies. Nobody should write meanwhile. An interrupted run is completed by running
/// it again.
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
    /// Who erases, as in "Ann <ann@example.org>"
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
    arguments.place.require_own_store(environment, "erasure")?;
    let store = arguments.place.store(environment).await?;
    let keys: Result<Vec<SampleKey>> = arguments
        .keys
        .iter()
        .map(|key| SampleKey::new(key.as_str()).with_context(|| format!("{key:?}")))
        .collect();
    let report = store
        .erase(&EraseRequest {
            keys: keys?,
            by: arguments.author.clone(),
            reason: arguments.reason.clone(),
            time_ms: now().timestamp_millis(),
            dry_run: arguments.dry_run,
        })
        .await?;
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
