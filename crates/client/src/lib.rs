//! The door to a Strata server: its HTTP API from Rust.
//!
//! [`Client`] speaks for one API token; [`Client::workspace`] narrows it to one workspace, where
//! datasets, uploads, imports and jobs are. There is one outbound HTTP client behind all calls: it
//! follows no redirects, and every call ends within its time limit.

mod access;
mod address;
mod datasets;
mod error;
mod jobs;
mod transport;
mod uploads;

pub use address::StoreAddress;
pub use datasets::Workspace;
pub use error::{Error, Result};
pub use transport::Client;
pub use uploads::{LocalFile, UploadProgress};
