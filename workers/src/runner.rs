//! The loop of a worker: claim, start, wait; and an orderly end.

use std::sync::Arc;
use std::time::Duration;

use db::environment::{jitter, now};
use job_queue::Job;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::WorkerConfig;
use crate::context::{Context, StartError};
use crate::supervise::supervise;

/// How long to wait for work when there is none.
const IDLE_WAIT: Duration = Duration::from_millis(200);
/// How long to wait when the database does not answer.
const TROUBLE_WAIT: Duration = Duration::from_secs(2);
/// How long running jobs may go on once the worker is to stop; then they are given back.
const GRACE: Duration = Duration::from_secs(10);

/// Runs jobs of the configured queues until `shutdown` is ready, then lets running jobs end for ten
/// seconds and gives the others back to the queue.
///
/// # Errors
/// When the database or the store cannot be opened. Later trouble is waited out.
pub async fn run(
    config: WorkerConfig,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), StartError> {
    let context = Arc::new(Context::open(config).await?);
    let slots = Arc::new(Semaphore::new(context.config.concurrency.max(1)));
    let (stop, stopping) = watch::channel(false);
    let mut running = JoinSet::new();
    tokio::pin!(shutdown);
    tracing::info!(owner = context.owner, queues = ?context.config.queues, "worker is ready");
    loop {
        let slot = tokio::select! {
            biased;
            () = &mut shutdown => break,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        reap(&mut running);
        // A claim is never dropped half way: what was claimed is run.
        let wait = match claim(&context).await {
            Ok(Some(job)) => {
                let attempt = supervise(Arc::clone(&context), job, stopping.clone());
                running.spawn(async move {
                    attempt.await;
                    drop(slot);
                });
                continue;
            }
            Ok(None) => IDLE_WAIT,
            Err(error) => {
                tracing::warn!(%error, "no job could be claimed");
                TROUBLE_WAIT
            }
        };
        drop(slot);
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            () = tokio::time::sleep(wait + jitter(wait / 4)) => {}
        }
    }
    end(running, &stop).await;
    Ok(())
}

async fn claim(context: &Context) -> Result<Option<Job>, sea_orm::DbErr> {
    let queues: Vec<&str> = context.config.queues.iter().map(String::as_str).collect();
    job_queue::claim(
        &context.database,
        &queues,
        &context.owner,
        now(),
        context.lease(),
    )
    .await
}

/// Takes note of attempts that are over.
fn reap(running: &mut JoinSet<()>) {
    while let Some(ended) = running.try_join_next() {
        if let Err(error) = ended {
            tracing::error!(%error, "the supervision of a job ended badly; its lease will run out");
        }
    }
}

async fn end(mut running: JoinSet<()>, stop: &watch::Sender<bool>) {
    let all = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::info!(
            jobs = running.len(),
            "giving running jobs back to the queue"
        );
        let _ = stop.send(true);
        while running.join_next().await.is_some() {}
    }
}
