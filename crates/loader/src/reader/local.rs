//! Packs that are files on this machine, read through memory maps.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use ids::Hash;
use version_store::{Codec, EntryKind, Location, Store};

use super::remote::Remote;
use super::{Want, Wanted};
use crate::dataset::{OpenOptions, Verify};
use crate::link::Link;
use crate::table::{Blobs, Table};
use crate::{Error, Result};

const NOWHERE: u32 = u32::MAX;

/// All packs of one version, and where each blob of each row lies in them.
#[derive(Debug)]
pub(crate) struct LocalPacks {
    verify: Verify,
    packs: Vec<Pack>,
    fields: BTreeMap<String, FieldPlaces>,
    /// Reads blobs that are cut or lie outside the store, if the version has such.
    apart: Option<Remote>,
}

#[derive(Debug)]
struct Pack {
    hash: Hash,
    file: PathBuf,
    /// The whole file, mapped when it is first needed.
    bytes: OnceLock<Bytes>,
}

#[derive(Debug)]
struct FieldPlaces {
    /// By row.
    places: Vec<Place>,
    /// A bit for each row: whether this process has checked its bytes.
    checked: Vec<AtomicU64>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    stored_len: u64,
    raw_len: u64,
    /// Position in the list of packs, or [`NOWHERE`].
    pack: u32,
    codec: Codec,
}

impl LocalPacks {
    /// Looks up where every blob of the table lies.
    pub(crate) fn new(link: Link, options: OpenOptions, table: &Table) -> Result<Self> {
        let mut finder = Finder {
            link: &link,
            packs: Vec::new(),
            numbers: HashMap::new(),
        };
        let mut fields = BTreeMap::new();
        for (name, column) in &table.fields {
            let Some(blobs) = &column.blobs else { continue };
            let places = link.run(finder.places(blobs, table.len()))?;
            let checked = (0..table.len().div_ceil(64))
                .map(|_| AtomicU64::new(0))
                .collect();
            fields.insert(name.clone(), FieldPlaces { places, checked });
        }
        let verify = options.verify;
        let packs = finder.packs;
        let places = |field: &FieldPlaces| field.places.iter().any(Place::is_apart);
        let apart = match fields.values().any(places) {
            true => {
                let uncached = OpenOptions {
                    cache: None,
                    ..options
                };
                Some(Remote::new(link, uncached)?)
            }
            false => None,
        };
        Ok(Self {
            verify,
            packs,
            fields,
            apart,
        })
    }

    /// The bytes of each row, as slices of the map where they lie there as they are.
    pub(crate) fn read(&self, wanted: &Wanted<'_>) -> Result<Vec<Option<Bytes>>> {
        let mut apart = Vec::new();
        let mut read = Vec::with_capacity(wanted.rows.len());
        let field = self.fields.get(wanted.field);
        for place in 0..wanted.rows.len() {
            let (Some(want), Some(field)) = (wanted.want(place), field) else {
                read.push(None);
                continue;
            };
            let row = wanted.rows[place];
            if field.places[row].is_apart() {
                apart.push((place, want));
                read.push(None);
            } else {
                read.push(Some(self.read_one(field, row, &want)?));
            }
        }
        if let Some(reader) = &self.apart {
            let wants: Vec<Want<'_>> = apart.iter().map(|(_, want)| *want).collect();
            for ((place, _), bytes) in apart.into_iter().zip(reader.read(&wants)?) {
                read[place] = Some(bytes);
            }
        }
        Ok(read)
    }

    /// Appends the blob of each row, all of `length` bytes, to `out`: nothing is allocated for a sample. Answers
    /// with the rows that have none, or one of another length; zeros stand in their place.
    pub(crate) fn stack(
        &self,
        wanted: &Wanted<'_>,
        length: usize,
        out: &mut Vec<u8>,
    ) -> Result<Vec<(usize, Error)>> {
        let mut bad = Vec::new();
        let field = self.fields.get(wanted.field);
        for (place, row) in wanted.rows.iter().enumerate() {
            let end = out.len() + length;
            let at = field.map(|field| (field, &field.places[*row]));
            let found = match at {
                None => Err(wanted.missing(place)),
                Some((_, at)) if at.pack == NOWHERE && wanted.hash(place).is_none() => {
                    Err(wanted.missing(place))
                }
                Some((_, at)) if at.pack != NOWHERE && at.raw_len != length as u64 => {
                    Err(wanted.other_length(place, at.raw_len as usize, length))
                }
                Some((field, at)) => {
                    self.append(wanted, place, (field, at), out)?;
                    Ok(())
                }
            };
            if let Err(error) = found {
                bad.push((place, error));
            }
            out.resize(end, 0);
        }
        Ok(bad)
    }

    /// Appends one blob, checked where it must be.
    fn append(
        &self,
        wanted: &Wanted<'_>,
        place: usize,
        (field, at): (&FieldPlaces, &Place),
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let row = wanted.rows[place];
        let want = || wanted.want(place).ok_or_else(|| wanted.missing(place));
        let pack = self.packs.get(at.pack as usize);
        let stored = pack.and_then(|pack| Some((pack, pack.slice(at)?)));
        let start = out.len();
        let (pack, unpacked) = match (stored, at.codec) {
            (Some((pack, stored)), Codec::Raw) if at.stored_len == at.raw_len => {
                out.extend_from_slice(stored);
                (pack, Ok(()))
            }
            (Some((pack, stored)), Codec::Zstd) => {
                out.resize(start + at.raw_len as usize, 0);
                (pack, Store::unpack_into(stored, &mut out[start..]))
            }
            // Gone, cut short, or in many pieces: the long way has the words for it.
            _ => {
                out.extend_from_slice(&self.read_one(field, row, &want()?)?);
                return Ok(());
            }
        };
        if let Err(error) = unpacked {
            return Err(want()?.damaged(&pack.hash, error));
        }
        if self.must_check(field, row) {
            let want = want()?;
            if Hash::of(&out[start..]) != want.hash {
                return Err(want.damaged(&pack.hash, "its bytes are not those that were written"));
            }
            field.was_checked(row);
        }
        Ok(())
    }

