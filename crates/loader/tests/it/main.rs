//! Loaders over real stores: a folder, and an S3 server that the tests start.

mod batches;
mod failures;
mod sources;
mod stores;
