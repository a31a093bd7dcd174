//! One file a table. The schema itself is in `migrations`.
#![allow(
    missing_docs,
    reason = "columns carry the names of the schema; what is not plain has a comment"
)]

pub mod annotation;
pub mod api_token;
pub mod assignment;
pub mod dataset;
pub mod draft;
pub mod erasure;
pub mod idempotency_key;
pub mod import_issue;
pub mod kinds;
pub mod member;
pub mod model;
pub mod model_version;
pub mod prediction;
pub mod project;
pub mod project_commit;
pub mod ref_row;
pub mod review;
pub mod session;
pub mod standard;
pub mod standard_version;
pub mod task;
pub mod task_event;
pub mod upload;
pub mod upload_file;
pub mod user;
pub mod workspace;

pub use kinds::{
    AssignmentKind, AssignmentState, Decision, ProjectState, RefKind, Role, TaskState, UploadState,
};
