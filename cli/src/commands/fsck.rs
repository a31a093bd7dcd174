//! `strata fsck`: checks a store.

use std::process::ExitCode;

use anyhow::Result;
use indicatif::{HumanBytes, ProgressBar};

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Checks every byte, or with `--fast` only that refs lead to commits and these to their roots.
#[derive(clap::Args, Debug)]
pub struct FsckArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Only refs, commits and roots
    #[arg(long)]
    fast: bool,
}

/// Checks; fails when something is wrong.
///
/// # Errors
/// When the store can't be listed.
pub async fn run(
    arguments: &FsckArguments,
    environment: &Environment,
    json: bool,
) -> Result<ExitCode> {
    let store = arguments.place.store(environment).await?;
    let bar = if json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    let report = store
        .fsck(arguments.fast, |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .await?;
    bar.finish_and_clear();
    if json {
        print::json_line(&report)?;
    } else {
        for problem in &report.problems {
            let dataset = problem
                .dataset
                .as_deref()
                .map(|name| format!(" dataset {name}"))
                .unwrap_or_default();
            let commit = problem
                .commit
                .map(|hash| format!(" commit {}", hash.short()))
                .unwrap_or_default();
            let key = problem
                .key
                .as_deref()
                .map(|key| format!(" sample {key}"))
                .unwrap_or_default();
            println!("{}:{dataset}{commit}{key} {}", problem.code, problem.detail);
        }
        println!(
            "{} refs, {} commits, {} nodes, {} packs with {} entries ({}) read, {} problems",
            report.refs,
            report.commits,
            report.nodes,
            report.packs,
            report.entries,
            HumanBytes(report.bytes),
            report.problems.len()
        );
    }
    Ok(if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
