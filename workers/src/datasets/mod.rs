//! Jobs of the room of datasets.

pub(crate) mod import;
pub(crate) mod profile_version;
mod reading;
