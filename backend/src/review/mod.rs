//! Review of submitted answers, and the commit of what was accepted.

mod commit;
mod decide;
mod next;

use api_types::access::Role;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let reviewer = Policy::Workspace(Role::Reviewer);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(reviewer, next::next_review)
        .add(reviewer, decide::review_task)
        .add(manager, commit::commit_accepted);
}
