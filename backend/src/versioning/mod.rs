//! History: refs, commits, differences, merges, splits, lineage, statistics, views, export.

mod apart;
mod blame;
mod branches;
mod commits;
mod compare;
mod diff;
mod diff_samples;
mod edit;
mod export;
mod folders;
mod gates;
mod graph;
mod guard;
mod joined;
mod landing;
mod merge;
mod named;
mod preview;
mod protection;
mod refs;
mod revert;
mod settle;
mod split;
mod statistics;
mod views;

use api_types::ErrorCode;
use api_types::access::Role;

use crate::http::{Policy, Routes};
use crate::problem::Problem;

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let manager = Policy::Workspace(Role::Manager);
    let owner = Policy::Workspace(Role::Owner);
    routes
        .add(viewer, refs::list_refs)
        .add(manager, refs::create_branch)
        .add(viewer, branches::get_branch)
        .add(manager, branches::move_branch)
        .add(manager, refs::delete_branch)
        .add(manager, branches::rename_branch)
        .add(manager, refs::create_tag)
        .add(manager, refs::delete_tag)
        .add(viewer, graph::get_graph)
        .add(viewer, commits::list_commits)
        .add(viewer, commits::get_commit)
        .add(viewer, compare::compare_versions)
        .add(viewer, diff::get_diff)
        .add(viewer, diff_samples::list_sample_diffs)
        .add(viewer, merge::preview_merge)
        .add(manager, merge::create_merge)
        .add(viewer, revert::preview_revert)
        .add(manager, revert::create_revert)
        .add(viewer, blame::get_blame)
        .add(viewer, protection::get_protection)
        .add(owner, protection::save_protection)
        .add(viewer, gates::get_gate_report)
        .add(manager, gates::ask_gates)
        .add(viewer, split::get_split_rule)
        .add(manager, split::set_split_rule)
        .add(manager, folders::move_folder)
        .add(manager, views::build_views)
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
