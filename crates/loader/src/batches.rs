//! One running iteration, as the trainer sees it.

use std::time::Duration;

use crate::cursor::{Begun, Cursor};
use crate::stream::{Next, Stream};
use crate::{Batch, Result};

/// One iteration over a loader or a mixture. Dropping it stops its threads.
#[derive(Debug)]
pub struct Batches {
    cursor: Cursor,
    begun: Begun,
    stream: Stream,
}

impl Batches {
    pub(crate) const fn new(cursor: Cursor, begun: Begun, stream: Stream) -> Self {
        Self {
            cursor,
            begun,
            stream,
        }
    }

    /// The next batch, waiting at most `patience` for it.
    ///
    /// # Errors
    /// What went wrong with the next batch; the iteration is over then, and the loader's state still stands
    /// before that batch.
    pub fn next_within(&mut self, patience: Duration) -> Result<Next> {
        let next = self.stream.next(patience);
        self.cursor
            .follow(self.begun, &next, self.stream.position());
        next
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_within(Duration::from_secs(60)) {
                Ok(Next::Batch(batch)) => return Some(Ok(batch)),
                Ok(Next::Pending) => {}
                Ok(Next::End) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
