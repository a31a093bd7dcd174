//! Upkeep of a workspace's store: checking it, collecting garbage, erasing samples for good.

mod begin;
mod check;
mod collect;
mod erase;
mod forget;
mod list_erasures;

use api_types::access::Role;

pub(crate) use forget::forget_what_was_erased;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let owner = Policy::Workspace(Role::Owner);
    routes
        .add(owner, check::check_store)
        .add(owner, collect::collect_garbage)
        .add(owner, erase::erase_samples)
        .add(
            Policy::Workspace(Role::Manager),
            list_erasures::list_erasures,
        );
}
