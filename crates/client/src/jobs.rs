//! Watching jobs.

use std::time::Duration;

use api_types::jobs::{JobLogLine, JobState, JobView};
use serde_json::json;
use tokio::time::Instant;

use crate::datasets::Workspace;
use crate::error::{Error, Result};

/// How often a job is asked for: quickly at first, then each second.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LAST_LOOK: Duration = Duration::from_secs(1);
/// How long a server may be away while a job is waited for: a restart is not the job's end.
const ABSENCE_LIMIT: Duration = Duration::from_secs(60);

impl Workspace<'_> {
    /// A job as it is now.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn job(&self, id: &str) -> Result<JobView> {
        self.client.get(&self.path(&["jobs", id]), &[]).await
    }

    /// The lines a job wrote.
    ///
    /// # Errors
    /// As [`Workspace::job`].
    pub async fn job_logs(&self, id: &str) -> Result<Vec<JobLogLine>> {
        self.pages(&["jobs", id, "logs"]).await
    }

    /// Asks for a job to be cancelled.
    ///
    /// # Errors
    /// As [`Workspace::job`].
    pub async fn cancel_job(&self, id: &str) -> Result<JobView> {
        self.client
            .post(&self.path(&["jobs", id, "cancel"]), &json!({}))
            .await
    }

    /// Waits until a job has succeeded, telling how far it is; a server that is away for up to a
    /// minute meanwhile is waited for. Dropping the future leaves the job to itself.
    ///
    /// # Errors
    /// [`Error::Job`] when it failed or was cancelled, [`Error::StillRunning`] after `limit`;
    /// otherwise as [`Workspace::job`].
    pub async fn wait_for_job(
        &self,
        id: &str,
        limit: Duration,
        mut on_progress: impl FnMut(&JobView),
    ) -> Result<JobView> {
        let deadline = Instant::now() + limit;
        let mut wait = FIRST_LOOK;
        let mut heard = Instant::now();
        loop {
            let job = match self.job(id).await {
                Ok(job) => job,
                Err(error) if error.is_passing() && heard.elapsed() < ABSENCE_LIMIT => {
                    tokio::time::sleep(LAST_LOOK).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            heard = Instant::now();
            on_progress(&job);
            let ended = match job.state {
                JobState::Succeeded => return Ok(job),
                JobState::Failed => Some("failed"),
                JobState::Cancelled => Some("was cancelled"),
                JobState::Queued | JobState::Running => None,
            };
            if let Some(state) = ended {
                let detail = job.error.map_or(job.message, |error| {
                    format!("{} ({})", error.message, error.code)
                });
                return Err(Error::Job {
                    id: id.to_owned(),
                    state: state.to_owned(),
                    detail,
                });
            }
            if Instant::now() + wait > deadline {
                return Err(Error::StillRunning {
                    id: id.to_owned(),
                    waited_s: limit.as_secs(),
                });
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LAST_LOOK);
        }
    }
}
