//! `strata merge`: merges a branch into another.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use client::Outbound;
use db::environment::now;
use serde_json::json;
use version_store::{
    MergeConflict, MergeOutcome, MergeRequest, MergeSide, RefKind, RefMove, Repository, Settle,
};

use super::place::PlaceArguments;
use super::print;
use super::server_refs::{self, ServerMerge};
use crate::configuration::Environment;

/// Merges FROM into a branch. Conflicts are listed, nothing is changed then, and the exit code is 1.
#[derive(clap::Args, Debug)]
pub struct MergeArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// What to merge: a branch, tag, commit, or ref~n
    from: String,
    /// The branch to merge into
    #[arg(long, default_value = "main", value_name = "NAME")]
    into: String,
    /// Which side wins where both changed the same thing
    #[arg(long, value_enum, value_name = "SIDE")]
    prefer: Option<Side>,
    /// Commit message [default: merge FROM into BRANCH]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Who merges, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// The sides of a merge, as people type them.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum Side {
    /// The branch that is merged into
    Ours,
    /// What is merged
    Theirs,
}

impl From<Side> for MergeSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Ours => Self::Ours,
            Side::Theirs => Self::Theirs,
        }
    }
}

/// How conflicts are settled when `--prefer` is given, or not.
#[must_use]
pub fn settle(prefer: Option<Side>) -> Settle {
    prefer
        .map(|side| Settle::from(MergeSide::from(side)))
        .unwrap_or_default()
}

/// Merges and moves the branch.
///
/// # Errors
/// When there is no common history, someone else moved the branch meanwhile, or the store fails.
pub async fn run(
    arguments: &MergeArguments,
    environment: &Environment,
    json: bool,
) -> Result<ExitCode> {
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let wanted = ServerMerge {
            branch: &arguments.into,
            what: &arguments.from,
            prefer: arguments.prefer,
            message: arguments.message.as_deref(),
        };
        return server_refs::merge(&server, &wanted, json).await;
    }
    let repository = arguments.place.repository(environment).await?;
    let theirs = repository.resolve(&arguments.from).await?;
    let branch = &arguments.into;
    let ours = repository.read_ref(RefKind::Branch, branch).await?;
    let ours = ours.with_context(|| format!("there is no branch {branch:?}"))?;
    let time_ms = now().timestamp_millis();
    let default = || format!("merge {} into {branch}", arguments.from);
    let request = MergeRequest {
        ours,
        theirs,
        settle: settle(arguments.prefer),
        author: arguments.author.clone(),
        message: arguments.message.clone().unwrap_or_else(default),
        time_ms,
    };
    let outcome = repository.merge(request).await?;
    let target = Target {
        branch,
        old: ours,
        author: &arguments.author,
        cause: "merge",
        time_ms,
        outbound: environment.outbound.as_ref(),
    };
    conclude(&repository, outcome, &target, json).await
}

/// The branch that gets the outcome of a merge or revert.
pub struct Target<'a> {
    /// The branch.
    pub branch: &'a str,
    /// Where it was when the work began.
    pub old: ids::Hash,
    /// Who moves it.
    pub author: &'a str,
    /// `merge` or `revert`.
    pub cause: &'a str,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
    /// Who asks the branch's webhooks.
    pub outbound: Option<&'a Outbound>,
}

/// Moves the branch to what came out, or lists the conflicts.
///
/// # Errors
/// When someone else moved the branch meanwhile, or the store fails.
pub async fn conclude(
    repository: &Repository,
    outcome: MergeOutcome,
    target: &Target<'_>,
    json: bool,
) -> Result<ExitCode> {
    let (what, commit) = match outcome {
        MergeOutcome::Conflicts(conflicts) => {
            report_conflicts(&conflicts, 0, json)?;
            return Ok(ExitCode::FAILURE);
        }
        MergeOutcome::UpToDate => ("up_to_date", target.old),
        MergeOutcome::FastForward(commit) => ("fast_forward", commit),
        MergeOutcome::Merged(outcome) => ("merged", outcome.commit),
    };
    if commit != target.old {
        let moving = RefMove {
            kind: RefKind::Branch,
            name: target.branch,
            old: Some(target.old),
            new: Some(commit),
            by: target.author,
            cause: target.cause,
            time_ms: target.time_ms,
        };
        gates::move_branch(repository, &moving, target.outbound).await?;
    }
    if json {
        print::json_line(&json!({ "outcome": what, "branch": target.branch, "commit": commit }))?;
    } else {
        println!(
            "{} is at {} ({})",
            target.branch,
            commit.short(),
            what.replace('_', " ")
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists conflicts, of which there are `more`.
///
/// # Errors
/// When nothing can be printed.
pub fn report_conflicts(conflicts: &[MergeConflict], more: u64, json: bool) -> Result<()> {
    let count = conflicts.len() as u64 + more;
    if json {
        return print::json_line(
            &json!({ "outcome": "conflicts", "count": count, "conflicts": conflicts }),
        );
    }
    for conflict in conflicts {
        let label = match (&conflict.layer, &conflict.item_id) {
            (Some(layer), Some(item)) => format!("  {layer}/{item}"),
            _ => String::new(),
        };
        let side = |value: &Option<serde_json::Value>| {
            value
                .as_ref()
                .map_or_else(|| "none".to_owned(), ToString::to_string)
        };
        println!("{}{label}  {}", conflict.key, conflict.part);
        println!("    ours:   {}", side(&conflict.ours));
        println!("    theirs: {}", side(&conflict.theirs));
    }
    if more > 0 {
        println!("and {more} more");
    }
    eprintln!(
        "strata: {count} conflicts, nothing was changed; --prefer ours|theirs settles them all"
    );
    Ok(())
}
