//! How far an import is.
use interchange::Refusal;
use serde::Serialize;

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Files read.
    pub files_done: u64,
    /// Files in the source, as far as it is listed.
    pub files_total: u64,
    /// Bytes read.
    pub bytes_done: u64,
    /// Bytes in these files.
    pub bytes_total: u64,
    /// Whether the whole source is listed.
    pub is_listed: bool,
    /// Files that were not read, because they are as they were.
    pub files_known: u64,
    /// Their bytes.
    pub bytes_known: u64,
    /// Samples read.
    pub samples: u64,
    /// Files and rows refused.
    pub refused: u64,
}

/// Who is told how an import goes. Both calls come from the import's own task and must not block.
pub trait Observer: Send {
    /// Another file, or some more rows, were read.
    fn progress(&mut self, progress: &Progress);
    /// A file or a row is left out.
    fn refused(&mut self, refusal: &Refusal);
}

/// Counts, keeps the first refusals, and passes both on.
pub(crate) struct Ledger<'a> {
    pub progress: Progress,
    pub refused: Vec<Refusal>,
    observer: &'a mut dyn Observer,
    keep: usize,
}

impl<'a> Ledger<'a> {
    pub fn new(observer: &'a mut dyn Observer, keep: usize) -> Self {
        Self {
            progress: Progress::default(),
            refused: Vec::new(),
            observer,
            keep,
        }
    }

    pub fn refuse(&mut self, refusal: Refusal) {
        self.progress.refused += 1;
        self.observer.refused(&refusal);
        if self.refused.len() < self.keep {
            self.refused.push(refusal);
        }
    }

    pub fn tell(&mut self) {
        self.observer.progress(&self.progress);
    }
}
