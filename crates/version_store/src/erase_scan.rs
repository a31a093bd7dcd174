//! What must go when samples are erased: found in every leaf of every pack and in every segment, in
//! whatever version, branch or leftover they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use dataset::Field;
use ids::Hash;

use crate::held::Held;
use crate::node::Node;
use crate::pack::{self, EntryKind, unpack_entry};
use crate::rows::{decode_sample, sample_of_label};
use crate::segment::{self, Segment};
use crate::tree;
use crate::{Error, Result, Store, commit};

/// Nodes that are read together.
const NODES_AT_ONCE: usize = 1024;

/// What belongs to one erased sample.
#[derive(Debug, Default)]
pub(crate) struct Belongings {
    pub(crate) blobs: BTreeSet<Hash>,
    pub(crate) values: BTreeSet<Hash>,
    pub(crate) rows: BTreeSet<Hash>,
}

/// What a store has of erased samples.
#[derive(Debug, Default)]
pub(crate) struct EraseScan {
    /// By pack: leaves that hold values of erased samples, and what they are without them.
    pub(crate) nodes: HashMap<Hash, HashMap<Hash, Bytes>>,
    /// Segments that hold such values, without them.
    pub(crate) segments: Vec<(Hash, Bytes)>,
    /// Rows whose values go, as often as they are stored.
    pub(crate) rows: u64,
    pub(crate) belongings: BTreeMap<Vec<u8>, Belongings>,
}

/// Who else uses what may go: blobs and values, with the key of one sample that does.
#[derive(Debug, Default)]
pub(crate) struct Used(pub(crate) HashMap<Hash, String>);

impl Store {
    /// Looks for all that belongs to samples with these keys.
    pub(crate) async fn scan_for_erasure(&self, keys: &BTreeSet<Vec<u8>>) -> Result<EraseScan> {
        let mut scan = EraseScan::default();
        let mut moving = HashSet::new();
        for name in self.segment_names().await? {
            let segment = self.objects.segment(&name).await?;
            let came_by = |key: &Vec<u8>| {
                let mut moves = segment.moves.iter();
                moves.any(|folder| key.starts_with(folder.to.as_bytes()))
            };
            if keys.iter().any(came_by) {
                moving.insert(name);
            }
            self.look_at_segment(name, &segment, keys, &mut scan)
                .await?;
        }
        if !moving.is_empty() {
            self.write_moved_rows(&moving).await?;
        }
        for pack in self.pack_names().await? {
            for names in self.node_names(&pack).await?.chunks(NODES_AT_ONCE) {
                for (name, leaf) in self.leaves(&pack, names).await? {
                    self.look_at_leaf((&pack, &name), &leaf, keys, &mut scan)
                        .await?;
                }
            }
        }
        Ok(scan)
    }

