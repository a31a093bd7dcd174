//! Work on the store that may take a while, away from the threads that answer requests.

use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use crate::problem::Problem;

/// Runs `work` on a thread of its own to its end. Dropping the future lets the work end by itself: it
/// writes nothing that a ref leads to.
///
/// # Errors
/// Those of `work`.
pub(super) async fn apart<T, E, F>(work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    let runtime = Handle::current();
    let running = tokio::task::spawn_blocking(move || runtime.block_on(work));
    Ok(running.await.map_err(Problem::internal)??)
}

/// Runs `work` on a thread of its own until `deadline`. None when it was not done by then: it is dropped
/// at its next wait, and has written nothing that a ref leads to.
///
/// # Errors
/// Those of `work`.
pub(super) async fn apart_until<T, E, F>(deadline: Instant, work: F) -> Result<Option<T>, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    if deadline <= Instant::now() {
        return Ok(None);
    }
    let runtime = Handle::current();
    let running = tokio::task::spawn_blocking(move || runtime.block_on(timeout_at(deadline, work)));
    // Work that computes for long between two waits is not waited for either.
    let Ok(ended) = timeout_at(deadline, running).await else {
        return Ok(None);
    };
    match ended.map_err(Problem::internal)? {
        Ok(done) => Ok(Some(done?)),
        Err(_) => Ok(None),
    }
}
