//! `strata tag`: list, make or delete tags; also what branches and tags share.

use anyhow::{Result, bail};
use client::Outbound;
use db::environment::now;
use serde_json::json;
use version_store::{RefKind, RefMove, Repository};

use super::place::PlaceArguments;
use super::print;
use super::server_refs::{self, ServerRef};
use crate::configuration::Environment;

/// Without a name, lists tags.
#[derive(clap::Args, Debug)]
pub struct TagArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The tag to make or delete
    name: Option<String>,
    /// What it names: a branch, tag, commit, or ref~n
    #[arg(default_value = "main", value_name = "AT")]
    at: String,
    /// Delete the tag
    #[arg(short, long, requires = "name")]
    delete: bool,
    /// Who does it, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// Does it.
///
/// # Errors
/// When the tag is there already, or is not there to be deleted, or the store fails.
pub async fn run(arguments: &TagArguments, environment: &Environment, json: bool) -> Result<()> {
    let target = (!arguments.delete).then_some(arguments.at.as_str());
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let request = ServerRef {
            kind: RefKind::Tag,
            name: arguments.name.as_deref(),
            target,
        };
        return server_refs::change(&server, &request, json).await;
    }
    let repository = arguments.place.repository(environment).await?;
    let Some(name) = &arguments.name else {
        return list_refs(&repository, RefKind::Tag, json).await;
    };
    let request = RefRequest {
        kind: RefKind::Tag,
        name,
        target,
        author: &arguments.author,
        outbound: environment.outbound.as_ref(),
    };
    change_ref(&repository, &request, json).await
}

/// A ref to make, or to delete when it has no target.
pub struct RefRequest<'a> {
    /// Branch or tag.
    pub kind: RefKind,
    /// Its name.
    pub name: &'a str,
    /// What it will name.
    pub target: Option<&'a str>,
    /// Who does it.
    pub author: &'a str,
    /// Who asks a branch's webhooks.
    pub outbound: Option<&'a Outbound>,
}

/// Prints the refs of a kind.
///
/// # Errors
/// When they can't be read.
pub async fn list_refs(repository: &Repository, kind: RefKind, json: bool) -> Result<()> {
    let mut refs = repository.refs().await?;
    refs.retain(|reference| reference.kind == kind);
    if json {
        return print::json_line(&refs);
    }
    for reference in refs {
        println!("{}  {}", reference.commit.short(), reference.name);
    }
    Ok(())
}

/// Makes or deletes a ref.
///
/// # Errors
/// When it is there already, or is not there to be deleted, or the store fails.
pub async fn change_ref(
    repository: &Repository,
    request: &RefRequest<'_>,
    json: bool,
) -> Result<()> {
    let RefRequest {
        kind,
        name,
        target,
        author,
        outbound,
    } = *request;
    let old = repository.read_ref(kind, name).await?;
    let new = match target {
        Some(target) => Some(repository.resolve(target).await?),
        None => None,
    };
    match (old, new) {
        (Some(old), Some(_)) => bail!(
            "the {} {name:?} is there already, at {}",
            kind.name(),
            old.short()
        ),
        (None, None) => bail!("there is no {} {name:?}", kind.name()),
        _ => {}
    }
    let time_ms = now().timestamp_millis();
    let cause = if new.is_some() { "create" } else { "delete" };
    let moving = RefMove {
        kind,
        name,
        old,
        new,
        by: author,
        cause,
        time_ms,
    };
    gates::move_branch(repository, &moving, outbound).await?;
    if json {
        return print::json_line(&json!({ "kind": kind, "name": name, "commit": new }));
    }
    match new {
        Some(commit) => println!("{} {name} is at {}", kind.name(), commit.short()),
        None => println!("{} {name} is deleted", kind.name()),
    }
    Ok(())
}
