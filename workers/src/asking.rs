//! Work that asks gates, on a thread of its own, with progress told meanwhile.

use std::time::Duration;

use gates::{Means, Progress};

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::failure::Result;

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Runs work that may ask the gates of `branch`.
///
/// # Errors
/// Those of the work; [`Failure::Stopped`](crate::failure::Failure::Stopped).
pub(crate) async fn asking<T, W>(attempt: &Attempt, branch: &str, work: W) -> Result<T>
where
    T: Send + 'static,
    W: AsyncFnOnce(Means<'_>) -> gates::Result<T> + Send + 'static,
{
    let outbound = attempt.context.config.outbound.clone();
    let progress = Progress::default();
    let watched = progress.clone();
    let mut asked = std::pin::pin!(apart(&attempt.stop, move || async move {
        let means = Means {
            outbound: outbound.as_ref(),
            progress: Some(&progress),
        };
        work(means).await
    }));
    let mut tell = tokio::time::interval(TELL_EVERY);
    loop {
        tokio::select! {
            done = &mut asked => return Ok(done??),
            _ = tell.tick() => say(attempt, branch, watched.samples()).await?,
        }
    }
}

async fn say(attempt: &Attempt, branch: &str, (done, total): (u64, u64)) -> Result<()> {
    if total == 0 {
        return Ok(());
    }
    let message = format!("the gates of {branch} have seen {done} of {total} samples");
    attempt.progress(done, Some(total), &message).await
}
