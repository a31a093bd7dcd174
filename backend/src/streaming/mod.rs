//! The version store over HTTP, read-only: what a trainer without access to the bucket streams from.

mod list;
mod objects;

use api_types::access::Role;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    routes
        .add(viewer, list::list_objects)
        .add(viewer, objects::get_object);
}
