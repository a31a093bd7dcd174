//! The loader: plan, prefetch, decode and batches of a version.
//!
//! [`Dataset::open`] pins a version and holds its samples and labels as columns; [`Dataset::loader`] chooses
//! samples and an order; [`Loader::iterate`] starts threads that read, check and decode ahead of the trainer
//! and hands out batches in the order that `streaming` defines. All calls block: a trainer is no async program.

mod batch;
mod columns;
mod dataset;
mod error;
mod link;
mod loader;
mod plan;
mod reader;
mod selection;
mod stream;
mod table;

pub use batch::{Batch, Picture, Values};
pub use columns::{Decode, DecodeOptions};
pub use dataset::{Dataset, OpenOptions, Verify};
pub use error::{Error, Result};
pub use loader::{Batches, Loader, LoaderOptions};
pub use plan::Worker;
pub use stream::{Next, Prefetch};
pub use streaming::{EpochEnd, LoaderState, OrderSpec, Share, Shuffle};
pub use table::{LayerKind, ScalarType};
