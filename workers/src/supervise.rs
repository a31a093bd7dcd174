//! Watching over one attempt: heartbeats, cancel, panics, time limit, and how it ended.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use db::environment::now;
use job_queue::{Alive, Job, Outcome};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::attempt::Attempt;
use crate::context::Context;
use crate::dispatch;
use crate::failure::{Failure, Result};

/// How often the lease is extended and a cancel is looked for: a cancel is honoured within a second.
const LOOK_EVERY: Duration = Duration::from_millis(700);
/// How long one attempt may take at most.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(12 * 3600);

/// What ended an attempt.
enum Ending {
    /// The job's own end.
    Own(Result<()>),
    /// Somebody asked for the cancel.
    Cancelled,
    /// Another worker has the lease.
    Lost,
    /// This worker stops.
    Stopping,
    /// It took too long.
    TimedOut,
}

/// Runs one attempt at `job` to its end, whatever that is. Does not fail: what goes wrong is written
/// to the job or, if that is not possible either, left to the lease.
pub(crate) async fn supervise(context: Arc<Context>, job: Job, stopping: watch::Receiver<bool>) {
    let kind = job.kind.clone();
    let started = Instant::now();
    metrics::gauge!("strata_jobs_running", "kind" => kind.clone()).increment(1.0);
    tracing::info!(job = %job.id, %kind, attempt = job.attempts, "job starts");
    let attempt = Arc::new(Attempt::new(context, job));
    let mut work = tokio::spawn({
        let attempt = Arc::clone(&attempt);
        async move { dispatch::run(&attempt).await }
    });
    let ending = watch_over(&attempt, &mut work, stopping).await;
    if !matches!(ending, Ending::Own(_)) {
        attempt.stop.set();
        work.abort();
        // What is dropped here rolls its transaction back before the job is given on.
        let _ = work.await;
    }
    let outcome = settle(&attempt, ending).await;
    tracing::info!(job = %attempt.job.id, %kind, outcome, "job ends");
    metrics::gauge!("strata_jobs_running", "kind" => kind.clone()).decrement(1.0);
    metrics::counter!("strata_job_attempts_total", "kind" => kind.clone(), "outcome" => outcome)
        .increment(1);
    metrics::histogram!("strata_job_seconds", "kind" => kind)
        .record(started.elapsed().as_secs_f64());
}

async fn watch_over(
    attempt: &Attempt,
    work: &mut JoinHandle<Result<()>>,
    mut stopping: watch::Receiver<bool>,
) -> Ending {
    let lease = attempt.context.lease();
    let limit = tokio::time::sleep(ATTEMPT_LIMIT);
    tokio::pin!(limit);
    let mut look = tokio::time::interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            joined = &mut *work => return Ending::Own(joined.unwrap_or_else(|error| Err(error.into()))),
            () = &mut limit => return Ending::TimedOut,
            () = stop_asked(&mut stopping) => return Ending::Stopping,
            _ = look.tick() => match look_after(attempt, lease).await {
                Some(Alive::CancelRequested) => return Ending::Cancelled,
                Some(Alive::Lost) if !attempt.is_ending() => return Ending::Lost,
                _ => {}
            },
        }
    }
}

/// Ready once the worker is to stop; one whose runner is gone stops too.
async fn stop_asked(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// One heartbeat. A database that is away for a moment is no reason to stop: the lease is longer.
async fn look_after(attempt: &Attempt, lease: TimeDelta) -> Option<Alive> {
    match job_queue::heartbeat(attempt.database(), &attempt.job, now(), lease).await {
        Ok(alive) => Some(alive),
        Err(error) => {
            tracing::warn!(job = %attempt.job.id, %error, "a heartbeat failed");
            None
        }
    }
}

/// Writes how the attempt ended. Gives the word for it in metrics.
async fn settle(attempt: &Attempt, ending: Ending) -> &'static str {
    let failure = match ending {
        Ending::Own(Ok(())) => return "succeeded",
        Ending::Lost => return "lost",
        Ending::Own(Err(failure)) => failure,
        Ending::Cancelled => Failure::Stopped,
        Ending::Stopping => Failure::passing("worker_stopped", "the worker was stopped"),
        Ending::TimedOut => Failure::refused("time_limit", "the job took longer than 12 hours"),
    };
    if let Failure::Database(error) = &failure {
        tracing::warn!(job = %attempt.job.id, %error, "a job failed on the database");
    }
    let error = failure.to_job_error();
    match job_queue::fail(attempt.database(), &attempt.job, &error, now()).await {
        Ok(Outcome::Cancelled) => {
            note(attempt, "info", "cancelled").await;
            "cancelled"
        }
        Ok(Outcome::Retrying { at }) => {
            let text = format!(
                "{}; tried again at {}",
                error.message,
                at.format("%H:%M:%S UTC")
            );
            note(attempt, "warning", &text).await;
            "retried"
        }
        Ok(Outcome::Ended) => {
            note(attempt, "error", &error.message).await;
            "failed"
        }
        Ok(Outcome::Lost) => "lost",
        Err(error) => {
            tracing::warn!(job = %attempt.job.id, %error, "an ending could not be written");
            "lost"
        }
    }
}

async fn note(attempt: &Attempt, level: &str, text: &str) {
    if let Err(error) = attempt.line(level, text).await {
        tracing::warn!(job = %attempt.job.id, %error, "a log line could not be written");
    }
}
