//! `strata fsck`: checks a store.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use ids::Hash;
use indicatif::{HumanBytes, ProgressBar};
use version_store::{FsckReport, FsckRequest};

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
    /// Of blobs outside the store only that their ETags are as recorded, without reading them
    #[arg(long, conflicts_with = "fast")]
    trust_etags: bool,
    /// Keep in this file which packs are sound; a check that was stopped goes on after them
    #[arg(long, value_name = "FILE", conflicts_with = "fast")]
    resume: Option<PathBuf>,
}

/// Packs that were found sound, one a line of a file.
#[derive(Default)]
struct State {
    sound: HashSet<Hash>,
    file: Option<(PathBuf, File)>,
}

impl State {
    fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let context = || format!("the state of the check, {}", path.display());
        let file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(path);
        let mut file = file.with_context(context)?;
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(context)?;
        Ok(Self {
            // A line that was cut short names no pack.
            sound: text.lines().filter_map(|line| line.parse().ok()).collect(),
            file: Some((path.to_owned(), file)),
        })
    }

    fn add(&mut self, pack: Option<Hash>) {
        if let (Some(pack), Some((_, file))) = (pack, &mut self.file) {
            // What can't be noted is checked again next time.
            let _ = writeln!(file, "{pack}");
        }
    }

    /// The check came to its end: the next one begins anew.
    fn finish(self) -> Result<()> {
        match self.file {
            Some((path, _)) => Ok(std::fs::remove_file(path)?),
            None => Ok(()),
        }
    }
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
    let mut state = State::open(arguments.resume.as_deref())?;
    let request = FsckRequest {
        fast: arguments.fast,
        trusts_tags: arguments.trust_etags,
        sound_packs: std::mem::take(&mut state.sound),
    };
    let report = store
        .fsck_from(&request, |step| {
            bar.set_length(step.total);
            bar.set_position(step.done);
            state.add(
                step.sound
                    .filter(|pack| !request.sound_packs.contains(pack)),
            );
        })
        .await?;
    bar.finish_and_clear();
    state.finish()?;
    if json {
        print::json_line(&report)?;
    } else {
        print_report(&report);
    }
    Ok(if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_report(report: &FsckReport) {
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
    if report.outside > 0 {
        println!("{} blobs outside the store were looked at", report.outside);
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
