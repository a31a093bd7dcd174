//! Work that computes for long between its waits, on a thread of its own.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::attempt::StopFlag;
use crate::failure::{Failure, Result};

/// How often the work is asked to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Runs the future that `make` makes on a thread where blocking is allowed, so that hashing and
/// compressing much holds up nobody else's heartbeat. Dropping this future does not stop the work,
/// `stop` does, at its next wait: only for work whose leftovers nobody names.
///
/// # Errors
/// [`Failure::Stopped`], or when the work panics.
pub(crate) async fn apart<T, F, M>(stop: &StopFlag, make: M) -> Result<T>
where
    M: FnOnce() -> F + Send + 'static,
    F: Future<Output = T>,
    T: Send + 'static,
{
    let (runtime, stop) = (Handle::current(), stop.clone());
    let worked = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let mut work = std::pin::pin!(make());
            loop {
                tokio::select! {
                    done = &mut work => return Ok(done),
                    () = tokio::time::sleep(LOOK_EVERY) => {
                        if stop.is_set() {
                            return Err(Failure::Stopped);
                        }
                    }
                }
            }
        })
    });
    worked.await?
}
