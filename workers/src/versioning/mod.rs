//! Jobs of the room of versioning.

pub(crate) mod build_view;
pub(crate) mod mirror_ref;
