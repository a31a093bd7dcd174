//! Job runners, one folder per room.
//!
//! [`run`] claims jobs from the queues it is given, a bounded number at a time, and supervises each
//! attempt: it extends the lease while the attempt runs, stops it within a second when its cancel is
//! asked for, catches a panic, and has the queue try again later what may then succeed.
//!
//! Every job may be killed at any moment and run again from its start. Its effects are therefore
//! either content-addressed bytes, which are the same the second time, or rows written in one
//! transaction with the job's success (`Attempt::complete`).

mod apart;
mod asking;
mod attempt;
mod branch;
mod config;
mod context;
mod datasets;
mod dispatch;
mod failure;
mod labeling;
mod models;
mod runner;
mod search;
mod supervise;
mod upkeep;
mod upload;
mod versioning;

pub use config::WorkerConfig;
pub use context::{StartError, start_inference};
pub use runner::run;
