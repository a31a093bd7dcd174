//! Wire shapes of the HTTP API, one file a room, and the one table of error codes.
#![forbid(unsafe_code)]

pub mod access;
pub mod datasets;
pub mod error_code;
pub mod jobs;
pub mod labeling;
pub mod models;
pub mod page;
pub mod problem;
pub mod report_code;
pub mod review;
pub mod search;
pub mod standards;
pub mod streaming;
pub mod upkeep;
pub mod versioning;

pub use error_code::ErrorCode;
pub use page::Page;
pub use problem::ProblemDetails;
pub use report_code::{REPORT_CODES, ReportCode};
