//! Reviews of submitted answers, and the commit of what was accepted.

use annotation::AnnotationResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflow::TaskState;

use crate::labeling::{AnnotationView, TaskView};

/// A task to be reviewed, with its present answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewTaskView {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// Its present answers, oldest first.
    pub annotations: Vec<AnnotationView>,
}

/// What a reviewer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// The answer stands.
    Accept,
    /// The answer goes back to the person who made it; needs a comment.
    Reject,
    /// The reviewer's correction stands; needs a result.
    Fix,
}

/// A decision on one answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRequest {
    /// The fencing number of the review lease.
    pub fence: u64,
    /// The answer.
    pub annotation_id: Uuid,
    /// What is decided.
    pub decision: ReviewDecision,
    /// Why; the annotator reads it.
    #[serde(default)]
    pub comment: Option<String>,
    /// The correction.
    #[serde(default)]
    pub result: Option<AnnotationResult>,
}

/// A stored decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewOutcome {
    /// The review.
    pub review_id: Uuid,
    /// The answer that stands for the task now.
    pub annotation_id: Option<Uuid>,
    /// Where the task stands now.
    pub task_state: TaskState,
}

/// What was accepted becomes a commit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitAccepted {
    /// The branch that moves.
    pub branch: String,
    /// The commit message; one that names the project when not given.
    #[serde(default)]
    pub message: Option<String>,
}
