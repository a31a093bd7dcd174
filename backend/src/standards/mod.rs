//! Label standards: drafts, published versions, their differences.

mod create;
mod diff;
mod generate;
mod get;
mod list;
mod publish;
mod rows;
mod save_draft;
mod version;

use api_types::access::Role;

pub(crate) use rows::require_name;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(viewer, list::list_standards)
        .add(manager, create::create_standard)
        .add(manager, generate::generate_standard)
        .add(viewer, get::get_standard)
        .add(manager, save_draft::save_standard_draft)
        .add(manager, publish::publish_standard)
        .add(viewer, version::get_standard_version)
        .add(viewer, diff::diff_standard);
}
