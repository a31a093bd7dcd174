//! Checking every byte of packs and indexes.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures::StreamExt;
use ids::Hash;
use rayon::prelude::*;

use crate::fsck::{FsckReport, FsckRequest, FsckStep, Place};
use crate::gc_mark::Rows;
use crate::index::{self, Class, Held, IndexFile};
use crate::pack::{self, Codec, FooterEntry, TAIL_BYTES, check_frame, check_stored, footer_offset};
use crate::pack::{EntryKind, Location};
use crate::{Error, Result, Store};

/// Packs that are in memory at the same time: one is read while the other is checked.
const PACKS_AT_ONCE: usize = 2;
/// Blobs outside the store that are looked at at the same time.
const PARALLEL_OUTSIDE: usize = 8;
/// Rows of an index that are named when they lead nowhere; all others are counted.
const NAMED_ROWS: usize = 10;

/// What the check of the data learned.
#[derive(Debug, Default)]
pub(crate) struct Sound {
    /// Packs that are there and whose footer can be read.
    packs: HashSet<Hash>,
    /// Damaged entries, with the pack in which they are.
    damaged: HashSet<(Hash, Hash)>,
    /// Blobs that lie outside, with the place of their records.
    outside: Vec<(Hash, Location)>,
    /// Those of them that can't be read as they were.
    lost: HashMap<Hash, Error>,
}

/// What was seen in one pack.
#[derive(Default)]
struct PackSeen {
    entries: Vec<FooterEntry>,
    problems: Vec<Error>,
    damaged: Vec<Hash>,
    bytes: u64,
}

impl Sound {
    fn has(&self, hash: &Hash, place: &Location) -> bool {
        self.packs.contains(&place.pack) && !self.damaged.contains(&(*hash, place.pack))
    }
}

impl Store {
    pub(crate) async fn check_data(
        &self,
        request: &FsckRequest,
        report: &mut FsckReport,
        mut progress: impl FnMut(FsckStep),
    ) -> Result<Sound> {
        let mut indexes = self.open_indexes(report).await?;
        let mut sound = Sound::default();
        let listed = self.root().list(pack::PREFIX).await?;
        let total = listed.len() as u64;
        let mut done = 0;
        let mut names = Vec::with_capacity(listed.len());
        for info in listed {
            match pack::name_of(&info.path) {
                Some(name) => names.push(name),
                None => {
                    done += 1;
                    let error = Error::damaged(&info.path, "it is not named as a pack is");
                    report.add(&error, &Place::default());
                }
            }
        }
        let mut seen = futures::stream::iter(names)
            .map(|name| async move {
                let is_known = request.sound_packs.contains(&name);
                (name, self.see_pack(&name, is_known).await)
            })
            .buffered(PACKS_AT_ONCE);
        while let Some((name, pack)) = seen.next().await {
            done += 1;
            let pack = pack.unwrap_or_else(|error| PackSeen {
                problems: vec![error],
                ..PackSeen::default()
            });
            let is_sound = pack.problems.is_empty();
            take_pack(&name, pack, &mut indexes, (&mut sound, report));
            progress(FsckStep {
                done,
                total,
                sound: is_sound.then_some(name),
            });
        }
        drop(seen);
        self.look_outside(request, (&mut sound, report)).await;
        for rows in &indexes {
            check_all_led_somewhere(rows, report);
        }
        Ok(sound)
    }

    /// Looks at the blobs that lie outside the store. What is wrong with them is told where a version has them.
    async fn look_outside(
        &self,
        request: &FsckRequest,
        (sound, report): (&mut Sound, &mut FsckReport),
    ) {
        let recorded = std::mem::take(&mut sound.outside);
        let mut looked = futures::stream::iter(recorded)
            .map(|(blob, place)| async move {
                let looked = self.look_at(&blob, &place, request.trusts_tags).await;
                (blob, looked)
            })
            .buffer_unordered(PARALLEL_OUTSIDE);
        while let Some((blob, looked)) = looked.next().await {
            match looked {
                Ok(is_outside) => report.outside += u64::from(is_outside),
                Err(error) => {
                    report.outside += 1;
                    sound.lost.insert(blob, error);
                }
            }
        }
    }

    /// Whether the blob lies outside, and is as it was.
    async fn look_at(&self, blob: &Hash, place: &Location, trusts_tags: bool) -> Result<bool> {
        // A record that has a successor leads nowhere, and nobody asks it.
        if self.objects.locate(EntryKind::Blob, blob).await? != *place {
            return Ok(false);
        }
        let outside = self.objects.outside_of(blob, place).await?;
        match trusts_tags && outside.record.etag.is_some() {
            true => outside.check_state(blob).await?,
            false => outside.check_bytes(blob).await?,
        }
        Ok(true)
    }

    /// Reads a pack; one that is known to be sound by its footer alone.
    async fn see_pack(&self, name: &Hash, is_known: bool) -> Result<PackSeen> {
        if is_known {
            let entries = self.read_footer(name).await?;
            return Ok(PackSeen {
                entries,
                ..PackSeen::default()
            });
        }
        let path = pack::path(name);
        let whole = match self.root().map(&path)? {
            Some(mapped) => mapped,
            None => self.root().get(&path).await?,
        };
        let name = *name;
        let seen = tokio::task::spawn_blocking(move || see_whole(&name, &whole)).await;
        seen.map_err(|error| Error::damaged("a check", error.to_string()))?
    }

