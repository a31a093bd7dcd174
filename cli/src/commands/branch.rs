//! `strata branch`: list, make or delete branches.

use anyhow::Result;
use version_store::RefKind;

use super::place::PlaceArguments;
use super::server_refs::{self, ServerRef};
use super::tag::{RefRequest, change_ref, list_refs};
use crate::configuration::Environment;

/// Without a name, lists branches.
#[derive(clap::Args, Debug)]
pub struct BranchArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The branch to make or delete
    name: Option<String>,
    /// Where it begins: a branch, tag, commit, or ref~n
    #[arg(default_value = "main", value_name = "FROM")]
    from: String,
    /// Delete the branch
    #[arg(short, long, requires = "name")]
    delete: bool,
    /// Who does it, as in "Ann <ann@example.org>"
    #[arg(long, default_value = "strata", value_name = "NAME")]
    author: String,
}

/// Does it.
///
/// # Errors
/// When the branch is there already, or is not there to be deleted, or the store fails.
pub async fn run(arguments: &BranchArguments, environment: &Environment, json: bool) -> Result<()> {
    let target = (!arguments.delete).then_some(arguments.from.as_str());
    if let Some(server) = arguments.place.server_dataset(environment).await? {
        let request = ServerRef {
            kind: RefKind::Branch,
            name: arguments.name.as_deref(),
            target,
        };
        return server_refs::change(&server, &request, json).await;
    }
    let repository = arguments.place.repository(environment).await?;
    let Some(name) = &arguments.name else {
        return list_refs(&repository, RefKind::Branch, json).await;
    };
    let request = RefRequest {
        kind: RefKind::Branch,
        name,
        target,
        author: &arguments.author,
        outbound: environment.outbound.as_ref(),
    };
    change_ref(&repository, &request, json).await
}
