//! Moving entries from packs into new ones, and deleting packs: for collection and for erasure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::pack::{
    self, Codec, EntryKind, FooterEntry, Location, Prepared, TAIL_BYTES, check_stored,
    footer_offset, parse_footer,
};
use crate::pack_writer::PackWriter;
use crate::{Error, Result, Store, gc};

/// Stored bytes that are moved at once, unless one entry has more.
const MOVED_BYTES: u64 = 16 * 1024 * 1024;

impl Store {
    /// Every entry of a pack, in order.
    pub(crate) async fn read_footer(&self, name: &Hash) -> Result<Vec<FooterEntry>> {
        let path = pack::path(name);
        let missing = || Error::Missing {
            what: "pack",
            hash: *name,
        };
        let total = self.root().head(&path).await?.ok_or_else(missing)?.bytes;
        let tail_at = total.saturating_sub(TAIL_BYTES);
        let tail = self.root().get_range(&path, tail_at..total).await?;
        let offset = footer_offset(name, total, &tail)?;
        let footer = self.root().get_range(&path, offset..total).await?;
        parse_footer(name, offset, &footer)
    }

    /// Copies entries of a pack into new ones, and points the index there. Leaves that are given
    /// get another stored form.
    pub(crate) async fn move_entries(
        &self,
        pack: &Hash,
        entries: &[FooterEntry],
        leaves: &HashMap<Hash, Bytes>,
    ) -> Result<()> {
        let mut packs = PackWriter::moving(Arc::clone(&self.objects), self.pack_bytes);
        let mut rest = entries;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = rest.iter().take_while(|entry| {
                bytes += entry.location.stored_len;
                bytes <= MOVED_BYTES
            });
            let (now, later) = rest.split_at(fits.count().max(1));
            let ranges: Vec<_> = now.iter().map(|entry| entry.location.range()).collect();
            let parts = self.objects.pack_ranges(pack, &ranges).await?;
            for (entry, stored) in now.iter().zip(parts) {
                packs.put(&moved(entry, stored, leaves)?).await?;
            }
            rest = later;
        }
        packs.finish().await
    }

    /// Makes the index forget entries at these places: they have another one now. What else the packs hold
    /// moves, and they are garbage then.
    pub(crate) async fn leave_places(&self, places: &[(Hash, Location)]) -> Result<()> {
        let mut left: HashMap<Hash, HashSet<Hash>> = HashMap::new();
        for (hash, place) in places {
            left.entry(place.pack).or_default().insert(*hash);
        }
        for (pack, left) in &left {
            let mut entries = self.read_footer(pack).await?;
            entries.retain(|entry| !left.contains(&entry.hash));
            self.move_entries(pack, &entries, &HashMap::new()).await?;
        }
        self.forget_packs(&left.into_keys().collect()).await
    }

    async fn forget_packs(&self, doomed: &HashSet<Hash>) -> Result<()> {
        if doomed.is_empty() {
            return Ok(());
        }
        for file in &self.objects.index().files {
            let held = file.whole(self.root()).await?;
            if held.packs.iter().any(|pack| doomed.contains(pack)) {
                let file = std::slice::from_ref(file);
                self.objects.rewrite_index(file, doomed).await?;
            }
        }
        Ok(())
    }

    /// The index forgets the packs first, then they go, then their marks.
    pub(crate) async fn delete_packs(&self, doomed: &[Hash]) -> Result<()> {
        let doomed: HashSet<Hash> = doomed.iter().copied().collect();
        self.forget_packs(&doomed).await?;
        for name in &doomed {
            self.root().delete(&pack::path(name)).await?;
            self.root().delete(&gc::mark_path(name)).await?;
        }
        Ok(())
    }

    /// Rewrites every pack that holds one of these entries, without them, or a leaf that gets
    /// another stored form (by pack and hash), and deletes it. Nodes are never left out. Of blobs
    /// that are cut the chunks that no other blob has go too. Gives the number of packs deleted.
    ///
    /// # Errors
    /// [`Error::Damaged`] when what stays can't be read; failures of the store.
    pub(crate) async fn rewrite_packs(
        &self,
        dropping: &HashSet<Hash>,
        replaced: &HashMap<Hash, HashMap<Hash, Bytes>>,
    ) -> Result<u64> {
        let none = HashMap::new();
        self.objects.refresh().await?;
        let dropping = self.with_parts(dropping).await?;
        let mut doomed = Vec::new();
        for info in self.root().list(pack::PREFIX).await? {
            let Some(name) = pack::name_of(&info.path) else {
                continue;
            };
            let mut entries = self.read_footer(&name).await?;
            let before = entries.len();
            let leaves = replaced.get(&name).unwrap_or(&none);
            entries.retain(|entry| {
                entry.location.kind == EntryKind::Node || !dropping.contains(&entry.hash)
            });
            if entries.len() < before || !leaves.is_empty() {
                self.move_entries(&name, &entries, leaves).await?;
                doomed.push(name);
            }
        }
        self.delete_packs(&doomed).await?;
        Ok(doomed.len() as u64)
    }

    /// The entries, and the parts of cut blobs among them that no other blob has.
    async fn with_parts(&self, dropping: &HashSet<Hash>) -> Result<HashSet<Hash>> {
        let mut all = dropping.clone();
        let mut shared = HashSet::new();
        let mut seen = HashSet::new();
        for rows in self.index_rows().await? {
            for row in 0..rows.held.len() {
                let Ok((hash, place)) = rows.held.entry_at(row) else {
                    continue;
                };
                let is_cut = place.kind == EntryKind::Blob && place.codec == Codec::Cut;
                if !is_cut || !seen.insert(hash) {
                    continue;
                }
                let parts = self.parts_of(&hash, &place).await?;
                if dropping.contains(&hash) {
                    all.extend(parts);
                } else {
                    shared.extend(parts);
                }
            }
        }
        all.retain(|hash| dropping.contains(hash) || !shared.contains(hash));
        Ok(all)
    }
}

/// An entry as it is written into its new pack.
fn moved(entry: &FooterEntry, stored: Bytes, leaves: &HashMap<Hash, Bytes>) -> Result<Prepared> {
    if let Some(leaf) = leaves.get(&entry.hash) {
        return Ok(Prepared::named(EntryKind::Node, entry.hash, leaf.clone()));
    }
    // Damage must not get a fresh pack.
    check_stored(entry, &stored)?;
    Ok(Prepared {
        hash: entry.hash,
        kind: entry.location.kind,
        codec: entry.location.codec,
        raw_len: entry.location.raw_len,
        stored,
    })
}
