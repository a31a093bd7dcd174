//! Events: what happened to a task, in the order in which it happened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a lease is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To answer the task.
    Label,
    /// To judge its answers.
    Review,
}

impl Purpose {
    /// The name used in rows and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Review => "review",
        }
    }
}

/// One thing that happened to a task. The task is the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Someone took the task.
    Leased {
        /// The new assignment.
        assignment: Uuid,
        /// Who took it.
        user: Uuid,
        /// What for.
        purpose: Purpose,
        /// The fencing number of the lease.
        fence: u64,
        /// When it ends unless renewed, in milliseconds since 1970.
        expires_at_ms: i64,
    },
    /// An answer came in.
    Submitted {
        /// The assignment it ends.
        assignment: Uuid,
        /// The answer.
        annotation: Uuid,
        /// The answer that stands for the task from now on.
        current: Uuid,
    },
    /// The annotator would rather not answer.
    Skipped {
        /// The assignment it ends.
        assignment: Uuid,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The task was given back unanswered.
    Released {
        /// The assignment it ends.
        assignment: Uuid,
    },
    /// The lease ran out and was reclaimed.
    Expired {
        /// The assignment it ends.
        assignment: Uuid,
    },
    /// A reviewer accepted an answer.
    Accepted {
        /// The review assignment it ends.
        assignment: Uuid,
        /// The accepted answer.
        annotation: Uuid,
    },
    /// A reviewer sent an answer back.
    Rejected {
        /// The review assignment it ends.
        assignment: Uuid,
        /// The rejected answer.
        annotation: Uuid,
        /// The assignment under which that answer was made.
        answered_under: Uuid,
        /// Who is asked to redo it.
        returned_to: Uuid,
        /// When the hold for that person ends, in milliseconds since 1970.
        held_until_ms: i64,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// A reviewer corrected an answer and accepted the correction.
    Fixed {
        /// The review assignment it ends.
        assignment: Uuid,
        /// The answer that was corrected.
        annotation: Uuid,
        /// The correction, which now stands for the task.
        fixed: Uuid,
    },
    /// A manager put a finished task back to work.
    Reopened {
        /// How many answers are wanted now.
        slots: u32,
    },
}

impl Event {
    /// The name of the kind, as in rows and on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Leased { .. } => "leased",
            Self::Submitted { .. } => "submitted",
            Self::Skipped { .. } => "skipped",
            Self::Released { .. } => "released",
            Self::Expired { .. } => "expired",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Fixed { .. } => "fixed",
            Self::Reopened { .. } => "reopened",
        }
    }
}
