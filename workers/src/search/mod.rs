//! Jobs of the room of search.

pub(crate) mod index_dataset;
