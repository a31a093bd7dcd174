//! Reading runs together, in the order of keys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::file::RunReader;
use super::{Runs, Spilled, last_of_each};
use crate::Result;

/// Rows in the order of their keys, one of each key.
#[derive(Debug)]
pub(crate) struct Sorted<T> {
    /// The oldest first.
    parts: Vec<Part<T>>,
    /// The next keys of the parts, where there are several.
    order: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

/// A run, or what is held.
#[derive(Debug)]
struct Part<T> {
    next: Option<T>,
    rest: Rest<T>,
}

#[derive(Debug)]
enum Rest<T> {
    Held(std::vec::IntoIter<T>),
    Run(RunReader<T>),
}

impl<T: Spilled> Sorted<T> {
    /// The rows of runs, and those that came since.
    pub(crate) fn new(runs: Option<&Runs<T>>, held: Vec<T>) -> Result<Self> {
        let runs = runs.into_iter().flat_map(|runs| &runs.runs);
        let runs = runs.map(|run| Rest::Run(run.read()));
        let held = Rest::Held(last_of_each(held).into_iter());
        let mut parts = Vec::new();
        for rest in runs.chain([held]) {
            let mut part = Part { next: None, rest };
            part.advance()?;
            parts.push(part);
        }
        Ok(Self::ordered(parts))
    }

    /// The rows of both; of equal keys those of `later`.
    pub(crate) fn followed_by(self, later: Self) -> Self {
        let mut parts = self.parts;
        parts.extend(later.parts);
        Self::ordered(parts)
    }

    fn ordered(mut parts: Vec<Part<T>>) -> Self {
        parts.retain(|part| part.next.is_some());
        let mut order = BinaryHeap::new();
        if parts.len() > 1 {
            for (number, part) in parts.iter().enumerate() {
                order.extend(part.key().map(|key| Reverse((key.to_vec(), number))));
            }
        }
        Self { parts, order }
    }

    /// The next row.
    ///
    /// # Errors
    /// [`Error::Scratch`](crate::Error::Scratch) when it can't be read.
    pub(crate) fn next_row(&mut self) -> Result<Option<T>> {
        if let [only] = &mut self.parts[..] {
            return only.advance();
        }
        let mut newest = None;
        while let Some(Reverse((key, number))) = self.order.pop() {
            newest = self.parts[number].advance()?;
            if let Some(next) = self.parts[number].key() {
                self.order.push(Reverse((next.to_vec(), number)));
            }
            // Of equal keys the one of the oldest part comes first.
            let is_same = |next: &Reverse<(Vec<u8>, usize)>| next.0.0 == key;
            if !self.order.peek().is_some_and(is_same) {
                break;
            }
        }
        Ok(newest)
    }

    /// The row that comes next.
    pub(crate) fn peek_key(&self) -> Option<&[u8]> {
        match &self.parts[..] {
            [only] => only.key(),
            _ => self.order.peek().map(|Reverse((key, _))| key.as_slice()),
        }
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// As [`Sorted::next_row`].
    pub(crate) fn batch(&mut self, rows: usize) -> Result<Vec<T>> {
        let mut batch = Vec::new();
        while batch.len() < rows
            && let Some(row) = self.next_row()?
        {
            batch.push(row);
        }
        Ok(batch)
    }
}

impl<T: Spilled> Iterator for Sorted<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

impl<T: Spilled> Part<T> {
    fn key(&self) -> Option<&[u8]> {
        self.next.as_ref().map(Spilled::key)
    }

    /// Gives the next row and reads the one behind it.
    fn advance(&mut self) -> Result<Option<T>> {
        let following = match &mut self.rest {
            Rest::Held(rows) => rows.next(),
            Rest::Run(run) => run.next()?,
        };
        Ok(std::mem::replace(&mut self.next, following))
    }
}
