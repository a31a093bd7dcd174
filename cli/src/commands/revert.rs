//! `strata revert`: undoes a commit with a new commit.

use std::process::ExitCode;

use anyhow::{Context, Result};
use db::environment::now;
use version_store::{RefKind, RevertRequest};

use super::merge::{Side, Target, conclude, settle};
use super::place::PlaceArguments;
use super::server_refs::{self, ServerMerge};
use crate::configuration::Environment;

/// Takes back what a commit changed, on top of a branch.
#[derive(clap::Args, Debug)]
pub struct RevertArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The commit to undo: a branch, tag, commit, or ref~n
    commit: String,
    /// The branch that gets the new commit
    #[arg(long, default_value = "main", value_name = "NAME")]
    branch: String,
    /// Which side wins where a later commit changed the same thing; ours is the branch as it is
    #[arg(long, value_enum, value_name = "SIDE")]
    prefer: Option<Side>,
    /// Commit message [default: revert "MESSAGE"]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Who reverts, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// Reverts and moves the branch.
///
/// # Errors
/// When the commit is a first one, someone else moved the branch meanwhile, or the store fails.
pub async fn run(
    arguments: &RevertArguments,
    environment: &Environment,
    json: bool,
) -> Result<ExitCode> {
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let wanted = ServerMerge {
            branch: &arguments.branch,
            what: &arguments.commit,
            prefer: arguments.prefer,
            message: arguments.message.as_deref(),
        };
        return server_refs::revert(&server, &wanted, json).await;
    }
    let repository = arguments.place.repository(environment).await?;
    let commit = repository.resolve(&arguments.commit).await?;
    let branch = &arguments.branch;
    let onto = repository.read_ref(RefKind::Branch, branch).await?;
    let onto = onto.with_context(|| format!("there is no branch {branch:?}"))?;
    let time_ms = now().timestamp_millis();
    let message = match &arguments.message {
        Some(message) => message.clone(),
        None => {
            let undone = repository.store().commit(&commit).await?.message;
            format!(
                "revert \"{}\"\n\nThis undoes commit {commit}.",
                undone.lines().next().unwrap_or_default()
            )
        }
    };
    let request = RevertRequest {
        onto,
        settle: settle(arguments.prefer),
        author: arguments.author.clone(),
        message,
        time_ms,
    };
    let outcome = repository.revert(&commit, request).await?;
    let target = Target {
        branch,
        old: onto,
        author: &arguments.author,
        cause: "revert",
        time_ms,
        outbound: environment.outbound.as_ref(),
    };
    conclude(&repository, outcome, &target, json).await
}
