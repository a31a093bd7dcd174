//! One iteration: threads make batches ahead of the consumer, bounded in bytes, handed out in order.
//!
//! There are no worker processes, no shared memory and no barriers. Dropping the stream stops the threads
//! and waits for the batch that each has in hand.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::batch::Batch;
use crate::plan::{Picked, Places, Plan};
use crate::{Error, Result};

/// How far and how wide an iteration works ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefetch {
    /// Threads that read and decode, at least 1.
    pub threads: usize,
    /// Bytes of batches in the making and ready, about; one batch is always made.
    pub bytes: u64,
}

impl Prefetch {
    /// Bytes when nothing else is asked for.
    pub const DEFAULT_BYTES: u64 = 256 << 20;
}

/// What the consumer gets.
#[derive(Debug)]
pub enum Next {
    /// The next batch.
    Batch(Batch),
    /// Nothing yet; ask again.
    Pending,
    /// There are no more batches.
    End,
}

/// A running iteration.
#[derive(Debug)]
pub(crate) struct Stream {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    plan: Plan,
    bytes: u64,
    progress: Mutex<Progress>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// The next batch that a thread will take.
    claimed: u64,
    /// The next batch that the consumer will get.
    handed_out: u64,
    ready: BTreeMap<u64, (Result<Batch>, u64)>,
    held_bytes: u64,
    /// Samples and weight of batch `claimed`, when they are known.
    upcoming: Option<(Picked, u64)>,
    places: Places,
    stopped: bool,
}

impl Stream {
    /// Starts the threads.
    pub(crate) fn start(plan: Plan, prefetch: Prefetch) -> Result<Self> {
        let wanted = (prefetch.threads.max(1) as u64).min(plan.len());
        let shared = Arc::new(Shared {
            plan,
            bytes: prefetch.bytes,
            progress: Mutex::new(Progress::default()),
            changed: Condvar::new(),
        });
        let mut stream = Self {
            shared,
            threads: Vec::new(),
        };
        for number in 0..wanted {
            let shared = Arc::clone(&stream.shared);
            let thread = std::thread::Builder::new()
                .name(format!("strata-loader-{number}"))
                .spawn(move || shared.work())
                .map_err(|error| Error::Start(error.to_string()))?;
            stream.threads.push(thread);
        }
        Ok(stream)
    }

    /// The next batch, waiting at most `patience` for it. After an error the iteration is over.
    pub(crate) fn next(&mut self, patience: Duration) -> Result<Next> {
        let mut progress = self.shared.lock();
        if progress.stopped || progress.handed_out == self.shared.plan.len() {
            return Ok(Next::End);
        }
        let number = progress.handed_out;
        if !progress.ready.contains_key(&number) {
            progress = self
                .shared
                .changed
                .wait_timeout_while(progress, patience, |progress| {
                    !progress.ready.contains_key(&number)
                })
                .map_or_else(|poisoned| poisoned.into_inner().0, |(progress, _)| progress);
        }
        let Some((batch, weight)) = progress.ready.remove(&number) else {
            return Ok(Next::Pending);
        };
        progress.handed_out += 1;
        progress.held_bytes -= weight;
        progress.stopped |= batch.is_err();
        drop(progress);
        self.shared.changed.notify_all();
        batch.map(Next::Batch)
    }

    /// The position to resume from after what was handed out.
    pub(crate) fn position(&self) -> u64 {
        self.shared
            .plan
            .position_after(self.shared.lock().handed_out)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.plan.cancel();
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // A thread's panics are caught and handed out as errors; there is nothing to learn here.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        // Every change of the progress is a few assignments: a poisoned lock still guards a whole state.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some((number, picked, weight)) = self.claim() {
            let batch = catch_unwind(AssertUnwindSafe(|| self.plan.load(&picked)))
                .unwrap_or_else(|panic| Err(Error::Internal(panic_text(&*panic))));
            self.lock().ready.insert(number, (batch, weight));
            self.changed.notify_all();
        }
    }

    /// The next batch to make, as soon as there is room for it.
    fn claim(&self) -> Option<(u64, Picked, u64)> {
        let mut progress = self.lock();
        loop {
            if progress.stopped || progress.claimed == self.plan.len() {
                return None;
            }
            let (picked, weight) = progress.upcoming.take().unwrap_or_else(|| {
                let picked = self.plan.pick(progress.claimed, &mut progress.places);
                let weight = self.plan.weight(&picked);
                (picked, weight)
            });
            if progress.held_bytes == 0 || progress.held_bytes + weight <= self.bytes {
                let number = progress.claimed;
                progress.claimed += 1;
                progress.held_bytes += weight;
                return Some((number, picked, weight));
            }
            progress.upcoming = Some((picked, weight));
            progress = self
                .changed
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a thread panicked")
        .to_owned()
}
