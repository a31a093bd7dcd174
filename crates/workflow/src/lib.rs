//! The state machine of tasks, assignments and reviews: values in, decision out.
//!
//! A decision ([`label`], [`review`]) looks at a [`Task`] and answers an [`Event`] or a [`Refusal`].
//! [`Task::apply`] is the only place where a task changes, so a task is always the fold of its
//! events. The caller stores the changed rows and the event in one transaction, under a lock on the
//! task's row; a lease is only a hint, what counts is its fencing number at the time of that lock.
#![forbid(unsafe_code)]

mod event;
pub mod label;
mod refusal;
pub mod review;
mod settings;
mod task;

pub use event::{Event, Purpose};
pub use refusal::Refusal;
pub use settings::{SettingsError, WorkflowSettings};
pub use task::{Assignment, AssignmentState, Task, TaskState};
