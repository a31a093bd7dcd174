//! Location indexes: immutable sorted files that say in which pack each hash lies.
//!
//! ```text
//! header 64 bytes: "STRATAIX", u32 version, u32 class, u64 packs, u64 rows, 32 bytes hash of the packs
//! packs  32 bytes each, sorted
//! rows   64 bytes each, sorted by hash: hash, u64 offset, u64 stored, u64 raw, u32 pack, u8 codec, u8 kind, u16 0
//! ```
//! They are read where they lie: mapped in a folder, loaded when they are small, and otherwise by
//! ranges. They can always be made again from the footers of the packs.

mod file;
mod merge;
mod ranged;
mod row;
mod set;

pub(crate) use file::{Held, IndexFile};
pub(crate) use merge::{Merge, build};
pub(crate) use ranged::Blocks;
pub(crate) use set::IndexSet;

use ids::Hash;

use crate::pack::{EntryKind, Location};

pub(crate) const VERSION: u32 = 2;
const MAGIC: &[u8; 8] = b"STRATAIX";
pub(crate) const HEADER_BYTES: usize = 64;
pub(crate) const ROW_BYTES: usize = 64;

/// Where index files lie within the store.
pub(crate) const PREFIX: &str = "index";

/// What an index file is about. Blobs and nodes have files of their own, so that looking for nodes need
/// not go through those of all blobs; what one commit brings of both stands in one file at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Blobs and the chunks of blobs.
    Blobs,
    /// What versions are made of: nodes and long values.
    Nodes,
    /// Both.
    Both,
}

impl Class {
    pub(crate) const ALL: [Self; 3] = [Self::Blobs, Self::Nodes, Self::Both];

    /// Whether entries of a class (not both) may stand in a file of this one.
    pub(crate) fn holds(self, class: Self) -> bool {
        self == class || self == Self::Both
    }

    /// The class of a file over entries.
    pub(crate) fn of_all(entries: &[(Hash, Location)]) -> Self {
        let mut classes = entries.iter().map(|(_, place)| place.kind.class());
        let first = classes.next().unwrap_or(Self::Blobs);
        if classes.all(|class| class == first) {
            first
        } else {
            Self::Both
        }
    }

    /// The classes of the files that merging files of this one makes.
    pub(crate) const fn merged(self) -> &'static [Self] {
        match self {
            Self::Blobs => &[Self::Blobs],
            Self::Nodes => &[Self::Nodes],
            Self::Both => &[Self::Blobs, Self::Nodes],
        }
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Blobs => "blobs",
            Self::Nodes => "nodes",
            Self::Both => "both",
        }
    }

    const fn to_u32(self) -> u32 {
        match self {
            Self::Blobs => 0,
            Self::Nodes => 1,
            Self::Both => 2,
        }
    }
}

impl EntryKind {
    /// The class of index files in which entries of this kind stand, unless that is both.
    pub(crate) const fn class(self) -> Class {
        match self {
            Self::Blob | Self::Chunk | Self::ChunkList => Class::Blobs,
            Self::Node | Self::Value => Class::Nodes,
        }
    }
}

/// Path of an index file within the store.
pub(crate) fn path(class: Class, file: &Hash) -> String {
    format!("{PREFIX}/{}/{file}.idx", class.folder())
}

/// The index file at a path of the store, if one belongs there.
pub(crate) fn name_of(path: &str) -> Option<(Class, Hash)> {
    let (folder, file) = path
        .strip_prefix(PREFIX)?
        .strip_prefix('/')?
        .split_once('/')?;
    let class = Class::ALL
        .into_iter()
        .find(|class| class.folder() == folder)?;
    Some((class, file.strip_suffix(".idx")?.parse().ok()?))
}
