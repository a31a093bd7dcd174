//! Background jobs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits.
    Queued,
    /// A worker has it.
    Running,
    /// It ended well.
    Succeeded,
    /// It ended badly.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
}

/// How much is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobProgress {
    /// In what the job counts.
    pub done: u64,
    /// Of how many; null when that is not known.
    pub total: Option<u64>,
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobErrorView {
    /// Stable code.
    pub code: String,
    /// What happened.
    pub message: String,
}

/// A background job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// The job.
    pub id: Uuid,
    /// `import`, `generate_tasks`, `prelabel`, …
    pub kind: String,
    /// How far it is.
    pub state: JobState,
    /// How much is done.
    pub progress: JobProgress,
    /// What it is at.
    pub message: String,
    /// Why the last attempt failed.
    pub error: Option<JobErrorView>,
    /// What it made.
    pub result: Option<serde_json::Value>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How often it was begun.
    pub attempts: u32,
}

/// A line a job wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobLogLine {
    /// Its number, from 1.
    pub seq: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// The line.
    pub text: String,
}

/// Which log lines.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogsQuery {
    /// Only lines after this one.
    #[serde(default)]
    pub after: Option<u32>,
}
