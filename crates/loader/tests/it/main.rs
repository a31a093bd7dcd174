//! Loaders over real stores: a folder, and an S3 server that the tests start.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod batches;
mod caches;
mod failures;
mod mixtures;
mod sources;
mod stores;
