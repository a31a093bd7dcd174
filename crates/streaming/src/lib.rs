//! The order of an epoch: pure functions from position to sample.
//!
//! The order is a function of (version, query, seed, epoch) alone. Ranks, threads, batch sizes and restarts
//! only choose which positions are looked at. To resume is to remember one integer.
#![forbid(unsafe_code)]

mod batches;
mod mix;
mod mixture;
mod order;
mod permutation;
mod state;

pub use batches::{BatchPlan, EpochEnd, PlanError, Share};
pub use mix::Draws;
pub use mixture::{BLOCK, Drawn, Mixture, MixtureCache, WeightError};
pub use order::{BlockCache, EpochOrder, OrderSpec, Row, Shuffle};
pub use permutation::Permutation;
pub use state::{LoaderState, MixtureState, STATE_FORMAT, StateMismatch};
