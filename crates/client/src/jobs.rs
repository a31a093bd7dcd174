//! Watching jobs.

use std::time::Duration;

use api_types::jobs::{JobLogLine, JobState, JobView};
use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::Instant;

use crate::datasets::Workspace;
use crate::error::{Error, Result};
use crate::transport::decode;

/// How often a job is asked for: quickly at first, then each second.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LAST_LOOK: Duration = Duration::from_secs(1);
/// How long a server may be away while a job is waited for: a restart is not the job's end.
const ABSENCE_LIMIT: Duration = Duration::from_secs(60);

/// What a server says to what may take long.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun<T> {
    /// It is done.
    Done(T),
    /// It goes on as a job.
    Job(JobView),
}

impl Workspace<'_> {
    /// POST of what may take long.
    pub(crate) async fn begin<B, T>(&self, segments: &[&str], body: &B) -> Result<Begun<T>>
    where
        B: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        let answer = self.client.post_any(segments, body).await?;
        let path = segments.join("/");
        Ok(if answer.status() == StatusCode::ACCEPTED {
            Begun::Job(decode(&path, answer).await?)
        } else {
            Begun::Done(decode(&path, answer).await?)
        })
    }

    /// What a job made.
    ///
    /// # Errors
    /// [`Error::Answer`] when it is something else.
    pub fn made<T: DeserializeOwned>(job: JobView) -> Result<T> {
        let result = job.result.unwrap_or_default();
        serde_json::from_value(result).map_err(|error| Error::Answer {
            path: format!("jobs/{}", job.id),
            reason: error.to_string(),
        })
    }

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
                let code = job.error.as_ref().map(|error| error.code.clone());
                let detail = job.error.map_or(job.message, |error| {
                    format!("{} ({})", error.message, error.code)
                });
                return Err(Error::Job {
                    id: id.to_owned(),
                    state: state.to_owned(),
                    code,
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
