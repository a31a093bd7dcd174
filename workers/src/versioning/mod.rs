//! Jobs of the room of versioning.

pub(crate) mod mirror_ref;
