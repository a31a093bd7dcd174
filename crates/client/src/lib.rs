//! The door to a Strata server: its HTTP API from Rust.
//!
//! [`Client`] speaks for one API token; [`Client::workspace`] narrows it to one workspace, where
//! datasets, uploads, imports and jobs are. It follows no redirects, and every call ends within its
//! time limit.
//!
//! [`Outbound`] calls addresses of others, such as webhooks, that an operator has listed.

mod access;
mod address;
mod datasets;
mod error;
mod jobs;
mod outbound;
mod public_address;
mod rules;
mod transport;
mod upkeep;
mod uploads;
mod versioning;

pub use address::StoreAddress;
pub use datasets::Workspace;
pub use error::{Error, Result};
pub use jobs::Begun;
pub use outbound::{CallLimits, Outbound, OutboundAnswer, OutboundError};
pub use transport::Client;
pub use uploads::{LocalFile, UploadProgress};
