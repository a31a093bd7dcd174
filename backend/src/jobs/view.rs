//! A job on the wire.

use api_types::jobs::{JobErrorView, JobProgress, JobState, JobView};
use job_queue::Job;

/// A job as its users see it.
#[must_use]
pub fn view(job: Job) -> JobView {
    JobView {
        id: job.id,
        kind: job.kind,
        state: match job.state {
            job_queue::JobState::Queued => JobState::Queued,
            job_queue::JobState::Running => JobState::Running,
            job_queue::JobState::Succeeded => JobState::Succeeded,
            job_queue::JobState::Failed => JobState::Failed,
            job_queue::JobState::Cancelled => JobState::Cancelled,
        },
        progress: JobProgress {
            done: job.progress_done.unsigned_abs(),
            total: job.progress_total.map(i64::unsigned_abs),
        },
        message: job.message,
        error: job.error.and_then(|error| {
            Some(JobErrorView {
                code: error.get("code")?.as_str()?.to_owned(),
                message: error.get("message")?.as_str()?.to_owned(),
            })
        }),
        result: job.result,
        created_at: job.created_at,
        finished_at: job.finished_at,
        attempts: job.attempts.unsigned_abs(),
    }
}
