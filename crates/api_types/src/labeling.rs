//! Projects, tasks, leases, drafts and submitted answers.

use std::collections::BTreeMap;

use annotation::AnnotationResult;
use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use standard::StandardContent;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workflow::{Purpose, TaskState, WorkflowSettings};

use crate::access::UserView;
use crate::datasets::SampleView;
use crate::jobs::JobView;

/// A new project. Its tasks are made by a job.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Its name, unique in the workspace.
    pub name: String,
    /// The dataset's name.
    pub dataset: String,
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Which samples become tasks; empty for all.
    #[serde(default)]
    pub query: String,
    /// The published standard to label under.
    pub standard_version_id: Uuid,
    /// How the work is done.
    #[serde(default)]
    pub workflow: WorkflowSettings,
}

/// Which samples would become tasks?
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewProject {
    /// The dataset's name.
    pub dataset: String,
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Which samples; empty for all.
    #[serde(default)]
    pub query: String,
}

/// The samples that would become tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectPreview {
    /// How many.
    pub count: u64,
    /// The first 24.
    pub samples: Vec<SampleView>,
}

/// How far a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectState {
    /// Its tasks are being made.
    Generating,
    /// Tasks are handed out.
    Active,
    /// No more work is handed out.
    Closed,
}

/// How many tasks stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskCounts {
    /// All tasks.
    pub total: u64,
    /// Those that want answers, held by someone or not.
    pub open: u64,
    /// Leases held now.
    pub leased: u64,
    /// Those that wait for a reviewer.
    pub in_review: u64,
    /// Those with an answer that stands.
    pub accepted: u64,
    /// Those nobody could answer.
    pub skipped: u64,
    /// Those sent back by a reviewer, among the open ones.
    pub returned: u64,
}

/// What one person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnnotatorProgress {
    /// Who.
    pub user: UserView,
    /// Answers submitted.
    pub submitted: u64,
    /// Of those, how many were accepted by a reviewer, as they were or corrected.
    pub accepted: u64,
    /// Of those, how many were sent back.
    pub rejected: u64,
}

/// How far the answers to one task agree, over all tasks with several answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    /// Tasks with several answers.
    pub tasks: u64,
    /// Mean agreement of pairs of answers in `[0, 1]`: same classes, or boxes by overlap.
    pub mean: f64,
    /// Krippendorff's alpha of the classes (nominal); null where it is not defined.
    pub krippendorff_alpha: Option<f64>,
}

/// Where a project stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectProgress {
    /// How many tasks stand where.
    #[serde(flatten)]
    pub counts: TaskCounts,
    /// Items of each class in the accepted answers.
    pub by_class: BTreeMap<String, u64>,
    /// What each person did.
    pub by_annotator: Vec<AnnotatorProgress>,
    /// How far people agree; null unless the workflow asks for several answers.
    pub agreement: Option<Agreement>,
}

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectSummary {
    /// The project.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The dataset's name.
    pub dataset: String,
    /// The ref it was made from, as given.
    pub source_ref: String,
    /// The version it was made from.
    pub source_commit: Hash,
    /// Which samples became tasks.
    pub query: String,
    /// The standard it is labelled under.
    pub standard_version_id: Uuid,
    /// How the work is done.
    pub workflow: WorkflowSettings,
    /// How far it is.
    pub state: ProjectState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How many tasks stand where.
    pub counts: TaskCounts,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectView {
    /// Which it is.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// Where it stands.
    pub progress: ProjectProgress,
    /// The job that makes its tasks, until that has ended well.
    pub generating_job: Option<JobView>,
}

/// Which task is next.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NextQuery {
    /// Ids of tasks that the caller holds and does not want again, separated by commas: the answer is another one, so
    /// that it can be made ready while these are worked on. At most 16.
    #[serde(default)]
    pub besides: Option<String>,
}

