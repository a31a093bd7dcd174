//! The loader: plan, prefetch, decode and batches of a version.
//!
//! [`Dataset::open`] pins a version and holds its samples and labels as columns; [`Dataset::loader`] chooses
//! samples and an order; [`Loader::iterate`] starts threads that read, check and decode ahead of the trainer
//! and hands out batches in the order that `streaming` defines. All calls block: a trainer is no async program.

mod batch;
mod batches;
mod cache;
mod columns;
mod crop;
mod cursor;
mod dataset;
mod error;
mod link;
mod loader;
mod mix;
mod part;
mod plan;
mod reader;
mod regions;
mod selection;
mod stream;
mod table;

pub use batch::{Batch, Picture, Skipped, Values};
pub use batches::Batches;
pub use cache::{CacheOptions, CacheReport};
pub use columns::{Decode, DecodeOptions};
pub use crop::{Crop, Resize};
pub use dataset::{Dataset, OpenOptions, Verify};
pub use error::{Error, Result};
pub use loader::{Loader, LoaderOptions};
pub use mix::{Mix, MixOptions};
pub use plan::{OnError, Worker};
pub use regions::{Numbers, RegionKind, Regions};
pub use stream::{Next, Prefetch};
pub use streaming::{EpochEnd, LoaderState, MixtureState, OrderSpec, Share, Shuffle};
pub use table::{LayerKind, ScalarType};