    /// All index files that are what their names say.
    async fn open_indexes(&self, report: &mut FsckReport) -> Result<Vec<Rows>> {
        let mut opened = Vec::new();
        for info in self.root().list(index::PREFIX).await? {
            let Some((class, name)) = index::name_of(&info.path) else {
                let error = Error::damaged(&info.path, "it is not named as an index is");
                report.add(&error, &Place::default());
                continue;
            };
            match self.open_index(class, &name).await {
                Ok(held) => {
                    let file = IndexFile::new(class, name, info.bytes);
                    opened.push(Rows::none(file.into(), held));
                }
                Err(error) => report.add(&error, &Place::default()),
            }
        }
        Ok(opened)
    }

    async fn open_index(&self, class: Class, name: &Hash) -> Result<Held> {
        let path = index::path(class, name);
        let bytes = match self.root().map(&path)? {
            Some(mapped) => mapped,
            None => self.root().get(&path).await?,
        };
        let whole = bytes.clone();
        let hash = tokio::task::spawn_blocking(move || Hash::of(&whole)).await;
        if hash.ok() != Some(*name) {
            return Err(Error::damaged(
                format!("index {name}"),
                "its bytes are not those that its hash names",
            ));
        }
        Held::parse(class, name, &bytes)
    }

    /// Checks that a blob of so many bytes is in the store, whole.
    pub(crate) async fn check_blob(&self, sound: &Sound, hash: &Hash, bytes: u64) -> Result<()> {
        let missing = |hash: &Hash| Error::Missing {
            what: "undamaged blob",
            hash: *hash,
        };
        let place = match self.objects.locate(EntryKind::Blob, hash).await {
            Ok(place) if sound.has(hash, &place) => place,
            Ok(_) | Err(Error::Missing { .. }) => return Err(missing(hash)),
            Err(error) => return Err(error),
        };
        if let Some(error) = sound.lost.get(hash) {
            return Err(error.clone());
        }
        if place.raw_len != bytes {
            return Err(Error::damaged(
                format!("blob {hash}"),
                "its length is not the one in the sample",
            ));
        }
        if place.codec == Codec::Cut {
            let parts = self.parts_of(hash, &place).await?;
            let places = self.objects.find_many(Class::Blobs, &parts).await?;
            let is_there = |(part, place): (&Hash, &Option<Location>)| {
                place.is_some_and(|place| sound.has(part, &place))
            };
            if !parts.iter().zip(&places).all(is_there) {
                return Err(missing(hash));
            }
        }
        Ok(())
    }
}

/// Checks every byte of a pack.
fn see_whole(name: &Hash, whole: &Bytes) -> Result<PackSeen> {
    let total = whole.len() as u64;
    let short = || Error::damaged(format!("pack {name}"), "it is too short to be one");
    let tail_at = total.checked_sub(TAIL_BYTES).ok_or_else(short)?;
    let end = footer_offset(name, total, &whole[tail_at as usize..])?;
    let entries = pack::parse_footer(name, end, &whole[end as usize..])?;
    let mut problems = Vec::new();
    problems.extend(check_frame(whole, end, &entries).err());
    let check = |entry: &FooterEntry| {
        let range = entry.location.range();
        let stored = whole.slice(range.start as usize..range.end as usize);
        check_stored(entry, &stored)
            .err()
            .map(|error| (entry.hash, error))
    };
    let damaged: Vec<(Hash, Error)> = entries.par_iter().filter_map(check).collect();
    let (damaged, errors): (Vec<_>, Vec<_>) = damaged.into_iter().unzip();
    problems.extend(errors);
    Ok(PackSeen {
        entries,
        problems,
        damaged,
        bytes: total,
    })
}

/// Adds what was seen in a pack to what is known, and ticks off the index rows that lead into it.
fn take_pack(
    name: &Hash,
    pack: PackSeen,
    indexes: &mut [Rows],
    (sound, report): (&mut Sound, &mut FsckReport),
) {
    report.packs += 1;
    report.bytes += pack.bytes;
    report.entries += (pack.entries.len() - pack.damaged.len()) as u64;
    for error in &pack.problems {
        report.add(error, &Place::default());
    }
    let damaged = pack.damaged.into_iter().map(|hash| (hash, *name));
    sound.damaged.extend(damaged);
    if !pack.entries.is_empty() {
        sound.packs.insert(*name);
    }
    let is_outside = |entry: &&FooterEntry| entry.location.codec == Codec::External;
    let outside = pack.entries.iter().filter(is_outside);
    sound
        .outside
        .extend(outside.map(|entry| (entry.hash, entry.location)));
    for entry in &pack.entries {
        let class = entry.location.kind.class();
        for rows in indexes
            .iter_mut()
            .filter(|rows| rows.file.class.holds(class))
        {
            let Some(row) = rows.held.row_of(&entry.hash) else {
                continue;
            };
            if rows.held.entry_at(row) == Ok((entry.hash, entry.location)) {
                rows.insert(row);
            }
        }
    }
}

/// Every row of an index must lead to an entry that is as the row says.
fn check_all_led_somewhere(rows: &Rows, report: &mut FsckReport) {
    let astray: Vec<usize> = (0..rows.held.len())
        .filter(|row| !rows.contains(*row))
        .collect();
    if astray.is_empty() {
        return;
    }
    let named = astray.iter().take(NAMED_ROWS);
    let names: Vec<String> = named
        .map(|row| match rows.held.entry_at(*row) {
            Ok((hash, place)) => format!("{hash} in pack {}", place.pack),
            Err(detail) => detail.to_owned(),
        })
        .collect();
    let detail = format!(
        "{} of its rows lead to no such entry: {}",
        astray.len(),
        names.join(", ")
    );
    let error = Error::damaged(format!("index {}", rows.file.name), detail);
    report.add(&error, &Place::default());
}
