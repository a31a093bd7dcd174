//! The service over HTTP, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test stops at the first surprise, and tells one story from start to end"
)]

#[path = "it/access.rs"]
mod access;
#[path = "it/app.rs"]
mod app;
#[path = "it/codes.rs"]
mod codes;
#[path = "it/datasets.rs"]
mod datasets;
#[path = "it/documents.rs"]
mod documents;
#[path = "it/jobs.rs"]
mod jobs;
#[path = "it/labeling.rs"]
mod labeling;
#[path = "it/long_moves.rs"]
mod long_moves;
#[path = "it/merging.rs"]
mod merging;
#[path = "it/parting.rs"]
mod parting;
#[path = "it/races.rs"]
mod races;
#[path = "it/refusals.rs"]
mod refusals;
#[path = "it/rules.rs"]
mod rules;
#[path = "it/standards.rs"]
mod standards;
#[path = "it/upkeep.rs"]
mod upkeep;
#[path = "it/versioning.rs"]
mod versioning;
#[path = "it/walk.rs"]
mod walk;
#[path = "it/work.rs"]
mod work;
