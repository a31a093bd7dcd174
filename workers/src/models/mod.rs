//! Jobs of the room of models.

mod pictures;
pub(crate) mod prelabel;
