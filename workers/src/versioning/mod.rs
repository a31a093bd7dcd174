//! Jobs of the room of versioning.

pub(crate) mod ask_gates;
pub(crate) mod build_view;
pub(crate) mod join;
pub(crate) mod mirror_ref;
