//! Jobs of the room of upkeep: what is done to a workspace's store as a whole.

pub(crate) mod check_store;
pub(crate) mod collect_garbage;
pub(crate) mod erase_samples;
