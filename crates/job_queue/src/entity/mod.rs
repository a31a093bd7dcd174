//! The queue's two tables. The schema itself is in `migrations`.
#![allow(
    missing_docs,
    reason = "columns carry the names of the schema; what is not plain has a comment"
)]

pub mod job;
pub mod job_log;
