//! The queue of background jobs: two tables, the same on SQLite and PostgreSQL.
//!
//! A job is enqueued in the transaction of its cause. A worker claims it for a time (a lease) and
//! says that it lives (a heartbeat); a lease that ran out is claimed again. A worker that lost its
//! lease is told so by every call, and its outcome is refused: `attempts` is the fencing number.
//! Jobs may therefore run more than once and have to be written so that this does no harm.

mod claim;
mod enqueue;
pub mod entity;
mod finish;
mod read;
mod run;

pub use claim::claim;
pub use enqueue::{NewJob, enqueue};
pub use entity::job::{JobState, Model as Job};
pub use entity::job_log::Model as JobLog;
pub use finish::{JobError, Outcome, backoff, complete, fail};
pub use read::{get, list, logs, under_way};
pub use run::{Alive, cancel, heartbeat, log, progress};
