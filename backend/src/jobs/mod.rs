//! Background jobs, as their users see them.

mod cancel;
mod enqueue;
mod events;
mod get;
mod list;
mod logs;
mod view;

use api_types::access::Role;
use db::DatabaseConnection;
use job_queue::Job;
use uuid::Uuid;

pub use enqueue::{accepted, enqueue, enqueue_once, respond};
pub use view::view;

use crate::http::{Member, Policy, Routes};
use crate::problem::Problem;

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    routes
        .add(viewer, list::list_jobs)
        .add(viewer, get::get_job)
        .add(viewer, logs::list_job_logs)
        .add(viewer, events::follow_job)
        .add(Policy::Workspace(Role::Manager), cancel::cancel_job);
}

/// A job of the caller's workspace.
///
/// # Errors
/// `not_found`.
pub async fn find(
    database: &DatabaseConnection,
    member: &Member,
    job_id: Uuid,
) -> Result<Job, Problem> {
    job_queue::get(database, member.workspace_id, job_id)
        .await?
        .ok_or_else(|| Problem::not_found("job"))
}