    /// Writes the nodes of versions that these segments lead to, in which a folder got another name: no leaf has its
    /// rows under their new keys yet, and none could be without their values.
    async fn write_moved_rows(&self, moving: &HashSet<Hash>) -> Result<()> {
        for info in self.root().list(commit::PREFIX).await? {
            let name = info.path.rsplit('/').next();
            let Some(name) = name.and_then(|name| name.parse().ok()) else {
                continue;
            };
            let changes = self.objects.commit(&name).await?.changes;
            if !changes.is_some_and(|changes| moving.contains(&changes)) {
                continue;
            }
            match self.write_nodes_of(&name).await {
                // A leftover whose base was collected: nobody can make its rows.
                Ok(_) | Err(Error::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn look_at_leaf(
        &self,
        (pack, name): (&Hash, &Hash),
        leaf: &Node,
        keys: &BTreeSet<Vec<u8>>,
        scan: &mut EraseScan,
    ) -> Result<()> {
        let mut of_them: Vec<&[u8]> = Vec::new();
        for row in 0..leaf.len() {
            let key = leaf.key(row);
            if keys.contains(sample_of_label(key)) {
                self.take(key, leaf.held(row), scan).await?;
                of_them.push(key);
            }
        }
        if !of_them.is_empty() {
            let (without, erased) = leaf.erase_values(&of_them);
            if erased > 0 {
                scan.rows += erased as u64;
                scan.nodes.entry(*pack).or_default().insert(*name, without);
            }
        }
        Ok(())
    }

    async fn look_at_segment(
        &self,
        name: Hash,
        segment: &Segment,
        keys: &BTreeSet<Vec<u8>>,
        scan: &mut EraseScan,
    ) -> Result<()> {
        let is_one = |key: &[u8]| keys.contains(sample_of_label(key));
        for (key, held) in segment.set_rows() {
            if is_one(key) {
                self.take(key, held.clone(), scan).await?;
            }
        }
        let (without, erased) = segment.erase_values(is_one);
        if erased > 0 {
            scan.rows += erased as u64;
            scan.segments.push((name, without));
        }
        Ok(())
    }

    /// Notes what a row of an erased sample holds and names.
    async fn take(&self, key: &[u8], held: Held, scan: &mut EraseScan) -> Result<()> {
        let sample = sample_of_label(key);
        let belongings = scan.belongings.entry(sample.to_vec()).or_default();
        if let Held::Apart(value) = &held {
            belongings.values.insert(*value);
        }
        if key == sample {
            belongings.rows.insert(held.hash());
            belongings.blobs.extend(self.blobs_of(key, held).await?);
        }
        Ok(())
    }

    async fn blobs_of(&self, key: &[u8], held: Held) -> Result<Vec<Hash>> {
        let value = match held {
            Held::Erased(_) => return Ok(Vec::new()),
            // The value may be gone already, if this began before and was interrupted.
            Held::Apart(_) => match tree::value(&self.objects, key, held).await {
                Err(crate::Error::Missing { .. }) => return Ok(Vec::new()),
                value => value?,
            },
            Held::Value(value) => value,
        };
        let sample = decode_sample(key, &value)?;
        let blobs = sample.fields.values().filter_map(Field::blob);
        Ok(blobs.map(|blob| blob.hash).collect())
    }

    /// Which of these blobs and values samples with other keys use.
    pub(crate) async fn used_by_others(
        &self,
        keys: &BTreeSet<Vec<u8>>,
        wanted: &HashSet<Hash>,
    ) -> Result<Used> {
        let mut used = Used::default();
        if wanted.is_empty() {
            return Ok(used);
        }
        for pack in self.pack_names().await? {
            for names in self.node_names(&pack).await?.chunks(NODES_AT_ONCE) {
                for (_, leaf) in self.leaves(&pack, names).await? {
                    for row in 0..leaf.len() {
                        let (key, held) = (leaf.key(row), leaf.held(row));
                        self.note_use((key, held), keys, wanted, &mut used).await?;
                    }
                }
            }
        }
        for name in self.segment_names().await? {
            let segment = self.objects.segment(&name).await?;
            for (key, held) in segment.set_rows() {
                self.note_use((key, held.clone()), keys, wanted, &mut used)
                    .await?;
            }
        }
        Ok(used)
    }

    async fn note_use(
        &self,
        (key, held): (&[u8], Held),
        keys: &BTreeSet<Vec<u8>>,
        wanted: &HashSet<Hash>,
        used: &mut Used,
    ) -> Result<()> {
        let sample = sample_of_label(key);
        if keys.contains(sample) {
            return Ok(());
        }
        let mut found = Vec::new();
        if let Held::Apart(value) = &held {
            found.push(*value);
        }
        if key == sample {
            found.extend(self.blobs_of(key, held).await?);
        }
        for hash in found.into_iter().filter(|hash| wanted.contains(hash)) {
            let name = || String::from_utf8_lossy(sample).into_owned();
            used.0.entry(hash).or_insert_with(name);
        }
        Ok(())
    }

    /// Names of all packs.
    pub(crate) async fn pack_names(&self) -> Result<Vec<Hash>> {
        let listed = self.root().list(pack::PREFIX).await?;
        let names = listed.iter().filter_map(|info| pack::name_of(&info.path));
        Ok(names.collect())
    }

    async fn segment_names(&self) -> Result<Vec<Hash>> {
        let listed = self.root().list(segment::PREFIX).await?;
        let names = listed
            .iter()
            .filter_map(|info| info.path.rsplit('/').next()?.parse().ok());
        Ok(names.collect())
    }

    async fn node_names(&self, pack: &Hash) -> Result<Vec<(Hash, pack::Location)>> {
        let entries = self.read_footer(pack).await?;
        let nodes = entries
            .iter()
            .filter(|entry| entry.location.kind == EntryKind::Node);
        Ok(nodes.map(|entry| (entry.hash, entry.location)).collect())
    }

    /// The leaves among these nodes, as this pack has them.
    async fn leaves(
        &self,
        pack: &Hash,
        nodes: &[(Hash, pack::Location)],
    ) -> Result<Vec<(Hash, Arc<Node>)>> {
        let ranges: Vec<_> = nodes.iter().map(|(_, location)| location.range()).collect();
        let parts = self.objects.pack_ranges(pack, &ranges).await?;
        let mut leaves = Vec::new();
        for ((name, location), stored) in nodes.iter().zip(parts) {
            let node = Node::decode(name, &unpack_entry(name, location, stored)?)?;
            if node.level == 0 {
                leaves.push((*name, Arc::new(node)));
            }
        }
        Ok(leaves)
    }
}
