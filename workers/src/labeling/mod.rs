//! Jobs of the room of labeling.

mod accepted;
pub(crate) mod commit_annotations;
mod gathered;
pub(crate) mod generate_tasks;
mod label_rows;
