//! `strata show`: one commit and what it changed, or one sample of it.

use anyhow::{Context, Result};
use serde_json::json;
use version_store::{DiffStat, Repository, Version};

use super::diff::stat_line;
use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Shows a commit or a sample.
#[derive(clap::Args, Debug)]
pub struct ShowArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    #[arg(default_value = "main", value_name = "REF")]
    reference: String,
    /// Show this sample with its labels
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Prints it.
///
/// # Errors
/// When the version can't be read or has no such sample.
pub async fn run(arguments: &ShowArguments, environment: &Environment, json: bool) -> Result<()> {
    let repository = arguments.place.repository(environment).await?;
    let commit = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let version = repository.version(&commit).await?;
    match &arguments.key {
        Some(key) => show_sample(&version, key, json).await,
        None => show_commit(&repository, &version, json).await,
    }
}

async fn show_commit(repository: &Repository, version: &Version, json: bool) -> Result<()> {
    let commit = version.commit();
    let stat = match commit.parents.first() {
        Some(parent) => repository.diff_stat(parent, &version.hash()).await?,
        None => DiffStat {
            samples_added: commit.counts.samples,
            labels_added: commit.counts.labels,
            ..DiffStat::default()
        },
    };
    if json {
        let mut value = print::commit_json(&version.hash(), commit)?;
        value["stat"] = json!(stat);
        return print::json_line(&value);
    }
    println!("commit  {}", version.hash());
    println!("tree    {}", commit.tree);
    for parent in &commit.parents {
        println!("parent  {parent}");
    }
    println!("author  {}", commit.author);
    println!("time    {}", print::time(commit.time_ms));
    println!(
        "holds   {} samples, {} labels",
        commit.counts.samples, commit.counts.labels
    );
    println!("changes {}", stat_line(&stat));
    for source in &commit.lineage.sources {
        println!("source  {source}");
    }
    println!("\n    {}", commit.message.replace('\n', "\n    "));
    Ok(())
}

async fn show_sample(version: &Version, key: &str, json: bool) -> Result<()> {
    let sample = version
        .sample(key)
        .await?
        .with_context(|| format!("there is no sample {key:?} in this version"))?;
    let labels = version.labels(key).await?;
    let items: Vec<_> = labels.iter().map(|row| &row.item).collect();
    let shown = json!({ "sample": sample, "labels": items });
    if json {
        return print::json_line(&shown);
    }
    println!("{}", serde_json::to_string_pretty(&shown)?);
    Ok(())
}
