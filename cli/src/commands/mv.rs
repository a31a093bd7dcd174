//! `strata mv`: gives a folder of samples another name.

use anyhow::{Context, Result};
use api_types::versioning::MoveFolder;
use db::environment::now;
use ids::Hash;
use serde_json::json;
use version_store::{Changes, CommitRequest, Lineage, RefKind, RefMove};

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

/// Moves a folder: every sample in it, with its labels and where those come from.
#[derive(clap::Args, Debug)]
pub struct MvArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The folder, as samples' keys begin: `train/cats/`
    #[arg(value_name = "OLD")]
    old: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    new: String,
    /// The branch to move it on
    #[arg(long, default_value = "main", value_name = "NAME")]
    branch: String,
    /// Commit message [default: move OLD to NEW]
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Who moves it, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// Commits the move and moves the branch.
///
/// # Errors
/// When there is no such folder, something stands where it goes, someone else moved the branch
/// meanwhile, or the store fails.
pub async fn run(arguments: &MvArguments, environment: &Environment, json: bool) -> Result<()> {
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let wanted = MoveFolder {
            branch: arguments.branch.clone(),
            from: arguments.old.clone(),
            to: arguments.new.clone(),
            message: arguments.message.clone(),
        };
        let made = server
            .workspace()
            .move_folder(&server.name, &wanted)
            .await?;
        return show(&made.branch, &made.commit, json);
    }
    let repository = arguments.place.repository(environment).await?;
    let (branch, author) = (&arguments.branch, &arguments.author);
    let head = repository.read_ref(RefKind::Branch, branch).await?;
    let head = head.with_context(|| format!("there is no branch {branch:?}"))?;
    let time_ms = now().timestamp_millis();
    let mut changes = Changes::new();
    changes.move_folder(&arguments.old, &arguments.new)?;
    let message = arguments.message.clone();
    let usual = || format!("move {} to {}", arguments.old, arguments.new);
    let request = CommitRequest {
        parents: vec![head],
        changes,
        author: author.clone(),
        message: message.unwrap_or_else(usual),
        time_ms,
        lineage: Lineage::default(),
    };
    let commit = repository.commit(request).await?.commit;
    let moving = RefMove {
        kind: RefKind::Branch,
        name: branch,
        old: Some(head),
        new: Some(commit),
        by: author,
        cause: "move a folder",
        time_ms,
    };
    gates::move_branch(&repository, &moving, environment.outbound.as_ref()).await?;
    show(branch, &commit, json)
}

fn show(branch: &str, commit: &Hash, json: bool) -> Result<()> {
    if json {
        return print::json_line(&json!({ "branch": branch, "commit": commit }));
    }
    println!("{branch} is at {}", commit.short());
    Ok(())
}
