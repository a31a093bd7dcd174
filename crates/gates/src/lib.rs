//! Gates: streams a version past its checks, keeps what they say, and moves branches that may move.
//!
//! The decisions are pure and in `quality::gates`; the store holds rules and reports and refuses to
//! move a branch whose gates have not passed. Between them stands this engine: [`run`] asks gates
//! about a commit and writes the report, [`move_branch`] asks those that a branch needs and moves it,
//! [`join`] merges or reverts and asks those that the branch then needs.
#![forbid(unsafe_code)]

mod error;
mod join;
mod looks;
mod pass;
mod progress;
mod run;
mod webhook;

pub use error::{Error, Result};
pub use join::{Join, JoinRequest, Joined, join};
pub use progress::Progress;
pub use run::{GateRequest, Means, may_move, move_branch, run};
