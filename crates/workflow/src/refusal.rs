//! Why a transition is refused.

use crate::TaskState;

/// The reasons for which the state machine says no. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller holds no lease with this fencing number: it was given up, used, or passed to someone else.
    #[error("the lease on this task is no longer yours")]
    LeaseLost,
    /// The task is not in a state in which this can be done.
    #[error("the task is {0}, so this can't be done")]
    WrongState(TaskState),
    /// Everyone who is needed already has the task or has answered it.
    #[error("the task is already with as many people as it needs")]
    NoFreeSlot,
    /// This person has already answered or skipped the task.
    #[error("this person has already answered the task")]
    AlreadyAnswered,
    /// The task was returned to someone else, who still has time to redo it.
    #[error("the task was returned to the person who made it")]
    HeldForAnother,
    /// A reviewer may not judge their own answer.
    #[error("a reviewer can't review their own annotation")]
    OwnAnnotation,
    /// The answer named is not one of the task's present answers.
    #[error("the annotation is not among the present answers of the task")]
    NotPresent,
}
