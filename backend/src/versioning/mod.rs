//! History: refs, commits, differences, statistics, export.

mod commits;
mod diff;
mod export;
mod refs;
mod statistics;

use api_types::ErrorCode;
use api_types::access::Role;

use crate::http::{Policy, Routes};
use crate::problem::Problem;

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(viewer, refs::list_refs)
        .add(manager, refs::create_branch)
        .add(manager, refs::delete_branch)
        .add(manager, refs::create_tag)
        .add(viewer, commits::list_commits)
        .add(viewer, commits::get_commit)
        .add(viewer, diff::get_diff)
        .add(viewer, statistics::get_statistics)
        .add(viewer, export::export_version);
}

/// Refuses a text that can't name a branch.
///
/// # Errors
/// `invalid_name`.
pub fn require_branch_name(name: &str) -> Result<(), Problem> {
    version_store::check_ref_name("branch", name)
        .map_err(|error| Problem::new(ErrorCode::InvalidName, error.to_string()).at("/branch"))
}
