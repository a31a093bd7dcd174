//! The rows of an import in the order of their keys, outside of memory.
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use crate::journal::{Journal, JournalReader, JournalWriter};
use crate::record::{Record, key_of};

/// Rows are sorted in memory up to so many bytes, then written.
const SORT_BYTES: usize = 32 << 20;

/// Takes rows in any order.
#[derive(Debug, Default)]
pub(crate) struct RowSorter {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    runs: Vec<Journal>,
}

impl RowSorter {
    pub fn push(&mut self, record: &Record) -> io::Result<()> {
        record.write(&mut self.bytes);
        self.ends.push(self.bytes.len());
        if self.bytes.len() >= SORT_BYTES {
            self.write_run()
        } else {
            Ok(())
        }
    }

    fn write_run(&mut self) -> io::Result<()> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut rows: Vec<&[u8]> = starts
            .zip(&self.ends)
            .map(|(start, end)| &self.bytes[start..*end])
            .collect();
        rows.sort_unstable_by(|a, b| key_of(a).cmp(key_of(b)));
        let mut run = JournalWriter::in_temporary_file()?;
        for row in rows {
            run.append_written(row)?;
        }
        self.runs.push(run.finish()?);
        self.bytes.clear();
        self.ends.clear();
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<Rows> {
        self.write_run()?;
        Ok(Rows { runs: self.runs })
    }
}

/// Rows that can be read again and again.
#[derive(Debug)]
pub(crate) struct Rows {
    runs: Vec<Journal>,
}

impl Rows {
    /// The rows of one journal.
    pub fn of(journal: Journal) -> Self {
        Self {
            runs: vec![journal],
        }
    }

    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| run.records).sum()
    }

    pub fn read(&self) -> io::Result<RowsReader> {
        let mut readers: Vec<_> = self.runs.iter().map(Journal::read).collect();
        let mut next = BinaryHeap::with_capacity(readers.len());
        for (run, reader) in readers.iter_mut().enumerate() {
            if let Some(key) = reader.peek_key()? {
                next.push(Reverse((key.to_vec(), run)));
            }
        }
        Ok(RowsReader { readers, next })
    }
}

/// Reads rows in the order of their keys.
#[derive(Debug)]
pub(crate) struct RowsReader {
    readers: Vec<JournalReader>,
    next: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

impl RowsReader {
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        if let [only] = &mut self.readers[..] {
            return only.next();
        }
        let Some(Reverse((mut key, run))) = self.next.pop() else {
            return Ok(None);
        };
        let reader = &mut self.readers[run];
        let record = reader.next()?;
        if let Some(following) = reader.peek_key()? {
            key.clear();
            key.extend_from_slice(following);
            self.next.push(Reverse((key, run)));
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use interchange::Refusal;

    #[test]
    fn rows_of_several_runs_come_in_order() {
        let mut sorter = RowSorter::default();
        // 40 MiB of rows: more than are sorted in memory.
        let words = "x".repeat(2 << 20);
        for number in 0..20_u32 {
            let key = format!("{:02}", (number * 7) % 20);
            let refusal = Refusal::file(&key, "code", words.clone());
            sorter.push(&Record::refused(refusal, None)).unwrap();
        }
        let rows = sorter.finish().unwrap();
        assert!(rows.runs.len() > 1 && rows.len() == 20);
        for _ in 0..2 {
            let mut reader = rows.read().unwrap();
            let mut keys = Vec::new();
            while let Some(record) = reader.next().unwrap() {
                keys.push(record.key);
            }
            let wanted: Vec<_> = (0..20).map(|number| format!("{number:02}")).collect();
            assert_eq!(keys, wanted);
        }
    }
}
