//! Where a loader stands, and which of its iterations may say so.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::stream::Next;
use crate::{Result, Skipped};

/// Samples that were left out and are told by name.
const NAMED_SKIPS: usize = 1000;

/// The place of a loader in its epochs. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Cursor(Arc<Mutex<Place>>);

#[derive(Debug, Default)]
struct Place {
    epoch: u64,
    /// Samples of the epoch that were handed out.
    position: u64,
    /// Whether the next iteration starts at `position`: a state was loaded and not yet used.
    loaded: bool,
    /// Which iteration may move the cursor: the latest.
    iteration: u64,
    skipped: u64,
    first_skipped: Vec<Skipped>,
}

/// An iteration that was begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    pub epoch: u64,
    /// The position it starts at.
    pub start: u64,
    iteration: u64,
}

impl Cursor {
    pub(crate) fn new(epoch: u64) -> Self {
        Self(Arc::new(Mutex::new(Place {
            epoch,
            ..Place::default()
        })))
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    pub(crate) fn position(&self) -> u64 {
        self.lock().position
    }

    /// Goes to the beginning of an epoch.
    pub(crate) fn set_epoch(&self, epoch: u64) {
        self.go(epoch, 0, false);
    }

    /// The next iteration starts exactly here.
    pub(crate) fn load(&self, epoch: u64, position: u64) {
        self.go(epoch, position, true);
    }

    fn go(&self, epoch: u64, position: u64, loaded: bool) {
        let mut place = self.lock();
        place.epoch = epoch;
        place.position = position;
        place.loaded = loaded;
        place.iteration += 1;
    }

    /// Begins an iteration: where a state was loaded, else at the beginning of the epoch.
    pub(crate) fn begin(&self) -> Begun {
        let mut place = self.lock();
        if !std::mem::take(&mut place.loaded) {
            place.position = 0;
        }
        place.iteration += 1;
        Begun {
            epoch: place.epoch,
            start: place.position,
            iteration: place.iteration,
        }
    }

    /// Follows an iteration: `next` is what it handed out, and the position after it.
    pub(crate) fn follow(&self, begun: Begun, next: &Result<Next>, position: u64) {
        let mut place = self.lock();
        if let Ok(Next::Batch(batch)) = next {
            place.skipped += batch.skipped.len() as u64;
            let room = NAMED_SKIPS.saturating_sub(place.first_skipped.len());
            let told = batch.skipped.iter().take(room).cloned();
            place.first_skipped.extend(told);
        }
        if place.iteration != begun.iteration {
            return;
        }
        match next {
            Ok(Next::Batch(_)) => place.position = position,
            Ok(Next::Pending) => {}
            Ok(Next::End) => {
                place.epoch += 1;
                place.position = 0;
                place.iteration += 1;
            }
            // The end that follows an error is not the end of the epoch.
            Err(_) => place.iteration += 1,
        }
    }

    /// How many samples were left out of the batches that were handed out, and the first of them by name.
    pub(crate) fn skipped(&self) -> (u64, Vec<Skipped>) {
        let place = self.lock();
        (place.skipped, place.first_skipped.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
