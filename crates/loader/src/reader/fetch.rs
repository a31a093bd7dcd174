//! Blobs of one batch out of packs far away: from the cache where it has them, else by ranges.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ids::Hash;
use version_store::{Location, Store};

use super::Want;
use crate::Result;
use crate::cache::Cache;

/// Packs that one batch is read from at the same time.
const PARALLEL_PACKS: usize = 16;
/// What is fetched at a time for a cache, where most of the pack will be wanted.
const BLOCK_BYTES: u64 = 1 << 20;

/// Reads from a store, beside a cache.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fetch<'a> {
    pub store: &'a Store,
    pub cache: Option<&'a Cache>,
    /// How long packs are, as far as anybody asked.
    pub pack_lens: &'a Mutex<HashMap<Hash, u64>>,
    /// Whether whole blocks are worth fetching: most of what lies around a wanted blob will be wanted too.
    pub in_blocks: bool,
}

/// A blob that is wanted, by its place among the wants, and where it lies.
type Placed = (usize, Location);

impl Fetch<'_> {
    /// The bytes of each want, in order.
    pub(super) async fn read(&self, wants: &[Want<'_>]) -> Result<Vec<Bytes>> {
        let hashes: Vec<Hash> = wants.iter().map(|want| want.hash).collect();
        let mut by_pack: HashMap<Hash, Vec<Placed>> = HashMap::new();
        let mut apart = Vec::new();
        let places = self.store.locate_many(&hashes).await?;
        for (index, location) in places.into_iter().enumerate() {
            if location.is_here() {
                let of_pack = by_pack.entry(location.pack).or_default();
                of_pack.push((index, location));
            } else {
                apart.push((index, location));
            }
        }
        let parts: Vec<Vec<(usize, Bytes)>> = futures::stream::iter(by_pack)
            .map(|(pack, wanted)| self.of_pack(wants, pack, wanted))
            .buffer_unordered(PARALLEL_PACKS)
            .try_collect()
            .await?;
        let mut found = vec![Bytes::new(); wants.len()];
        for (index, bytes) in parts.into_iter().flatten() {
            found[index] = bytes;
        }
        for (index, location) in apart {
            found[index] = self.apart(&wants[index], &location).await?;
        }
        Ok(found)
    }

    async fn of_pack(
        &self,
        wants: &[Want<'_>],
        pack: Hash,
        mut wanted: Vec<Placed>,
    ) -> Result<Vec<(usize, Bytes)>> {
        wanted.sort_unstable_by_key(|(_, location)| location.offset);
        let mut read = Vec::with_capacity(wanted.len());
        let mut missing = self.cached(wants, &pack, wanted, &mut read);
        if missing.is_empty() {
            return Ok(read);
        }
        let turn = match self.cache {
            Some(cache) => cache.turn(&pack).await,
            None => None,
        };
        if turn.is_some() {
            missing = self.cached(wants, &pack, missing, &mut read);
        }
        let ranges = match self.in_blocks && self.cache.is_some() && !missing.is_empty() {
            true => blocks(&missing, self.pack_len(&pack).await?),
            false => missing
                .iter()
                .map(|(_, location)| location.range())
                .collect(),
        };
        let parts = self.parts(&pack, &ranges).await?;
        drop(turn);
        for (index, location) in missing {
            let want = &wants[index];
            let raw = match Store::unpack_blob(&want.hash, &location, slice(&parts, &location)) {
                Ok(raw) => raw,
                // Bytes can be damaged on the way: ask once more before giving up on the pack.
                Err(_) => {
                    let again = self.parts(&pack, &[location.range()]).await?;
                    Store::unpack_blob(&want.hash, &location, slice(&again, &location))
                        .map_err(|error| want.damaged(&pack, error))?
                }
            };
            read.push((index, raw));
        }
        Ok(read)
    }

    /// Takes what the cache has whole, and answers with the others.
    fn cached(
        &self,
        wants: &[Want<'_>],
        pack: &Hash,
        wanted: Vec<Placed>,
        read: &mut Vec<(usize, Bytes)>,
    ) -> Vec<Placed> {
        let Some((cache, held)) = self
            .cache
            .and_then(|cache| Some((cache, cache.pack(pack)?)))
        else {
            return wanted;
        };
        let mut missing = Vec::new();
        for (index, location) in wanted {
            let stored = held.read(location.range());
            let raw = stored.and_then(|stored| {
                let raw = Store::unpack_blob(&wants[index].hash, &location, stored.clone());
                raw.inspect_err(|_| cache.missed(&stored)).ok()
            });
            match raw {
                Some(raw) => {
                    cache.hit(location.stored_len);
                    read.push((index, raw));
                }
                None => missing.push((index, location)),
            }
        }
        missing
    }

    async fn pack_len(&self, pack: &Hash) -> Result<u64> {
        let lens = || {
            self.pack_lens
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let known = lens().get(pack).copied();
        match known {
            Some(len) => Ok(len),
            None => {
                let len = self.store.pack_len(pack).await?;
                lens().insert(*pack, len);
                Ok(len)
            }
        }
    }

    /// Ranges of a pack as they lie there, each with the offset of its first byte, and into the cache.
    async fn parts(&self, pack: &Hash, ranges: &[Range<u64>]) -> Result<Vec<(u64, Bytes)>> {
        let read = match self.store.read_pack_ranges(pack, ranges).await {
            // Too few bytes may be an answer that was cut on its way.
            Err(version_store::Error::Damaged { .. }) => {
                self.store.read_pack_ranges(pack, ranges).await
            }
            read => read,
        };
        let starts = ranges.iter().map(|range| range.start);
        let parts: Vec<_> = starts.zip(read?).collect();
        if let Some(cache) = self.cache {
            cache.write(pack, &parts);
        }
        Ok(parts)
    }

    /// A blob that lies in many pieces, or outside the store: the cache keeps it whole, under its own hash.
    async fn apart(&self, want: &Want<'_>, location: &Location) -> Result<Bytes> {
        if let Some(cache) = self.cache {
            let held = cache.pack(&want.hash);
            if let Some(found) = held.and_then(|held| held.read(0..location.raw_len)) {
                if Hash::of(&found) == want.hash {
                    cache.hit(location.raw_len);
                    return Ok(found);
                }
                cache.missed(&found);
            }
        }
        let read = self.store.blob(&want.hash).await;
        let whole = read.map_err(|error| match error {
            version_store::Error::Damaged { .. } => want.damaged(&location.pack, error),
            other => other.into(),
        })?;
        if let Some(cache) = self.cache {
            cache.write(&want.hash, &[(0, whole.clone())]);
        }
        Ok(whole)
    }
}

/// The blocks that hold what is missing, none behind the end of the pack.
fn blocks(missing: &[Placed], pack_len: u64) -> Vec<Range<u64>> {
    let numbers: BTreeSet<u64> = missing
        .iter()
        .flat_map(|(_, location)| {
            let range = location.range();
            range.start / BLOCK_BYTES..range.end.div_ceil(BLOCK_BYTES)
        })
        .collect();
    let end = |number: u64| (number + 1).saturating_mul(BLOCK_BYTES).min(pack_len);
    numbers
        .into_iter()
        .map(|number| number * BLOCK_BYTES..end(number))
        .collect()
}

/// The bytes of a location out of parts that hold it, perhaps in several that follow one another; nothing where
/// they don't.
fn slice(parts: &[(u64, Bytes)], location: &Location) -> Bytes {
    let wanted = location.range();
    let first = parts.partition_point(|(start, _)| *start <= wanted.start);
    let mut found = Vec::new();
    for (start, part) in &parts[first.saturating_sub(1)..] {
        let at = wanted.start + found.len() as u64;
        let Some(from) = at.checked_sub(*start).map(|from| from as usize) else {
            break;
        };
        let to = (wanted.end - start).min(part.len() as u64) as usize;
        if from >= to {
            break;
        }
        if from + (wanted.end - wanted.start) as usize == to {
            return part.slice(from..to);
        }
        found.extend_from_slice(&part[from..to]);
    }
    found.into()
}
