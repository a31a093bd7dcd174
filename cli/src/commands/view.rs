//! `strata view`: Parquet files of a version in its store, which DuckDB, Polars, Spark and Ray read.

use anyhow::Result;
use indicatif::HumanBytes;
use serde_json::json;

use super::place::PlaceArguments;
use super::print;
use crate::configuration::Environment;

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

/// Makes or shows views.
///
/// # Errors
/// When the version can't be read, has no views to show, or the store fails.
pub async fn run(command: &ViewCommand, environment: &Environment, json: bool) -> Result<()> {
    let (ViewCommand::Build(arguments) | ViewCommand::Show(arguments)) = command;
    let repository = arguments.place.repository(environment).await?;
    let commit = repository.resolve(&arguments.reference).await?;
    if let ViewCommand::Show(_) = command {
        let view = repository.view(&commit).await?.ok_or_else(|| {
            let short = commit.short();
            anyhow::anyhow!("{short} has no views; `strata view build` makes them")
        })?;
        return print::json_line(&view);
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
