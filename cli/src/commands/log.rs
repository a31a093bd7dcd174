//! `strata log`: commits, newest first.

use anyhow::Result;

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Lists commits.
#[derive(clap::Args, Debug)]
pub struct LogArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n to begin at
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Prints the commits.
///
/// # Errors
/// When history can't be read.
pub async fn run(arguments: &LogArguments, environment: &Environment, json: bool) -> Result<()> {
    let repository = arguments.place.repository(environment).await?;
    let from = arguments
        .place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    let page = repository.log(&from, arguments.limit).await?;
    if json {
        let commits: Result<Vec<_>> = page
            .iter()
            .map(|(hash, commit)| print::commit_json(hash, commit))
            .collect();
        return print::json_line(&commits?);
    }
    for (hash, commit) in page {
        let merge = if commit.parents.len() > 1 {
            " (merge)"
        } else {
            ""
        };
        println!(
            "{}  {}  {}{merge}",
            hash.short(),
            print::time(commit.time_ms),
            commit.author
        );
        println!("    {}", commit.message.lines().next().unwrap_or_default());
        println!(
            "    {} samples, {} labels",
            commit.counts.samples, commit.counts.labels
        );
    }
    Ok(())
}
