//! Reading a tree in key order, with rows that are decoded ahead of the caller by other tasks.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;
use tokio::task::JoinHandle;

use super::groups::{Group, Groups};
use super::value;
use crate::held::Held;
use crate::node::Node;
use crate::objects::Objects;
use crate::{Error, Result};

/// Batches that are decoded at the same time, once a caller turns out to want many rows.
const BATCHES_AHEAD: usize = 4;
/// Leaves of a batch then, those under one node at the most.
const LEAVES_AT_ONCE: usize = 32;

/// Makes something of a row: of its key and its value, which is none where it was erased. What it
/// makes nothing of is passed over.
pub(crate) type DecodeRow<T> = Arc<dyn Fn(&[u8], Option<&[u8]>) -> Result<Option<T>> + Send + Sync>;

/// Rows of leaves that follow each other, and what came in their way.
struct Batch<T> {
    rows: VecDeque<T>,
    failed: Option<Error>,
}

/// A position between two decoded rows.
pub(crate) struct RowsAhead<T> {
    objects: Arc<Objects>,
    groups: Groups,
    decode: DecodeRow<T>,
    coming: VecDeque<JoinHandle<Batch<T>>>,
    here: Batch<T>,
    /// Batches to be decoded ahead, and leaves of the next one: the first is small, so that a caller
    /// who wants a page does not wait for more.
    ahead: usize,
    leaves: usize,
    from: Vec<u8>,
}

impl<T: Send + 'static> RowsAhead<T> {
    /// Begins at the first row whose key is at or after `from`.
    pub(crate) async fn start(
        objects: &Arc<Objects>,
        root: &Hash,
        from: &[u8],
        decode: DecodeRow<T>,
    ) -> Result<Self> {
        let (groups, only_leaf) = Groups::start(objects, root, from).await?;
        let mut here = Batch {
            rows: VecDeque::new(),
            failed: None,
        };
        if let Some(leaf) = only_leaf {
            here.add(objects, &leaf, from, &decode).await;
        }
        Ok(Self {
            objects: Arc::clone(objects),
            groups,
            decode,
            coming: VecDeque::new(),
            here,
            ahead: 0,
            leaves: 1,
            from: from.to_vec(),
        })
    }

    /// The next row.
    pub(crate) async fn next(&mut self) -> Result<Option<T>> {
        loop {
            if let Some(row) = self.here.rows.pop_front() {
                return Ok(Some(row));
            }
            if let Some(error) = self.here.failed.take() {
                return Err(error);
            }
            if !self.load().await? {
                return Ok(None);
            }
        }
    }

    async fn load(&mut self) -> Result<bool> {
        self.read_ahead(1).await?;
        let Some(coming) = self.coming.pop_front() else {
            return Ok(false);
        };
        self.here = coming
            .await
            .map_err(|error| Error::damaged("a scan", error.to_string()))?;
        self.read_ahead(self.ahead).await?;
        self.ahead = BATCHES_AHEAD.min(self.ahead * 2 + 1);
        Ok(true)
    }

    /// Has so many batches decoded ahead.
    async fn read_ahead(&mut self, batches: usize) -> Result<()> {
        while self.coming.len() < batches {
            let Some(group) = self.groups.next(self.leaves).await? else {
                break;
            };
            self.leaves = LEAVES_AT_ONCE.min(self.leaves * 4);
            let (objects, decode) = (Arc::clone(&self.objects), Arc::clone(&self.decode));
            // Only the very first leaf can begin before the wanted key.
            let from = std::mem::take(&mut self.from);
            let batch = async move { Batch::read(&objects, &group, &from, &decode).await };
            self.coming.push_back(tokio::spawn(batch));
        }
        Ok(())
    }
}

impl<T> Drop for RowsAhead<T> {
    fn drop(&mut self) {
        for coming in &self.coming {
            coming.abort();
        }
    }
}

impl<T> Batch<T> {
    async fn read(objects: &Objects, group: &Group, from: &[u8], decode: &DecodeRow<T>) -> Self {
        let mut batch = Self {
            rows: VecDeque::new(),
            failed: None,
        };
        match group.read(objects).await {
            Ok(leaves) => {
                batch
                    .rows
                    .reserve(leaves.iter().map(|leaf| leaf.len()).sum());
                for leaf in leaves {
                    if batch.failed.is_none() {
                        batch.add(objects, &leaf, from, decode).await;
                    }
                }
            }
            Err(error) => batch.failed = Some(error),
        }
        batch
    }

    /// Adds the rows of a leaf up to the first that can't be read.
    async fn add(&mut self, objects: &Objects, leaf: &Node, from: &[u8], decode: &DecodeRow<T>) {
        for row in leaf.lower_bound(from)..leaf.len() {
            let key = leaf.key(row);
            let decoded = match leaf.inline(row) {
                Some(value) => decode(key, Some(value)),
                None => match read_apart(objects, key, leaf.held(row)).await {
                    Ok(value) => decode(key, value.as_deref()),
                    Err(error) => Err(error),
                },
            };
            match decoded {
                Ok(row) => self.rows.extend(row),
                Err(error) => {
                    self.failed = Some(error);
                    return;
                }
            }
        }
    }
}

async fn read_apart(objects: &Objects, key: &[u8], held: Held) -> Result<Option<Bytes>> {
    match held {
        Held::Erased(_) => Ok(None),
        held => value(objects, key, held).await.map(Some),
    }
}
