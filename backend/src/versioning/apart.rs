//! Work on the store that may take a while, away from the threads that answer requests.

use tokio::runtime::Handle;

use crate::problem::Problem;

/// Runs `work` on a thread of its own. Dropping the future lets the work end by itself: it writes
/// nothing that a ref leads to.
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
