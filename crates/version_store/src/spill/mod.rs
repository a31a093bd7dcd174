//! Rows outside of memory: what a large commit changes, in sorted runs on scratch storage.
//!
//! Rows come in any order and are held until they take too much memory; then they are sorted and
//! written as a run. Runs and what is held since are read together in the order of their keys, of
//! equal keys only the row that came last.

mod file;
mod record;
mod sorted;

use std::path::{Path, PathBuf};

use file::{Run, ScratchFile};

pub(crate) use record::Spilled;
pub(crate) use sorted::Sorted;

use crate::Result;

/// Where rows go that are too many for memory.
#[derive(Debug, Clone)]
pub struct Scratch {
    folder: PathBuf,
    bytes: usize,
}

impl Scratch {
    /// Files without a name in `folder`, which must be there; they go with the process. About `bytes` of rows of a
    /// kind are held in memory.
    #[must_use]
    pub fn new(folder: &Path, bytes: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            bytes,
        }
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Sorted runs of rows, the oldest first.
#[derive(Debug)]
pub(crate) struct Runs<T> {
    scratch: Scratch,
    file: Option<ScratchFile>,
    runs: Vec<Run<T>>,
}

impl<T: Spilled> Runs<T> {
    pub(crate) fn new(scratch: &Scratch) -> Self {
        Self {
            scratch: scratch.clone(),
            file: None,
            runs: Vec::new(),
        }
    }

    /// How many rows there are; rows of several runs with one key count each.
    pub(crate) fn len(&self) -> usize {
        self.runs.iter().map(Run::len).sum()
    }

    /// Writes rows as one more run.
    ///
    /// # Errors
    /// [`Error::Scratch`](crate::Error::Scratch) when they can't be written.
    pub(crate) fn spill(&mut self, rows: Vec<T>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(ScratchFile::new(&self.scratch.folder)?),
        };
        self.runs.push(file.write_run(&last_of_each(rows))?);
        Ok(())
    }
}

/// Collects rows, and spills them where there is scratch storage.
#[derive(Debug)]
pub(crate) struct Collector<T> {
    held: Vec<T>,
    held_bytes: usize,
    runs: Option<Runs<T>>,
}

impl<T: Spilled> Collector<T> {
    pub(crate) fn new(scratch: Option<&Scratch>) -> Self {
        Self {
            held: Vec::new(),
            held_bytes: 0,
            runs: scratch.map(Runs::new),
        }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// As [`Runs::spill`].
    pub(crate) fn push(&mut self, row: T) -> Result<()> {
        self.held_bytes += row.bytes();
        self.held.push(row);
        match &mut self.runs {
            Some(runs) if self.held_bytes >= runs.scratch.bytes => {
                self.held_bytes = 0;
                runs.spill(std::mem::take(&mut self.held))
            }
            _ => Ok(()),
        }
    }

    /// How many rows there are, of those with one key each that was not seen to be one.
    pub(crate) fn len(&self) -> usize {
        self.held.len() + self.runs.as_ref().map_or(0, Runs::len)
    }

    /// All rows in the order of their keys.
    ///
    /// # Errors
    /// As [`Sorted::next_row`].
    pub(crate) fn sorted(self) -> Result<Sorted<T>> {
        Sorted::new(self.runs.as_ref(), self.held)
    }
}

impl<T: Spilled + Clone> Collector<T> {
    /// All rows in the order of their keys, to be read beside others who do.
    ///
    /// # Errors
    /// As [`Sorted::next_row`].
    pub(crate) fn read(&self) -> Result<Sorted<T>> {
        Sorted::new(self.runs.as_ref(), self.held.clone())
    }
}

/// Sorts by key and keeps the last of each key.
fn last_of_each<T: Spilled>(mut rows: Vec<T>) -> Vec<T> {
    if !rows.is_sorted_by(|a, b| a.key() < b.key()) {
        rows.sort_by(|a, b| a.key().cmp(b.key()));
        // Of equal keys the last one stands: they are in the order in which they came.
        rows.reverse();
        rows.dedup_by(|a, b| a.key() == b.key());
        rows.reverse();
    }
    rows
}
