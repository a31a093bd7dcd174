//! Single rows of a version whose nodes are not in the store, without making its nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::Result;
use crate::held::Held;
use crate::objects::Objects;
use crate::overlay::{Made, Pending};
use crate::segment::RowEdits;
use crate::tree::{self, Edit, Scan};

/// A version as the nearest one with nodes, and the rows that differ since then. The segments were
/// checked against their names; their roots are checked by whoever makes the nodes.
#[derive(Debug)]
pub(crate) struct Layered {
    below: Arc<Made>,
    rows: RowEdits,
}

/// One of the three trees of a layered version.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a> {
    root: Hash,
    edits: &'a [Edit],
}

impl Objects {
    /// A version for reading single rows; `None` where folders moved, and nodes must be made.
    pub(crate) async fn layered(&self, commit: &Hash) -> Result<Option<Layered>> {
        let (below, segments) = self.segments_since_nodes(commit).await?;
        if segments.iter().any(|segment| !segment.moves.is_empty()) {
            return Ok(None);
        }
        let mut pending = Pending::default();
        for segment in segments {
            pending.add(segment.rows);
        }
        let rows = pending.into_edits();
        Ok(Some(Layered { below, rows }))
    }
}

impl Layered {
    /// A version whose nodes are there.
    pub(crate) fn of(made: &Arc<Made>) -> Self {
        Self {
            below: Arc::clone(made),
            rows: RowEdits::default(),
        }
    }

    pub(crate) fn samples(&self) -> Layer<'_> {
        Layer {
            root: self.below.roots.samples,
            edits: &self.rows.samples,
        }
    }

    pub(crate) fn labels(&self) -> Layer<'_> {
        Layer {
            root: self.below.roots.labels,
            edits: &self.rows.labels,
        }
    }

    pub(crate) fn provenance(&self) -> Layer<'_> {
        Layer {
            root: self.below.roots.provenance,
            edits: &self.rows.provenance,
        }
    }
}

impl Layer<'_> {
    /// The value of the row `key`; `None` if there is no such row.
    ///
    /// # Errors
    /// [`Error::Erased`](crate::Error::Erased); failures of the store.
    pub(crate) async fn get(self, objects: &Objects, key: &[u8]) -> Result<Option<Bytes>> {
        let edited = self
            .edits
            .binary_search_by(|edit| edit.key.as_slice().cmp(key));
        let Ok(at) = edited else {
            return tree::get(objects, &self.root, key).await;
        };
        match &self.edits[at].value {
            Some(held) => tree::value(objects, key, held.clone()).await.map(Some),
            None => Ok(None),
        }
    }

    /// The rows whose keys begin with `prefix`, but those that were erased.
    pub(crate) async fn with_prefix(
        self,
        objects: &Arc<Objects>,
        prefix: &[u8],
    ) -> Result<Vec<(Vec<u8>, Bytes)>> {
        let mut rows: BTreeMap<Vec<u8>, Held> = BTreeMap::new();
        let mut scan = Scan::near(objects, &self.root, prefix).await?;
        while let Some(row) = scan.next().await? {
            if !row.key().starts_with(prefix) {
                break;
            }
            rows.insert(row.key().to_vec(), row.held());
        }
        let first = self
            .edits
            .partition_point(|edit| edit.key.as_slice() < prefix);
        let edits = self.edits[first..].iter();
        for edit in edits.take_while(|edit| edit.key.starts_with(prefix)) {
            match &edit.value {
                Some(held) => _ = rows.insert(edit.key.clone(), held.clone()),
                None => _ = rows.remove(&edit.key),
            }
        }
        let mut found = Vec::with_capacity(rows.len());
        for (key, held) in rows {
            if !matches!(held, Held::Erased(_)) {
                let value = tree::value(objects, &key, held).await?;
                found.push((key, value));
            }
        }
        Ok(found)
    }
}
