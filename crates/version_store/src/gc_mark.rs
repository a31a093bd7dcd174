//! Marking what is alive: a bit for each row of each index file.

use std::collections::HashSet;
use std::sync::Arc;

use dataset::Field;
use ids::Hash;

use crate::chunk_list::Lists;
use crate::commit::empty_meta;
use crate::held::Held;
use crate::index::{self, Class, IndexFile};
use crate::node::Node;
use crate::pack::{Codec, EntryKind, Location};
use crate::rows::decode_sample;
use crate::tree;
use crate::{Result, Store};

/// Nodes that are read together.
const NODES_AT_ONCE: usize = 256;

/// A set of rows of one index file.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) file: Arc<IndexFile>,
    pub(crate) held: index::Held,
    bits: Vec<u64>,
}

impl Rows {
    /// None of the rows.
    pub(crate) fn none(file: Arc<IndexFile>, held: index::Held) -> Self {
        let bits = vec![0; held.len().div_ceil(64)];
        Self { file, held, bits }
    }

    /// Adds a row; tells whether it was not among them.
    pub(crate) fn insert(&mut self, row: usize) -> bool {
        let bit = 1 << (row % 64);
        let is_new = self.bits[row / 64] & bit == 0;
        self.bits[row / 64] |= bit;
        is_new
    }

    pub(crate) fn contains(&self, row: usize) -> bool {
        self.bits[row / 64] & (1 << (row % 64)) != 0
    }
}

/// What is alive.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) commits: HashSet<Hash>,
    /// Change segments of those.
    pub(crate) segments: HashSet<Hash>,
    /// Entries that are alive.
    pub(crate) entries: u64,
    /// Newest file first, as lookups prefer them.
    files: Vec<Rows>,
    /// What is alive and stands in no index.
    unknown: HashSet<Hash>,
}

impl Marks {
    fn row_of(&self, class: Class, hash: &Hash) -> Option<(usize, usize)> {
        let files = self.files.iter().enumerate();
        files
            .filter(|(_, rows)| rows.file.class.holds(class))
            .find_map(|(file, rows)| Some((file, rows.held.row_of(hash)?)))
    }

    /// Marks an entry; gives its place if it was not marked before.
    fn mark(&mut self, class: Class, hash: &Hash) -> Option<Option<Location>> {
        let Some((file, row)) = self.row_of(class, hash) else {
            let is_new = self.unknown.insert(*hash);
            self.entries += u64::from(is_new);
            return is_new.then_some(None);
        };
        let rows = &mut self.files[file];
        if !rows.insert(row) {
            return None;
        }
        self.entries += 1;
        Some(rows.held.entry_at(row).ok().map(|(_, place)| place))
    }

    /// Whether this place of an entry is the one that what is alive rests on.
    pub(crate) fn needs(&self, hash: &Hash, place: &Location) -> bool {
        let Some((file, row)) = self.row_of(place.kind.class(), hash) else {
            return self.unknown.contains(hash);
        };
        let rows = &self.files[file];
        let known = rows.held.entry_at(row);
        rows.contains(row) && known.is_ok_and(|(_, known)| known.pack == place.pack)
    }
}

impl Store {
    /// All index files, newest first, with none of their rows.
    pub(crate) async fn index_rows(&self) -> Result<Vec<Rows>> {
        let index = self.objects.index();
        let mut files = Vec::with_capacity(index.files.len());
        for file in index.files.iter().rev() {
            let held = file.whole(self.root()).await?;
            files.push(Rows::none(Arc::clone(file), held));
        }
        Ok(files)
    }

    /// Marks what refs and these commits lead to.
    pub(crate) async fn mark(&self, extra_roots: &[Hash]) -> Result<Marks> {
        let mut live = Marks {
            commits: HashSet::new(),
            segments: HashSet::new(),
            entries: 0,
            files: self.index_rows().await?,
            unknown: HashSet::new(),
        };
        let mut order = Vec::new();
        let mut open = extra_roots.to_vec();
        for dataset in self.datasets().await? {
            let refs = self.repository(&dataset)?.refs().await?;
            open.extend(refs.iter().map(|reference| reference.commit));
        }
        while let Some(hash) = open.pop() {
            if !live.commits.insert(hash) {
                continue;
            }
            let commit = self.commit(&hash).await?;
            open.extend(&commit.parents);
            live.segments.extend(commit.changes);
            if commit.meta != empty_meta() {
                live.mark(Class::Nodes, &commit.meta);
            }
            order.push(hash);
        }
        // Parents first: what was made of one is at hand for the next.
        for hash in order.iter().rev() {
            let roots = self.objects.made(hash).await?.roots;
            self.mark_tree(&roots.samples, true, &mut live).await?;
            self.mark_tree(&roots.labels, false, &mut live).await?;
            self.mark_tree(&roots.provenance, false, &mut live).await?;
        }
        Ok(live)
    }

    async fn mark_tree(&self, root: &Hash, is_samples: bool, live: &mut Marks) -> Result<()> {
        let mut open = vec![*root];
        while !open.is_empty() {
            let mut batch = open.split_off(open.len().saturating_sub(NODES_AT_ONCE));
            // Each node once, in however many versions it stands; the empty one is stored nowhere.
            batch.retain(|hash| {
                *hash != tree::empty_root() && live.mark(Class::Nodes, hash).is_some()
            });
            for node in self.objects.nodes(&batch).await? {
                self.mark_node(&node, is_samples, live, &mut open).await?;
            }
        }
        Ok(())
    }

    async fn mark_node(
        &self,
        node: &Node,
        is_samples: bool,
        live: &mut Marks,
        open: &mut Vec<Hash>,
    ) -> Result<()> {
        for row in 0..node.len() {
            if node.level > 0 {
                open.push(node.child(row).hash);
                continue;
            }
            let (key, held) = (node.key(row), node.held(row));
            match held {
                Held::Erased(_) => continue,
                Held::Apart(value) => _ = live.mark(Class::Nodes, &value),
                Held::Value(_) => {}
            }
            if is_samples {
                let value = tree::value(&self.objects, key, held).await?;
                let sample = decode_sample(key, &value)?;
                for blob in sample.fields.values().filter_map(Field::blob) {
                    self.mark_blob(&blob.hash, live).await?;
                }
            }
        }
        Ok(())
    }

    async fn mark_blob(&self, hash: &Hash, live: &mut Marks) -> Result<()> {
        let Some(Some(place)) = live.mark(Class::Blobs, hash) else {
            return Ok(());
        };
        if place.kind == EntryKind::Blob && place.codec == Codec::Cut {
            for part in self.parts_of(hash, &place).await? {
                live.mark(Class::Blobs, &part);
            }
        }
        Ok(())
    }

    /// The names of a cut blob's chunks and of the lists beneath its own.
    pub(crate) async fn parts_of(&self, blob: &Hash, place: &Location) -> Result<Vec<Hash>> {
        let lists = Lists::read(&self.objects, blob, place).await?;
        let mut names: Vec<Hash> = lists.beneath().iter().map(|row| row.hash).collect();
        let chunks = lists.chunks(&self.objects, 0..place.raw_len).await?;
        names.extend(chunks.iter().map(|(_, chunk)| chunk.hash));
        Ok(names)
    }
}
