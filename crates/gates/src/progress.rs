//! How far the asking of gates is, for those who watch it from elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of samples that gates were shown, shared between who asks and who watches.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Samples that were shown to the gates, and how many there are; `(0, 0)` before the first.
    #[must_use]
    pub fn samples(&self) -> (u64, u64) {
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        (count(&self.0.done), count(&self.0.total))
    }

    pub(crate) fn begin(&self, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, samples: u64) {
        self.0.done.fetch_add(samples, Ordering::Relaxed);
    }
}
