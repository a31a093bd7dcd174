//! A large index file of another machine, read a block at a time: hashes are spread evenly, so the
//! block of a hash can be guessed, and the guess is never far off.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use blob_store::ObjectRoot;
use bytes::Bytes;
use ids::Hash;
use moka::future::Cache;

use super::file::{Header, IndexFile};
use super::row::{Stretch, find, hash_at, rank, read_row, row_at};
use super::{HEADER_BYTES, ROW_BYTES, path};
use crate::Result;
use crate::pack::Location;

/// Rows that are read together: 32 KiB.
const BLOCK_ROWS: usize = 512;
/// Guesses before the rest of the rows is halved instead.
const GUESSES: usize = 6;
/// What the first request for a file asks for: the header, and in nearly all files the packs.
const FIRST_BYTES: u64 = 64 * 1024;
/// Memory for blocks that were read.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Blocks that were read, of all files of a store. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Blocks(Cache<(Hash, usize), Bytes>);

impl Default for Blocks {
    fn default() -> Self {
        let weigher = |_: &_, block: &Bytes| u32::try_from(block.len()).unwrap_or(u32::MAX);
        Self(
            Cache::builder()
                .max_capacity(CACHE_BYTES)
                .weigher(weigher)
                .build(),
        )
    }
}

/// The file, and what is known of it.
#[derive(Debug)]
pub(super) struct Ranged {
    root: ObjectRoot,
    blocks: Blocks,
    path: String,
    name: Hash,
    packs: Vec<Hash>,
    rows_at: u64,
    rows: usize,
}

/// A hash on its way to being found.
struct Search {
    hash: Hash,
    at: usize,
    stretch: Stretch,
}

impl Search {
    /// The block to look at next.
    fn block(&self, round: usize) -> usize {
        let row = match round {
            0..GUESSES => self.stretch.guess(&self.hash),
            _ => self.stretch.low + (self.stretch.high - self.stretch.low) / 2,
        };
        row / BLOCK_ROWS
    }
}

impl Ranged {
    pub(super) async fn open(file: &IndexFile, root: ObjectRoot, blocks: Blocks) -> Result<Self> {
        let path = path(file.class, &file.name);
        let mut first = root
            .get_range(&path, 0..file.bytes.min(FIRST_BYTES))
            .await?;
        let header = Header::parse(file.class, &file.name, file.bytes, &first)?;
        let rows_at = header.rows_at();
        if rows_at > first.len() as u64 {
            first = root.get_range(&path, 0..rows_at).await?;
        }
        let packs = header.packs(&file.name, &first[HEADER_BYTES..rows_at as usize])?;
        let rows = usize::try_from(header.rows()).map_err(|_| file.damaged("it is too long"))?;
        Ok(Self {
            root,
            blocks,
            path,
            name: file.name,
            packs,
            rows_at,
            rows,
        })
    }

    /// Where hashes lie, as far as this file knows, in the order asked for.
    pub(super) async fn lookup_many(&self, hashes: &[Hash]) -> Result<Vec<Option<Location>>> {
        let mut found = vec![None; hashes.len()];
        let searches = hashes.iter().enumerate().map(|(at, hash)| Search {
            hash: *hash,
            at,
            stretch: Stretch::all(self.rows),
        });
        let mut open: Vec<Search> = searches.collect();
        for round in 0.. {
            open.retain(|search| search.stretch.low < search.stretch.high);
            if open.is_empty() {
                break;
            }
            let guess = |search: &Search| search.block(round);
            let wanted: BTreeSet<usize> = open.iter().map(guess).collect();
            let blocks = self.read(wanted.into_iter().collect()).await?;
            open.retain_mut(|search| {
                let number = guess(search);
                // All guesses were read.
                let Ok(at) = blocks.binary_search_by_key(&number, |(number, _)| *number) else {
                    return false;
                };
                let (place, is_open) = self.look(search, number, &blocks[at].1);
                found[search.at] = place;
                is_open
            });
        }
        Ok(found)
    }

    /// Looks into a block: the place if it is there, and whether the search goes on elsewhere.
    fn look(&self, search: &mut Search, number: usize, block: &[u8]) -> (Option<Location>, bool) {
        let rows = block.len() / ROW_BYTES;
        let first = hash_at(block, 0);
        let last = hash_at(block, rows - 1);
        if search.hash.as_bytes().as_slice().cmp(first) == Ordering::Less {
            search.stretch.high = number * BLOCK_ROWS;
            search.stretch.high_rank = rank(first);
            return (None, true);
        }
        if search.hash.as_bytes().as_slice().cmp(last) == Ordering::Greater {
            search.stretch.low = number * BLOCK_ROWS + rows;
            search.stretch.low_rank = rank(last);
            return (None, true);
        }
        let row = find(block, &search.hash);
        let entry = row.and_then(|row| read_row(row_at(block, row), &self.packs).ok());
        (entry.map(|(_, location)| location), false)
    }

    /// Blocks by number, sorted.
    async fn read(&self, wanted: Vec<usize>) -> Result<Vec<(usize, Bytes)>> {
        let mut blocks = Vec::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for number in wanted {
            match self.blocks.0.get(&(self.name, number)).await {
                Some(block) => blocks.push((number, block)),
                None => missing.push(number),
            }
        }
        let range = |number: &usize| {
            let rows = number * BLOCK_ROWS..(number * BLOCK_ROWS + BLOCK_ROWS).min(self.rows);
            self.rows_at + (rows.start * ROW_BYTES) as u64
                ..self.rows_at + (rows.end * ROW_BYTES) as u64
        };
        let ranges: Vec<_> = missing.iter().map(range).collect();
        if !ranges.is_empty() {
            let read = self.root.get_ranges(&self.path, &ranges).await?;
            for (number, block) in missing.into_iter().zip(read) {
                // A copy, so that no longer answer is kept for its sake.
                let block = Bytes::copy_from_slice(&block);
                self.blocks
                    .0
                    .insert((self.name, number), block.clone())
                    .await;
                blocks.push((number, block));
            }
        }
        blocks.sort_unstable_by_key(|(number, _)| *number);
        Ok(blocks)
    }
}
