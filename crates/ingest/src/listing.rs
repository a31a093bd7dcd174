//! Listing a source on a thread of its own, some way ahead of those who read it.
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use interchange::Refusal;
use tokio::sync::mpsc;

use crate::source::{Stamp, Unlisted};
use crate::{Entry, Error, Source};

/// A file of the source, or why it can't be read.
pub(crate) type Listed = std::result::Result<(Entry, Option<Stamp>), Refusal>;

/// Files that are listed at once.
const BATCH: usize = 256;
/// Batches that the listing may be ahead: about 30 MiB of names.
const AHEAD: usize = 1024;

/// What was listed so far.
#[derive(Debug, Default)]
struct Totals {
    files: AtomicU64,
    bytes: AtomicU64,
    is_whole: AtomicBool,
    failure: Mutex<Option<Error>>,
}

impl Totals {
    fn fail(&self, error: Error) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        *failure = Some(error);
    }
}

/// A source that is being listed.
#[derive(Debug)]
pub(crate) struct Listing {
    receive: mpsc::Receiver<Vec<Listed>>,
    totals: Arc<Totals>,
}

impl Listing {
    pub fn start(source: &dyn Source) -> Self {
        let (send, receive) = mpsc::channel(AHEAD);
        let totals = Arc::new(Totals::default());
        let (entries, counted) = (source.entries(), Arc::clone(&totals));
        tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            for listed in entries {
                let listed = match listed {
                    Ok(listed) => Ok(listed),
                    Err(Unlisted::Refused(refusal)) => Err(refusal),
                    Err(Unlisted::Failed(error)) => return counted.fail(error),
                };
                if let Ok((entry, _)) = &listed {
                    counted.files.fetch_add(1, Ordering::Relaxed);
                    counted.bytes.fetch_add(entry.bytes, Ordering::Relaxed);
                }
                batch.push(listed);
                if batch.len() == BATCH {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    if send.blocking_send(full).is_err() {
                        return;
                    }
                }
            }
            counted.is_whole.store(true, Ordering::Release);
            // Nobody listens any more: then nobody misses it.
            let _ = send.blocking_send(batch);
        });
        Self { receive, totals }
    }

    /// The next files; none at the end.
    pub async fn next(&mut self) -> Option<Vec<Listed>> {
        self.receive.recv().await
    }

    /// Why the source was not listed to its end.
    pub fn failure(&self) -> Option<Error> {
        let failure = self.totals.failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// All that is left.
    pub async fn rest(&mut self) -> Vec<Listed> {
        let mut all = Vec::new();
        while let Some(batch) = self.next().await {
            all.extend(batch);
        }
        all
    }

    /// Counts what is listed, while it is.
    pub fn counts(&self) -> Counts {
        Counts(Arc::clone(&self.totals))
    }
}

/// How much was listed.
#[derive(Debug, Clone)]
pub(crate) struct Counts(Arc<Totals>);

impl Counts {
    /// One of the files that were listed is not going to be read.
    pub fn leave_out(&self, bytes: u64) {
        self.0.files.fetch_sub(1, Ordering::Relaxed);
        self.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Files, their bytes, and whether these are all.
    pub fn now(&self) -> (u64, u64, bool) {
        // In this order: what is said to be whole is whole.
        let is_whole = self.0.is_whole.load(Ordering::Acquire);
        (
            self.0.files.load(Ordering::Relaxed),
            self.0.bytes.load(Ordering::Relaxed),
            is_whole,
        )
    }
}
