//! Journals: files of records in the order of their keys, in blocks that say whether they are whole.
//!
//! ```text
//! "STRATAJ1", then blocks: u32 length, 16 bytes of the BLAKE3 of the payload, the payload
//! payload: u8 0 and records, or u8 1, u8 mirrored, u64 records, 32 bytes: the tree that came of it
//! ```
//! A journal is no part of a store: it can be deleted at any time, and one that is cut short or damaged
//! counts as far as it is whole.
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ids::Hash;

use crate::record::{Record, key_of};

const MAGIC: &[u8; 8] = b"STRATAJ1";
const HEAD_BYTES: usize = 20;
const CHECK_BYTES: usize = 16;
/// A block is written when it has so many bytes.
const BLOCK_BYTES: usize = 64 << 10;
/// No block is longer: a single record can be as long as a sample.
const MAX_BLOCK_BYTES: u32 = 256 << 20;
const RECORDS: u8 = 0;
const END: u8 = 1;

/// How an import ended that read all of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// Whether the version had nothing but the source.
    pub mirrored: bool,
    /// Number of records.
    pub records: u64,
    /// The tree of the version that came of it.
    pub tree: Hash,
}

/// Writes a journal.
#[derive(Debug)]
pub(crate) struct JournalWriter {
    file: File,
    /// Where it lies, for errors.
    place: PathBuf,
    block: Vec<u8>,
    bytes: u64,
    records: u64,
}

impl JournalWriter {
    /// Begins in an empty file that lies at `place`.
    pub fn new(mut file: File, place: &Path) -> io::Result<Self> {
        file.write_all(MAGIC)
            .map_err(|error| named(place, &error))?;
        Ok(Self {
            file,
            place: place.to_owned(),
            block: vec![RECORDS],
            bytes: MAGIC.len() as u64,
            records: 0,
        })
    }

    /// Appends a record; the caller keeps the order of keys.
    pub fn append(&mut self, record: &Record) -> io::Result<()> {
        record.write(&mut self.block);
        self.appended()
    }

    /// As [`JournalWriter::append`], of a record as it lies.
    pub fn append_written(&mut self, record: &[u8]) -> io::Result<()> {
        self.block.extend_from_slice(record);
        self.appended()
    }

    fn appended(&mut self) -> io::Result<()> {
        self.records += 1;
        if self.block.len() >= BLOCK_BYTES {
            self.write_block()
        } else {
            Ok(())
        }
    }

    fn write_block(&mut self) -> io::Result<()> {
        if self.block.len() > 1 {
            let written = write_block(&self.file, &self.block);
            self.bytes += written.map_err(|error| named(&self.place, &error))?;
            self.block.truncate(1);
        }
        Ok(())
    }

    /// Begins in a file that goes when it is closed.
    pub fn in_temporary_file() -> io::Result<Self> {
        Self::new(tempfile::tempfile()?, Path::new("a temporary file"))
    }

    /// All that was written, to be read.
    pub fn finish(mut self) -> io::Result<Journal> {
        self.write_block()?;
        Ok(Journal {
            file: Arc::new(self.file),
            bytes: self.bytes,
            records: self.records,
        })
    }
}

/// The same error, with the place that it is about.
pub(crate) fn named(place: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", place.display()))
}

fn write_block(mut file: &File, payload: &[u8]) -> io::Result<u64> {
    let too_long = || io::Error::other("a record is too long");
    let length = u32::try_from(payload.len()).map_err(|_| too_long())?;
    if length > MAX_BLOCK_BYTES {
        return Err(too_long());
    }
    let mut block = Vec::with_capacity(HEAD_BYTES + payload.len());
    block.extend_from_slice(&length.to_le_bytes());
    block.extend_from_slice(&Hash::of(payload).as_bytes()[..CHECK_BYTES]);
    block.extend_from_slice(payload);
    file.write_all(&block)?;
    Ok(block.len() as u64)
}

/// A journal that can be read, also by several readers at once.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    file: Arc<File>,
    bytes: u64,
    pub records: u64,
}

impl Journal {
    /// A file that an import left.
    pub fn open(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            bytes,
            records: 0,
        })
    }

    /// Writes down what came of the import.
    pub fn end(&self, end: End) -> io::Result<()> {
        let mut payload = vec![END, u8::from(end.mirrored)];
        payload.extend_from_slice(&end.records.to_le_bytes());
        payload.extend_from_slice(end.tree.as_bytes());
        write_block(&self.file, &payload).map(drop)
    }

    pub fn read(&self) -> JournalReader {
        JournalReader {
            journal: self.clone(),
            at: 0,
            block: Vec::new(),
            within: 0,
            end: None,
        }
    }
}

/// Where a record lies in its journal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordPlace {
    block: u64,
    within: u32,
}

/// Reads a journal from its begin.
#[derive(Debug)]
pub(crate) struct JournalReader {
    journal: Journal,
    /// Where the next block begins; 0: the head was not read yet.
    at: u64,
    block: Vec<u8>,
    within: usize,
    /// The end, once it was met.
    pub end: Option<End>,
}