/// Which tasks.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TasksQuery {
    /// Only tasks in this state.
    #[serde(default)]
    #[param(inline)]
    pub state: Option<TaskState>,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A task in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskSummary {
    /// The task.
    pub id: Uuid,
    /// Its place in the project, from 1.
    pub seq: u32,
    /// Its sample.
    pub sample_key: String,
    /// Where it stands.
    pub state: TaskState,
    /// Whether a reviewer sent it back.
    pub returned: bool,
    /// Who holds it now.
    pub held_by: Vec<UserView>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignmentView {
    /// Send it with everything done under the lease.
    pub fence: u64,
    /// When it ends unless renewed.
    pub expires_at: DateTime<Utc>,
    /// What for.
    #[schema(inline)]
    pub kind: Purpose,
}

/// An autosaved answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DraftView {
    /// Grows with each save.
    pub revision: u32,
    /// The answer so far.
    pub result: AnnotationResult,
}

/// What a model says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PredictionView {
    /// The prediction.
    pub id: Uuid,
    /// The model's name.
    pub model_name: String,
    /// The model version.
    pub model_version_id: Uuid,
    /// Its confidence in `[0, 1]`.
    pub score: f64,
    /// What it says.
    pub result: AnnotationResult,
}

/// A submitted answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnnotationView {
    /// The annotation.
    pub id: Uuid,
    /// Who made it.
    pub user: UserView,
    /// What it says.
    pub result: AnnotationResult,
    /// The prediction it began with.
    pub prediction_id: Option<Uuid>,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
}

/// The caller's own answer that was sent back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PreviousView {
    /// The answer.
    pub annotation: AnnotationView,
    /// What the reviewer wrote.
    pub review_comment: String,
}

/// The standard a task is labelled under.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskStandard {
    /// The version.
    pub version_id: Uuid,
    /// The hash of its content.
    pub hash: Hash,
    /// What it says.
    pub content: StandardContent,
}

/// Everything that is needed to work on a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskView {
    /// The task.
    pub id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// Its place in the project, from 1.
    pub seq: u32,
    /// Where it stands.
    pub state: TaskState,
    /// The dataset's name: media are under it, at `source_commit`.
    pub dataset: String,
    /// The version the sample is read from.
    pub source_commit: Hash,
    /// What is to be labelled.
    pub sample: SampleView,
    /// How.
    pub standard: TaskStandard,
    /// The caller's lease; null when they hold none.
    pub assignment: Option<AssignmentView>,
    /// The caller's draft.
    pub draft: Option<DraftView>,
    /// What models say.
    pub predictions: Vec<PredictionView>,
    /// The caller's answer that was sent back.
    pub previous: Option<PreviousView>,
}

/// Which lease.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FenceRequest {
    /// The fencing number of the lease.
    pub fence: u64,
}

/// A draft to save.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    /// The fencing number of the lease.
    pub fence: u64,
    /// The revision this one follows: 0 for the first.
    pub revision: u32,
    /// The answer so far; it need not be complete.
    pub result: AnnotationResult,
}

/// A saved draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskDraftSaved {
    /// The new revision.
    pub revision: u32,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitRequest {
    /// The fencing number of the lease.
    pub fence: u64,
    /// The answer; scores in it are left out, they belong to predictions.
    pub result: AnnotationResult,
    /// The prediction it began with.
    #[serde(default)]
    pub prediction_id: Option<Uuid>,
    /// How long the person worked on it.
    #[serde(default)]
    pub lead_time_ms: Option<u64>,
}

/// A stored answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmitOutcome {
    /// The annotation.
    pub annotation_id: Uuid,
    /// Where the task stands now.
    pub task_state: TaskState,
}

/// A task that the caller would rather not answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipRequest {
    /// The fencing number of the lease.
    pub fence: u64,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where a task stands after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskChanged {
    /// Where the task stands now.
    pub task_state: TaskState,
}

/// One thing that happened to a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaskEventView {
    /// The event.
    pub id: Uuid,
    /// `leased`, `submitted`, `skipped`, `released`, `expired`, `accepted`, `rejected`, `fixed`, `reopened`.
    pub kind: String,
    /// Who did it; null when it happened by itself.
    pub actor: Option<UserView>,
    /// When.
    pub at: DateTime<Utc>,
    /// What more there is to say.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
}
