//! `strata checkout`: writes a version out as files.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use dataset::Query;
use serde_json::json;

use super::export_folder;
use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Writes each field as a file at its sample's key, and samples.jsonl with labels and metadata.
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
    /// The folder; it must be empty or not be there yet
    out: PathBuf,
}

/// Writes the files.
///
/// # Errors
/// When the version can't be read, a key can't be a path in the folder, or a file can't be written.
pub async fn run(
    arguments: &CheckoutArguments,
    environment: &Environment,
    json: bool,
) -> Result<()> {
    let query = Query::parse(&arguments.condition).context("--where")?;
    let repository = arguments.place.repository(environment).await?;
    let commit = repository.resolve(&arguments.reference).await?;
    let version = repository.version(&commit).await?;
    let out = &arguments.out;
    if out.exists()
        && std::fs::read_dir(out)
            .with_context(|| out.display().to_string())?
            .next()
            .is_some()
    {
        bail!("{} is there already and not empty", out.display());
    }
    let samples = export_folder::write(&version, &query, out).await?;
    if json {
        return print::json_line(&json!({ "commit": commit, "samples": samples, "out": out }));
    }
    println!(
        "{samples} samples of {} written to {}",
        commit.short(),
        out.display()
    );
    Ok(())
}
