//! `strata gate`: asks the gates of a branch about a commit, and shows what they said.

use std::process::ExitCode;

use anyhow::{Context, Result};
use api_types::versioning::AskGates;
use client::Begun;
use db::environment::now;
use gates::GateRequest;
use ids::Hash;
use quality::gates::{GateReport, GateResult};
use serde_json::json;
use version_store::{RefKind, Repository};

use super::place::{PlaceArguments, ServerDataset};
use super::{print, server_job};
use crate::configuration::Environment;

/// Failures that are printed of each gate.
const SHOWN: usize = 10;

/// What can be done with gates.
#[derive(clap::Subcommand, Debug)]
pub enum GateCommand {
    /// Ask all gates of a branch whether it may move to a commit; exits with 1 if one says no
    Run(RunArguments),
    /// Show what gates said about a commit
    Show(ShowArguments),
    /// List the commits that gates were asked about
    List(ListArguments),
}

/// Which commit and which branch.
#[derive(clap::Args, Debug)]
pub struct RunArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The commit: a branch, tag, commit, or ref~n [default: where the branch is]
    at: Option<String>,
    /// The branch whose gates are asked
    #[arg(long, default_value = "main", value_name = "NAME")]
    branch: String,
}

/// Which commit.
#[derive(clap::Args, Debug)]
pub struct ShowArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The commit: a branch, tag, commit, or ref~n
    #[arg(default_value = "main")]
    at: String,
}

/// Which dataset.
#[derive(clap::Args, Debug)]
pub struct ListArguments {
    #[command(flatten)]
    place: PlaceArguments,
}

/// Does it.
///
/// # Errors
/// When the commit is unknown, nothing was said about it, a webhook may not be called, or the store fails.
pub async fn run(command: &GateCommand, environment: &Environment, json: bool) -> Result<ExitCode> {
    match command {
        GateCommand::Run(arguments) => ask(arguments, environment, json).await,
        GateCommand::Show(arguments) => {
            let repository = arguments.place.repository(environment).await?;
            let place = &arguments.place;
            let commit = place
                .resolve(environment, &repository, &arguments.at)
                .await?;
            let report = repository.gate_report(&commit).await?;
            let report = report.with_context(|| {
                format!(
                    "no gate was asked about {}; `strata gate run` asks",
                    commit.short()
                )
            })?;
            show(&report, &report.results, json)?;
            Ok(ExitCode::SUCCESS)
        }
        GateCommand::List(arguments) => {
            list(&arguments.place.repository(environment).await?, json).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn ask(arguments: &RunArguments, environment: &Environment, json: bool) -> Result<ExitCode> {
    let repository = arguments.place.repository(environment).await?;
    let branch = arguments.branch.as_str();
    let server = arguments.place.server_dataset(environment).await?;
    let old = match &server {
        Some(server) => {
            let refs = server.workspace().refs(&server.name).await?;
            let mut branches = refs.branches.into_iter();
            branches
                .find(|row| row.name == branch)
                .map(|row| row.commit)
        }
        None => repository.read_ref(RefKind::Branch, branch).await?,
    };
    let place = &arguments.place;
    let new = match (&arguments.at, old) {
        (Some(at), _) => place.resolve(environment, &repository, at).await?,
        (None, Some(head)) => head,
        (None, None) => anyhow::bail!("there is no branch {branch:?}; name a commit"),
    };
    let report = match &server {
        Some(server) => {
            ask_server(server, (branch, new), json).await?;
            let report = repository.gate_report(&new).await?;
            report.unwrap_or_else(|| GateReport::new(new))
        }
        None => {
            let request = GateRequest {
                branch,
                old,
                new,
                time_ms: now().timestamp_millis(),
            };
            gates::run(&repository, &request, environment.outbound.as_ref().into()).await?
        }
    };
    let protection = repository.protection().await?;
    let results: Vec<GateResult> = protection
        .gates_for(branch)
        .into_iter()
        .filter_map(|gate| report.result(gate, branch, old).cloned())
        .collect();
    show(&report, &results, json)?;
    if !json && results.is_empty() {
        println!("the branch {branch} asks for no gates; `strata protect` gives it some");
    }
    let has_passed = results.iter().all(|result| result.passed);
    Ok(if has_passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Has the server ask: the report is then in its store.
async fn ask_server(server: &ServerDataset, (branch, new): (&str, Hash), json: bool) -> Result<()> {
    let workspace = server.workspace();
    let wanted = AskGates {
        branch: branch.to_owned(),
        reference: new.to_string(),
    };
    if let Begun::Job(job) = workspace.ask_gates(&server.name, &wanted).await? {
        server_job::follow(&workspace, &job, json).await?;
    }
    Ok(())
}

fn show(report: &GateReport, results: &[GateResult], json: bool) -> Result<()> {
    if json {
        return print::json_line(&json!({
            "commit": report.commit,
            "passed": results.iter().all(|result| result.passed),
            "results": results,
        }));
    }
    for result in results {
        let verdict = if result.passed { "passed" } else { "failed" };
        println!("{verdict}  {}: {}", result.gate, result.message);
        let shown = if result.passed { 0 } else { SHOWN };
        for example in result.examples.iter().take(shown) {
            let keys = [&example.key, &example.other_key];
            let keys: Vec<&str> = keys.into_iter().flatten().map(String::as_str).collect();
            println!("    {}  {}", keys.join(", "), example.detail);
        }
    }
    Ok(())
}

async fn list(repository: &Repository, json: bool) -> Result<()> {
    let mut lines = Vec::new();
    for commit in repository.gated_commits().await? {
        let Some(report) = repository.gate_report(&commit).await? else {
            continue;
        };
        let passed = report.results.iter().filter(|result| result.passed).count();
        let failed = report.results.len() - passed;
        if json {
            lines.push(json!({ "commit": commit, "passed": passed, "failed": failed }));
        } else {
            println!("{}  {passed} passed, {failed} failed", commit.short());
        }
    }
    if json {
        return print::json_line(&lines);
    }
    Ok(())
}
