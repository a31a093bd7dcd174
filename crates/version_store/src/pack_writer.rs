//! Writing entries into packs: fills one pack at a time, uploads full ones in the background, and
//! writes the location index when all packs are there.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::BytesMut;
use ids::Hash;
use tokio::task::JoinSet;

use crate::objects::Objects;
use crate::overlay::NamedNode;
use crate::pack::{self, Codec, EntryKind, Location, PackBuilder, Prepared};
use crate::{Error, Result};

/// Full packs that may wait for the store at the same time; more would only take memory.
const PARALLEL_UPLOADS: usize = 2;
/// An index is written after so many packs, so that a killed import need not begin anew.
const PACKS_PER_INDEX: usize = 16;

/// … or after so many entries, which are in memory until then.
const ENTRIES_PER_INDEX: usize = 1 << 18;

/// Blobs in packs that no index names yet: a commit can write theirs and its own as one.
#[derive(Debug, Clone, Default)]
pub struct Unindexed(Arc<Vec<(Hash, Location)>>);

/// What a pack held, and its memory.
type Uploaded = (Vec<(Hash, Location)>, Option<BytesMut>);

/// Writes packs. Nothing is visible to readers before [`PackWriter::finish`].
#[derive(Debug)]
pub(crate) struct PackWriter {
    objects: Arc<Objects>,
    pack_bytes: u64,
    current: PackBuilder,
    written: HashSet<Hash>,
    uploads: JoinSet<Result<Uploaded>>,
    /// Memory of packs that are in the store, for the next ones.
    spares: Vec<BytesMut>,
    uploaded: Vec<(Hash, Location)>,
    packs_uploaded: usize,
    /// Whether entries are written even though the store has them: they are to lie elsewhere.
    is_moving: bool,
    /// Records of objects outside that have a better place now.
    outlived: Vec<(Hash, Location)>,
    /// Bytes of entries as stored, so far.
    pub(crate) stored_bytes: u64,
}

impl PackWriter {
    pub(crate) fn new(objects: Arc<Objects>, pack_bytes: u64) -> Self {
        Self {
            objects,
            pack_bytes,
            current: PackBuilder::within(BytesMut::new()),
            written: HashSet::new(),
            uploads: JoinSet::new(),
            spares: Vec::new(),
            uploaded: Vec::new(),
            packs_uploaded: 0,
            is_moving: false,
            outlived: Vec::new(),
            stored_bytes: 0,
        }
    }

    /// A writer that gives entries of the store a new place.
    pub(crate) fn moving(objects: Arc<Objects>, pack_bytes: u64) -> Self {
        Self {
            is_moving: true,
            ..Self::new(objects, pack_bytes)
        }
    }

    /// Whether an entry was written or taken here, and stands in no index yet.
    pub(crate) fn wrote(&self, hash: &Hash) -> bool {
        self.written.contains(hash)
    }

    /// Whether the entry is in the store or was written here, as far as is known.
    pub(crate) async fn has(&self, kind: EntryKind, hash: &Hash) -> Result<bool> {
        let knows = !self.is_moving && self.objects.kept_place(kind, hash).await?.is_some();
        Ok(knows || self.wrote(hash))
    }

    /// Writes an entry unless it is there; tells whether it was written. A record of an object outside is no
    /// hindrance to bytes.
    pub(crate) async fn put(&mut self, entry: &Prepared) -> Result<bool> {
        let is_new = self.makes_room(entry).await?;
        if is_new {
            self.current.push(entry);
        }
        Ok(is_new)
    }

    /// Writes nodes that are not there, in their order.
    pub(crate) async fn put_nodes(&mut self, nodes: &[NamedNode]) -> Result<()> {
        let names: Vec<Hash> = nodes.iter().map(|(name, _)| *name).collect();
        let places = match self.is_moving {
            true => vec![None; names.len()],
            false => self.objects.kept_places(EntryKind::Node, &names).await?,
        };
        for ((name, node), place) in nodes.iter().zip(places) {
            if place.is_none() && !self.wrote(name) {
                let entry = Prepared::named(EntryKind::Node, *name, node.stored());
                self.note(&entry).await?;
                self.current.push(&entry);
            }
        }
        Ok(())
    }

    /// As [`PackWriter::put`], but does not copy the bytes: their memory is used until the pack is written.
    pub(crate) async fn put_apart(&mut self, entry: &Prepared) -> Result<bool> {
        let is_new = self.makes_room(entry).await?;
        if is_new {
            self.current.push_apart(entry);
        }
        Ok(is_new)
    }

