//! Models: registered with their manifest, and run over projects as a job.

mod form;
mod list;
mod prelabel;
mod register;

use api_types::access::Role;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(viewer, list::list_models)
        .add(manager, register::register_model)
        .add(manager, prelabel::prelabel_project);
}
