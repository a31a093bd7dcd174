//! `strata view`: Parquet files of a version in its store, which DuckDB, Polars, Spark and Ray read.

use std::time::Duration;

use anyhow::Result;
use api_types::versioning::BuildViews;
use ids::Hash;
use indicatif::HumanBytes;
use serde_json::json;

use super::place::{PlaceArguments, ServerDataset};
use super::print;
use crate::configuration::Environment;

/// How long a server may take to make views: as long as it lets a job run.
const JOB_LIMIT: Duration = Duration::from_secs(12 * 3600);

/// Makes and shows views of versions.
#[derive(clap::Subcommand, Debug)]
pub enum ViewCommand {
    /// Make the Parquet views of a version; only ranges that changed are written
    Build(ViewArguments),
    /// Print the manifest of the views of a version
    Show(ViewArguments),
}

/// Which version.
#[derive(clap::Args, Debug)]
pub struct ViewArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// A branch, tag, commit, or ref~n
    #[arg(long = "ref", default_value = "main", value_name = "REF")]
    reference: String,
}

/// Lets a job of the server make the views of a version; files written.
///
/// # Errors
/// When the server refuses or can't be reached, or the job fails.
pub(super) async fn build_on_server(server: &ServerDataset, commit: &Hash) -> Result<u64> {
    let workspace = server.workspace();
    let wanted = BuildViews {
        reference: commit.to_string(),
    };
    let job = workspace.build_views(&server.name, &wanted).await?;
    let ended = workspace
        .wait_for_job(&job.id.to_string(), JOB_LIMIT, |_| {})
        .await?;
    let result = ended.result.unwrap_or_default();
    Ok(result["files_written"].as_u64().unwrap_or(0))
}

/// Makes or shows views.
///
/// # Errors
/// When the version can't be read, has no views to show, or the store fails.
pub async fn run(command: &ViewCommand, environment: &Environment, json: bool) -> Result<()> {
    let (ViewCommand::Build(arguments) | ViewCommand::Show(arguments)) = command;
    let repository = arguments.place.repository(environment).await?;
    let place = &arguments.place;
    let commit = place
        .resolve(environment, &repository, &arguments.reference)
        .await?;
    if let ViewCommand::Show(_) = command {
        let view = repository.view(&commit).await?.ok_or_else(|| {
            let short = commit.short();
            anyhow::anyhow!("{short} has no views; `strata view build` makes them")
        })?;
        return print::json_line(&view);
    }
    if let Some(server) = place.server_dataset(environment).await? {
        let files_written = build_on_server(&server, &commit).await?;
        let files = repository
            .view(&commit)
            .await?
            .map_or(0, |view| view.files.len());
        if json {
            return print::json_line(&json!({
                "commit": commit, "files": files, "files_written": files_written,
            }));
        }
        println!(
            "{files} files show {}; {files_written} written",
            commit.short()
        );
        return Ok(());
    }
    let version = repository.version(&commit).await?;
    let built = views::build(&version, views::LEVEL).await?;
    let files = built.manifest.files.len();
    if json {
        return print::json_line(&json!({
            "commit": commit,
            "files": files,
            "files_written": built.files_written,
            "bytes_written": built.bytes_written,
            "paths": built.manifest.files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        }));
    }
    println!(
        "{files} files show {}; {} written ({})",
        commit.short(),
        built.files_written,
        HumanBytes(built.bytes_written)
    );
    Ok(())
}
