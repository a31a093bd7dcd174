//! One attempt at one job: what the job uses to say how far it is, and to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db::environment::now;
use job_queue::{Alive, Job, Outcome};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use crate::context::Context;
use crate::failure::{Failure, Result};

/// Progress is written at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(400);

/// Tells work that cannot be dropped (on a thread of its own) to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks for the stop.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked for.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// One attempt at one job.
pub(crate) struct Attempt {
    /// What all attempts of this worker share.
    pub context: Arc<Context>,
    /// The job as claimed.
    pub job: Job,
    /// Set when the attempt is to stop.
    pub stop: StopFlag,
    ending: AtomicBool,
    reported: Mutex<Option<Instant>>,
}

impl Attempt {
    pub(crate) fn new(context: Arc<Context>, job: Job) -> Self {
        Self {
            context,
            job,
            stop: StopFlag::default(),
            ending: AtomicBool::new(false),
            reported: Mutex::new(None),
        }
    }

    /// The database.
    pub(crate) fn database(&self) -> &DatabaseConnection {
        &self.context.database
    }

    /// The workspace the job belongs to.
    pub(crate) fn workspace_id(&self) -> Result<Uuid> {
        self.job
            .workspace_id
            .ok_or_else(|| Failure::gone("workspace"))
    }

    /// Fails when the attempt is to stop. For loops that do not wait for anything.
    pub(crate) fn check(&self) -> Result<()> {
        if self.stop.is_set() {
            Err(Failure::Stopped)
        } else {
            Ok(())
        }
    }

    /// Says how far the job is; written at most a few times a second, and always at the end
    /// (`done == total`).
    pub(crate) async fn progress(
        &self,
        done: u64,
        total: Option<u64>,
        message: &str,
    ) -> Result<()> {
        self.check()?;
        let mut reported = self.reported.lock().await;
        let is_last = total == Some(done);
        if !is_last && reported.is_some_and(|at| at.elapsed() < PROGRESS_EVERY) {
            return Ok(());
        }
        *reported = Some(Instant::now());
        match job_queue::progress(self.database(), &self.job, done, total, message).await? {
            Alive::Yes => Ok(()),
            Alive::CancelRequested | Alive::Lost => Err(Failure::Stopped),
        }
    }

    /// Writes a line for the people who may see the job.
    pub(crate) async fn info(&self, text: &str) -> Result<()> {
        self.line("info", text).await
    }

    /// Writes a warning for the people who may see the job.
    pub(crate) async fn warning(&self, text: &str) -> Result<()> {
        self.line("warning", text).await
    }

    /// Writes a line of `level`.
    pub(crate) async fn line(&self, level: &str, text: &str) -> Result<()> {
        // Numbering lines reads the last number, so one line at a time.
        let _one_at_a_time = self.reported.lock().await;
        Ok(job_queue::log(self.database(), self.job.id, level, text, now()).await?)
    }

    /// Ends the job well on `connection`: give the transaction of the job's effects, so that they and
    /// the success are there together.
    ///
    /// # Errors
    /// [`Failure::Stopped`] when the lease is another worker's: roll back.
    pub(crate) async fn complete<C: ConnectionTrait>(
        &self,
        connection: &C,
        result: Value,
    ) -> Result<()> {
        self.ending.store(true, Ordering::Relaxed);
        match job_queue::complete(connection, &self.job, Some(result), now()).await? {
            Outcome::Ended => Ok(()),
            Outcome::Lost | Outcome::Cancelled | Outcome::Retrying { .. } => Err(Failure::Stopped),
        }
    }

    /// Whether [`Attempt::complete`] was called: the job may no longer be running because it is done.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }
}
