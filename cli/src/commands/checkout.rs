//! `strata checkout`: writes a version out as files.

use std::path::PathBuf;

use anyhow::{Context, Result};
use dataset::Query;
use indicatif::HumanBytes;
use serde_json::{json, to_value};

use super::import_report::Bar;
use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Writes each blob as a file at its sample's key, and samples.jsonl with labels, metadata and short texts.
#[derive(clap::Args, Debug)]
pub struct CheckoutArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
    /// Only samples that match, as in: label = 'cat' AND split = 'train'
    #[arg(long = "where", default_value = "", value_name = "QUERY")]
    condition: String,
    /// Write into a folder that holds something; files of the same name are replaced
    #[arg(long)]
    force: bool,
    /// The folder; it must be empty or not be there yet
    out: PathBuf,
}

/// Writes the files. A sample that can't be written is named on stderr.
///
/// # Errors
/// When the version can't be read, or the folder holds something or can't be written.
pub async fn run(
    arguments: &CheckoutArguments,
    environment: &Environment,
    json: bool,
) -> Result<()> {
    let query = Query::parse(&arguments.condition).context("--where")?;
    let repository = arguments.place.repository(environment).await?;
    let commit = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let version = repository.version(&commit).await?;
    let mut bar = Bar::new(json);
    bar.count_steps();
    let place = (arguments.out.as_path(), arguments.force);
    let outcome = ingest::checkout(&version, &query, place, &mut bar).await;
    bar.end();
    let outcome = outcome?;
    if json {
        let mut told = to_value(&outcome)?;
        told["commit"] = json!(commit);
        told["out"] = json!(arguments.out);
        return print::json_line(&told);
    }
    println!(
        "{} samples of {} written to {}: {} files, {}",
        outcome.samples,
        commit.short(),
        arguments.out.display(),
        outcome.files,
        HumanBytes(outcome.bytes)
    );
    if outcome.refused > 0 {
        println!("{} samples could not be written", outcome.refused);
    }
    Ok(())
}