impl JournalReader {
    /// The next record.
    ///
    /// # Errors
    /// Where the file can't be read or is damaged.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        Ok(self.next_placed()?.map(|(record, _)| record))
    }

    /// The next record and its place.
    pub fn next_placed(&mut self) -> io::Result<Option<(Record, RecordPlace)>> {
        while self.within >= self.block.len() {
            if !self.next_block()? {
                return Ok(None);
            }
        }
        let place = RecordPlace {
            block: self.block_at(),
            // Blocks are far shorter than 4 GiB.
            within: u32::try_from(self.within).unwrap_or(u32::MAX),
        };
        Ok(Some((self.record()?, place)))
    }

    /// The record at a place that [`JournalReader::next_placed`] gave.
    pub fn at(&mut self, place: RecordPlace) -> io::Result<Record> {
        // Records that are looked for are often neighbours.
        if self.block.is_empty() || self.block_at() != place.block {
            self.at = place.block;
            self.next_block()?;
        }
        self.within = place.within as usize;
        self.record()
    }

    /// The same journal from its begin.
    pub fn again(&self) -> Self {
        self.journal.read()
    }

    /// Goes behind the last block, because this one can't be read.
    pub fn give_up(&mut self) {
        self.at = self.journal.bytes.max(1);
        self.block.clear();
        self.within = 0;
    }

    /// Goes behind the next record.
    pub fn skip(&mut self) -> io::Result<()> {
        self.record().map(drop)
    }

    /// The key of the next record, without going there.
    pub fn peek_key(&mut self) -> io::Result<Option<&[u8]>> {
        while self.within >= self.block.len() {
            if !self.next_block()? {
                return Ok(None);
            }
        }
        Ok(Some(key_of(&self.block[self.within..])))
    }

    /// Where this block begins.
    fn block_at(&self) -> u64 {
        self.at - (HEAD_BYTES + self.block.len()) as u64
    }

    fn record(&mut self) -> io::Result<Record> {
        let mut rest = self.block.get(self.within..).ok_or_else(damaged)?;
        let record = Record::read(&mut rest).ok_or_else(damaged)?;
        self.within = self.block.len() - rest.len();
        Ok(record)
    }

    fn next_block(&mut self) -> io::Result<bool> {
        if self.at == 0 {
            let mut magic = [0; MAGIC.len()];
            read_at(&self.journal.file, &mut magic, 0)?;
            if magic != *MAGIC {
                return Err(damaged());
            }
            self.at = MAGIC.len() as u64;
        }
        self.block.clear();
        self.within = 0;
        if self.at >= self.journal.bytes {
            return Ok(false);
        }
        let mut head = [0; HEAD_BYTES];
        read_at(&self.journal.file, &mut head, self.at)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let left = self.journal.bytes - self.at - HEAD_BYTES as u64;
        if length > MAX_BLOCK_BYTES || u64::from(length) > left {
            return Err(damaged());
        }
        self.block.resize(length as usize, 0);
        read_at(
            &self.journal.file,
            &mut self.block,
            self.at + HEAD_BYTES as u64,
        )?;
        if Hash::of(&self.block).as_bytes()[..CHECK_BYTES] != head[4..] {
            self.block.clear();
            return Err(damaged());
        }
        self.at += HEAD_BYTES as u64 + u64::from(length);
        self.within = 1;
        match self.block.first() {
            Some(&RECORDS) => Ok(true),
            Some(&END) => {
                self.end = parse_end(&self.block);
                self.within = self.block.len();
                Ok(true)
            }
            _ => Err(damaged()),
        }
    }
}

fn parse_end(block: &[u8]) -> Option<End> {
    let rest = block.get(2..)?;
    let (records, tree) = rest.split_first_chunk::<8>()?;
    Some(End {
        mirrored: block[1] == 1,
        records: u64::from_le_bytes(*records),
        tree: Hash::from_bytes(tree.try_into().ok()?),
    })
}

fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the journal of the import is damaged",
    )
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use interchange::Refusal;

    fn record(number: u32) -> Record {
        Record::refused(
            Refusal::file(&format!("{number:08}"), "code", "x".repeat(100)),
            None,
        )
    }

    fn written(records: u32) -> Journal {
        let mut writer = JournalWriter::new(tempfile::tempfile().unwrap(), Path::new("x")).unwrap();
        for number in 0..records {
            writer.append(&record(number)).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_found_again() {
        let journal = written(3000);
        let end = End {
            mirrored: true,
            records: 3000,
            tree: Hash::of(b"t"),
        };
        journal.end(end).unwrap();
        let journal = Journal::open(journal.file.try_clone().unwrap()).unwrap();
        let mut reader = journal.read();
        let mut places = Vec::new();
        while let Some((read, place)) = reader.next_placed().unwrap() {
            assert_eq!(read, record(places.len() as u32));
            places.push(place);
        }
        assert_eq!((places.len(), reader.end), (3000, Some(end)));
        assert_eq!(journal.read().at(places[2500]).unwrap(), record(2500));
    }

    #[test]
    fn a_damaged_journal_counts_as_far_as_it_is_whole() {
        let journal = written(3000);
        let mut bytes = vec![0; journal.bytes as usize];
        read_at(&journal.file, &mut bytes, 0).unwrap();
        for change in [bytes.len() / 2, bytes.len() - 1] {
            let mut bytes = bytes.clone();
            bytes[change] ^= 1;
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let mut reader = Journal::open(file).unwrap().read();
            let mut count = 0;
            let error = loop {
                match reader.next() {
                    Ok(Some(read)) => assert_eq!(read, record(count)),
                    Ok(None) => panic!("the damage was not seen"),
                    Err(error) => break error,
                }
                count += 1;
            };
            assert!(count > 500 && count < 3000, "{count}: {error}");
        }
    }
}
