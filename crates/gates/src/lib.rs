//! Gates: streams a version past its checks, keeps what they say, and moves branches that may move.
//!
//! The decisions are pure and in `quality::gates`; the store holds rules and reports and refuses to
//! move a branch whose gates have not passed. Between them stands this engine: [`run`] asks gates
//! about a commit and writes the report, [`move_branch`] asks those that a branch needs and moves it.
#![forbid(unsafe_code)]

mod error;
mod looks;
mod pass;
mod run;
mod webhook;

pub use error::{Error, Result};
pub use run::{GateRequest, move_branch, run, run_required};
