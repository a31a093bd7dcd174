//! Runs of sorted rows in a file without a name.
//!
//! A run is a series of blocks: `u32` stored bytes, `u32` raw bytes, then one zstd frame of rows, each as
//! [`Spilled::write`] wrote it. Nobody else reads them, and they end with the process.

use std::fs::File;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use super::Spilled;
use crate::codec::Reader;
use crate::{Error, Result};

/// A block is written when its rows have so many bytes.
const BLOCK_BYTES: usize = 128 << 10;
/// The quickest that still finds what neighbours share.
const ZSTD_LEVEL: i32 = 1;
const HEAD_BYTES: usize = 8;

/// A file that runs are appended to.
#[derive(Debug)]
pub(super) struct ScratchFile {
    file: Arc<File>,
    bytes: u64,
}

/// One run.
#[derive(Debug)]
pub(super) struct Run<T> {
    file: Arc<File>,
    start: u64,
    end: u64,
    rows: usize,
    row: PhantomData<fn() -> T>,
}

impl ScratchFile {
    pub fn new(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder).map_err(failed)?;
        Ok(Self {
            file: Arc::new(file),
            bytes: 0,
        })
    }

    /// Appends rows, which are sorted.
    pub fn write_run<T: Spilled>(&mut self, rows: &[T]) -> Result<Run<T>> {
        let start = self.bytes;
        let mut block = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8);
        for row in rows {
            row.write(&mut block);
            if block.len() >= BLOCK_BYTES {
                self.write_block(&block).map_err(failed)?;
                block.clear();
            }
        }
        if !block.is_empty() {
            self.write_block(&block).map_err(failed)?;
        }
        Ok(Run {
            file: Arc::clone(&self.file),
            start,
            end: self.bytes,
            rows: rows.len(),
            row: PhantomData,
        })
    }

    fn write_block(&mut self, raw: &[u8]) -> io::Result<()> {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
        let packed = zstd::bulk::compress(raw, ZSTD_LEVEL)?;
        let mut block = Vec::with_capacity(HEAD_BYTES + packed.len());
        block.extend_from_slice(&length(&packed)?.to_le_bytes());
        block.extend_from_slice(&length(raw)?.to_le_bytes());
        block.extend_from_slice(&packed);
        (&*self.file).write_all(&block)?;
        self.bytes += block.len() as u64;
        Ok(())
    }
}

impl<T> Run<T> {
    pub fn len(&self) -> usize {
        self.rows
    }

    pub fn read(&self) -> RunReader<T> {
        RunReader {
            file: Arc::clone(&self.file),
            at: self.start,
            end: self.end,
            block: Vec::new(),
            within: 0,
            row: PhantomData,
        }
    }
}

/// Reads a run from its begin.
#[derive(Debug)]
pub(super) struct RunReader<T> {
    file: Arc<File>,
    at: u64,
    end: u64,
    block: Vec<u8>,
    within: usize,
    row: PhantomData<fn() -> T>,
}

impl<T: Spilled> RunReader<T> {
    /// The next row; none at the end.
    pub fn next(&mut self) -> Result<Option<T>> {
        while self.within == self.block.len() {
            if self.at == self.end {
                return Ok(None);
            }
            self.next_block().map_err(failed)?;
        }
        let mut rest = Reader::new(&self.block[self.within..]);
        let row = T::read(&mut rest).map_err(|detail| failed(io::Error::other(detail)))?;
        self.within = self.block.len() - rest.rest().len();
        Ok(Some(row))
    }

    fn next_block(&mut self) -> io::Result<()> {
        let mut head = [0; HEAD_BYTES];
        read_at(&self.file, &mut head, self.at)?;
        let [a, b, c, d, e, f, g, h] = head;
        let (stored, raw) = (
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        );
        let mut packed = vec![0; stored as usize];
        read_at(&self.file, &mut packed, self.at + HEAD_BYTES as u64)?;
        self.block = zstd::bulk::decompress(&packed, raw as usize)?;
        self.within = 0;
        self.at += HEAD_BYTES as u64 + u64::from(stored);
        Ok(())
    }
}

fn failed(error: io::Error) -> Error {
    Error::Scratch {
        detail: error.to_string(),
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let end = file.stream_position()?;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)?;
    // Runs are appended where the last one ends.
    file.seek(SeekFrom::Start(end)).map(drop)
}
