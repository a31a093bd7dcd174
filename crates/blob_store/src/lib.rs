//! The door to object storage: one root over a folder, an S3 bucket or a Strata server.
//!
//! What every kind of root guarantees, and `tests/it` checks on each of them:
//! - a put is atomic: a reader sees the whole object or none, and on folders it is on disk (fsync);
//! - [`ObjectRoot::put_if_absent`] never overwrites, and writing the same bytes again is success;
//! - [`ObjectRoot::update`] replaces an object only if nobody replaced it since it was read;
//! - paths can't leave the root, whatever their text.

mod access;
mod error;
mod folder;
mod foreign;
mod path;
mod probe;
mod ranges;
mod root;
mod s3;
mod server;

pub use access::{RootKind, StoreAccess};
pub use error::{Error, Result};
pub use foreign::{Bucket, ForeignObject, Listed, Seen};
pub use probe::ConditionalPuts;
pub use root::{ObjectInfo, ObjectRoot, Version};
