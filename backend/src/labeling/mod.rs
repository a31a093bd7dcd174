//! Projects and their tasks: leases, drafts, submitted answers.

mod answers;
mod change;
mod create_project;
mod facts;
mod get_project;
mod get_task;
mod leases;
mod list_projects;
mod list_tasks;
mod locked;
mod next;
mod people;
mod pick;
mod preview;
mod progress;
mod refusal;
mod release;
mod renew;
mod reopen;
mod save_draft;
mod skip;
mod submit;
mod task_events;
mod view;

use api_types::access::Role;

pub(crate) use answers::accepted_form;
pub(crate) use change::Change;
pub use facts::Memory;
pub(crate) use facts::{ProjectFacts, project, require_active, source, task};
pub(crate) use locked::LockedTask;
pub(crate) use people::people;
pub(crate) use pick::{Asker, next_to_review};
pub(crate) use refusal::require_none;
pub(crate) use view::{annotation_view, task_view};

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let annotator = Policy::Workspace(Role::Annotator);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(viewer, list_projects::list_projects)
        .add(manager, create_project::create_project)
        .add(manager, preview::preview_project)
        .add(viewer, get_project::get_project)
        .add(viewer, list_tasks::list_tasks)
        .add(annotator, next::next_task)
        .add(viewer, get_task::get_task)
        .add(annotator, renew::renew_lease)
        .add(annotator, save_draft::save_task_draft)
        .add(annotator, submit::submit_task)
        .add(annotator, skip::skip_task)
        .add(annotator, release::release_task)
        .add(manager, reopen::reopen_task)
        .add(viewer, task_events::list_task_events);
}
