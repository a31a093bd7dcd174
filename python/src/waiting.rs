//! Long calls that Ctrl+C can interrupt.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::prelude::*;

use crate::failure::raise_coded;

/// How long a wait goes on before Python may handle Ctrl+C.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// Runs `work` on a thread of its own, without the interpreter's lock. When a signal handler raises, the
/// exception goes on at once and the thread ends by itself, its result unused.
pub(crate) fn interruptible<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let (sender, receiver) = channel();
    let spawned = std::thread::Builder::new()
        .name("strata-open".to_owned())
        .spawn(move || {
            // Nobody waits any more after an interrupt.
            let _ = sender.send(work());
        });
    spawned.map_err(|error| raise_coded(py, "loader_start_failed", &error.to_string()))?;
    // A receiver may not be shared between threads; it is used by one at a time.
    let receiver = std::sync::Mutex::new(receiver);
    loop {
        let received = py.detach(|| match receiver.lock() {
            Ok(receiver) => receiver.recv_timeout(PATIENCE),
            Err(_) => Err(RecvTimeoutError::Disconnected),
        });
        match received {
            Ok(value) => return Ok(value),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(raise_coded(py, "internal", "the loader's thread panicked"));
            }
        }
    }
}