    /// Writes an entry in place of one that the store has.
    pub(crate) async fn replace(&mut self, entry: &Prepared, place: Location) -> Result<()> {
        self.outlived.push((entry.hash, place));
        self.note(entry).await?;
        self.current.push(entry);
        Ok(())
    }

    /// Places that nobody should look at any more, once the packs are finished.
    pub(crate) fn take_outlived(&mut self) -> Vec<(Hash, Location)> {
        std::mem::take(&mut self.outlived)
    }

    /// Notes an entry that goes into the pack next, unless it is there; tells whether it goes.
    async fn makes_room(&mut self, entry: &Prepared) -> Result<bool> {
        if self.wrote(&entry.hash) {
            return Ok(false);
        }
        if !self.is_moving
            && let Some(place) = self.objects.kept_place(entry.kind, &entry.hash).await?
        {
            if place.codec != Codec::External || entry.codec == Codec::External {
                return Ok(false);
            }
            self.outlived.push((entry.hash, place));
        }
        self.note(entry).await?;
        Ok(true)
    }

    /// Notes an entry that goes into the pack next.
    async fn note(&mut self, entry: &Prepared) -> Result<()> {
        let length = entry.stored.len() as u64;
        if !self.current.is_empty() && self.current.len() + length > self.pack_bytes {
            self.seal().await?;
        }
        self.written.insert(entry.hash);
        self.stored_bytes += length;
        Ok(())
    }

    async fn seal(&mut self) -> Result<()> {
        if self.current.is_empty() {
            return Ok(());
        }
        while self.uploads.len() >= PARALLEL_UPLOADS {
            self.wait_for_upload().await?;
        }
        let next = PackBuilder::within(self.spares.pop().unwrap_or_default());
        let full = std::mem::replace(&mut self.current, next);
        if self.packs_uploaded >= PACKS_PER_INDEX || self.uploaded.len() >= ENTRIES_PER_INDEX {
            self.write_index().await?;
        }
        let objects = Arc::clone(&self.objects);
        self.uploads.spawn(async move {
            let mut sealed = full.seal();
            objects
                .root
                .put_parts_if_absent(&pack::path(&sealed.hash), sealed.parts.clone())
                .await?;
            let entries = std::mem::take(&mut sealed.entries);
            Ok((entries, sealed.into_spare()))
        });
        Ok(())
    }

    async fn wait_for_upload(&mut self) -> Result<()> {
        match self.uploads.join_next().await {
            None => Ok(()),
            Some(Ok(uploaded)) => {
                let (entries, spare) = uploaded?;
                self.uploaded.extend(entries);
                self.spares.extend(spare);
                self.packs_uploaded += 1;
                Ok(())
            }
            Some(Err(error)) => Err(Error::damaged("a new pack", error.to_string())),
        }
    }

    async fn write_index(&mut self) -> Result<()> {
        self.packs_uploaded = 0;
        let entries = std::mem::take(&mut self.uploaded);
        if !self.is_moving {
            // From now on the index knows them.
            for (hash, _) in &entries {
                self.written.remove(hash);
            }
        }
        self.objects.add_index(entries).await
    }

    /// Takes entries that another writer left, to write them into its index.
    pub(crate) fn adopt(&mut self, entries: &Unindexed) {
        self.written.extend(entries.0.iter().map(|(hash, _)| hash));
        self.uploaded.extend_from_slice(&entries.0);
    }

    /// Seals the last pack and waits until all packs are in the store.
    async fn upload_all(&mut self) -> Result<()> {
        self.seal().await?;
        while !self.uploads.is_empty() {
            self.wait_for_upload().await?;
        }
        Ok(())
    }

    /// Seals the last pack, waits until all packs are in the store, and then writes their index.
    pub(crate) async fn finish(mut self) -> Result<()> {
        self.checkpoint().await
    }

    /// As [`PackWriter::finish`], and goes on with a new pack.
    pub(crate) async fn checkpoint(&mut self) -> Result<()> {
        self.upload_all().await?;
        self.write_index().await
    }

    /// As [`PackWriter::finish`], but leaves the last part of the index to whoever comes next.
    pub(crate) async fn finish_unindexed(mut self) -> Result<Unindexed> {
        self.upload_all().await?;
        Ok(Unindexed(Arc::new(self.uploaded)))
    }
}
