//! All index files of a store, and looking for hashes in them.

use std::sync::Arc;

use blob_store::ObjectRoot;
use ids::Hash;

use super::file::Body;
use super::{Blocks, Class, IndexFile};
use crate::Result;
use crate::pack::Location;

/// Files of one tier are merged when there are so many of them.
const MERGED_FILES: usize = 8;
/// Files up to this length are of the lowest tier; each tier above has files eight times as long.
const LOWEST_TIER_BYTES: u64 = 256 * 1024;

/// All index files that were seen, newest last. Cheap to clone and to extend.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndexSet {
    pub(crate) files: Vec<Arc<IndexFile>>,
}

impl IndexSet {
    pub(crate) fn has_file(&self, class: Class, name: &Hash) -> bool {
        self.files
            .iter()
            .any(|file| file.class == class && file.name == *name)
    }

    fn of(&self, class: Class) -> impl Iterator<Item = &Arc<IndexFile>> {
        self.files
            .iter()
            .rev()
            .filter(move |file| file.class.holds(class))
    }

    /// Where hashes lie, as far as is known, in the order asked for.
    pub(crate) async fn lookup_many(
        &self,
        (root, blocks): (&ObjectRoot, &Blocks),
        class: Class,
        hashes: &[Hash],
    ) -> Result<Vec<Option<Location>>> {
        let mut found = vec![None; hashes.len()];
        let mut missing: Vec<usize> = (0..hashes.len()).collect();
        for file in self.of(class) {
            if missing.is_empty() {
                break;
            }
            match file.body(root, blocks).await? {
                Body::Held(held) => {
                    let wanted = missing.iter().map(|at| &hashes[*at]);
                    for (at, place) in missing.iter().zip(held.lookup_many(wanted)) {
                        found[*at] = place;
                    }
                }
                Body::Ranged(ranged) => {
                    let wanted: Vec<Hash> = missing.iter().map(|at| hashes[*at]).collect();
                    let places = ranged.lookup_many(&wanted).await?;
                    for (at, place) in missing.iter().zip(places) {
                        found[*at] = place;
                    }
                }
            }
            missing.retain(|at| found[*at].is_none());
        }
        Ok(found)
    }

    /// Files that should become one: many of the same class and of about the same length.
    pub(crate) fn to_merge(&self) -> Option<Vec<Arc<IndexFile>>> {
        for class in Class::ALL {
            for tier in 0..64 {
                let files = self.files.iter().filter(|file| {
                    file.class == class && file.held().is_some() && tier_of(file.bytes) == tier
                });
                let files: Vec<_> = files.cloned().collect();
                if files.len() >= MERGED_FILES {
                    return Some(files);
                }
            }
        }
        None
    }
}

fn tier_of(bytes: u64) -> u32 {
    let mut tier = 0;
    let mut limit = LOWEST_TIER_BYTES;
    while bytes > limit {
        tier += 1;
        limit = limit.saturating_mul(MERGED_FILES as u64);
    }
    tier
}
