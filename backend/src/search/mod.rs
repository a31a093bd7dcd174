//! Full-text search.

mod indexes;
mod search_samples;

use api_types::access::Role;

pub use indexes::Indexes;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    routes.add(
        Policy::Workspace(Role::Viewer),
        search_samples::search_samples,
    );
}