    fn read_one(&self, field: &FieldPlaces, row: usize, want: &Want<'_>) -> Result<Bytes> {
        let place = field.places[row];
        if let (true, Some(reader)) = (place.is_apart(), &self.apart) {
            return Ok(reader.read(&[*want])?.pop().unwrap_or_default());
        }
        let pack = self
            .packs
            .get(place.pack as usize)
            .ok_or_else(|| gone(want))?;
        let whole = pack.bytes(want)?;
        let end = place
            .offset
            .checked_add(place.stored_len)
            .filter(|end| *end <= whole.len() as u64);
        let end =
            end.ok_or_else(|| want.damaged(&pack.hash, "the pack is shorter than its index says"))?;
        let stored = whole.slice(place.offset as usize..end as usize);
        if place.codec == Codec::Raw && !self.must_check(field, row) {
            return Ok(stored);
        }
        let location = Location {
            pack: pack.hash,
            offset: place.offset,
            stored_len: place.stored_len,
            raw_len: place.raw_len,
            codec: place.codec,
            kind: EntryKind::Blob,
        };
        let raw = Store::unpack_blob(&want.hash, &location, stored)
            .map_err(|error| want.damaged(&pack.hash, error))?;
        field.was_checked(row);
        Ok(raw)
    }

    fn must_check(&self, field: &FieldPlaces, row: usize) -> bool {
        match self.verify {
            Verify::Always => true,
            Verify::Never => false,
            Verify::First => {
                field.checked[row / 64].load(Ordering::Relaxed) & (1 << (row % 64)) == 0
            }
        }
    }
}

fn gone(want: &Want<'_>) -> Error {
    version_store::Error::Missing {
        what: "blob",
        hash: want.hash,
    }
    .into()
}

impl FieldPlaces {
    fn was_checked(&self, row: usize) {
        let bit = 1 << (row % 64);
        // Most rows were checked before: reading is cheaper than writing to what other threads read.
        if self.checked[row / 64].load(Ordering::Relaxed) & bit == 0 {
            self.checked[row / 64].fetch_or(bit, Ordering::Relaxed);
        }
    }
}

impl Place {
    /// Whether the blob does not lie in one piece in its pack.
    fn is_apart(&self) -> bool {
        !matches!(self.codec, Codec::Raw | Codec::Zstd)
    }
}

impl Pack {
    /// What is stored at a place, if the pack is mapped or can be, and long enough.
    fn slice(&self, place: &Place) -> Option<&[u8]> {
        let whole = match self.bytes.get() {
            Some(whole) => whole,
            None => {
                let mapped = map(&self.file).ok()?;
                self.bytes.get_or_init(|| mapped)
            }
        };
        let end = place.offset.checked_add(place.stored_len)?;
        whole.get(place.offset as usize..usize::try_from(end).ok()?)
    }

    fn bytes(&self, want: &Want<'_>) -> Result<&Bytes> {
        if let Some(bytes) = self.bytes.get() {
            return Ok(bytes);
        }
        let mapped = map(&self.file).map_err(|error| want.damaged(&self.hash, error))?;
        Ok(self.bytes.get_or_init(|| mapped))
    }
}

#[allow(unsafe_code)]
fn map(file: &PathBuf) -> std::io::Result<Bytes> {
    let file = File::open(file)?;
    // SAFETY: packs are written whole, renamed into place and never changed; removing one leaves its mapping
    // whole. Only someone who cuts a pack short by hand while it is read can break this.
    let map = unsafe { memmap2::Mmap::map(&file)? };
    Ok(Bytes::from_owner(map))
}

/// Numbers packs as they are met.
struct Finder<'a> {
    link: &'a Link,
    packs: Vec<Pack>,
    numbers: HashMap<Hash, u32>,
}

impl Finder<'_> {
    async fn places(&mut self, blobs: &Blobs, rows: usize) -> Result<Vec<Place>> {
        let nowhere = Place {
            offset: 0,
            stored_len: 0,
            raw_len: 0,
            pack: NOWHERE,
            codec: Codec::Raw,
        };
        let mut places = Vec::with_capacity(rows);
        for row in 0..rows {
            let Some(hash) = blobs.hash(row) else {
                places.push(nowhere);
                continue;
            };
            match self.link.store().locate(&hash).await {
                Ok(location) => places.push(Place {
                    offset: location.offset,
                    stored_len: location.stored_len,
                    raw_len: location.raw_len,
                    pack: self.number(&location.pack)?,
                    codec: location.codec,
                }),
                // Whoever reads this sample will be told; all others can be read.
                Err(version_store::Error::Missing { .. }) => places.push(nowhere),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(places)
    }

    fn number(&mut self, hash: &Hash) -> Result<u32> {
        if let Some(number) = self.numbers.get(hash) {
            return Ok(*number);
        }
        let file = self.link.store().pack_file(hash);
        let file = file
            .ok_or_else(|| Error::Internal(format!("pack {hash} is no file of a local store")))?;
        let number = self.packs.len() as u32;
        self.packs.push(Pack {
            hash: *hash,
            file,
            bytes: OnceLock::new(),
        });
        self.numbers.insert(*hash, number);
        Ok(number)
    }
}
