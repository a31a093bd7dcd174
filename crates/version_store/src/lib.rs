//! The version store: packs, trees, commits, refs; history, diff, merge, check and collection.
//!
//! A [`Store`] is a place in object storage; it holds datasets, each a [`Repository`] with branches,
//! tags and commits. [`Repository::version`] opens a commit for reading, [`Repository::write_blobs`]
//! and [`Repository::commit`] write. Bytes are written first, then packs and their indexes, then
//! tree nodes, then the commit, then the ref: a crash leaves garbage, never a dangling name.
//!
//! The stored formats are described byte by byte in `docs/format.md`.
#![forbid(unsafe_code)]

mod ancestry;
mod blob_read;
mod blobs;
mod changes;
mod chunk_list;
mod codec;
mod commit;
mod commit_write;
mod cut;
mod diff;
mod erase;
mod erase_scan;
mod error;
mod external;
mod folder_moves;
mod fsck;
mod fsck_data;
mod fsck_refs;
mod fsck_rules;
mod fsck_tree;
#[doc(hidden)]
pub mod fuzzing;
mod fuzzing_overlay;
mod gate_reports;
mod gc;
mod gc_mark;
mod held;
mod history;
mod index;
mod layered;
mod line_rows;
mod media;
mod merge;
mod meta;
mod names;
mod node;
mod objects;
mod overlay;
mod pack;
mod pack_writer;
mod protection;
mod ranges;
mod raw_rows;
mod ref_moves;
mod refs;
mod repack;
mod repository;
mod resolve;
mod row_edits;
mod rows;
mod segment;
mod shapes;
mod spill;
mod store;
mod tombstones;
mod traced_scan;
mod tree;
mod version;
mod version_scan;
mod views;

pub use blobs::{BlobRef, BlobWriter, ExternalBlob};
pub use changes::Changes;
pub use commit::{Commit, Counts, Lineage};
pub use commit_write::{CommitOutcome, CommitRequest};
pub use cut::{PreparedBlob, prepare_blob};
pub use diff::{DiffEvent, DiffKind, DiffStat, VersionDiff};
pub use erase::{EraseReport, EraseRequest, KeptBlob};
pub use error::{Error, Result};
pub use fsck::{FsckReport, FsckRequest, FsckStep, Problem};
pub use gc::{GcReport, GcRequest};
pub use history::Blame;
pub use merge::{
    MAX_RESOLUTIONS, MergeConflict, MergeOutcome, MergePlan, MergePolicy, MergeRequest, MergeSide,
    MergeStep, Resolution, RevertRequest, Settle, Take,
};
pub use names::{check_dataset_name, check_ref_name, is_store_path};
pub use pack::{Codec, EntryKind, Location};
pub use pack_writer::Unindexed;
pub use ranges::SampleRange;
pub use raw_rows::{RawRow, RawScan, label_bytes, sample_bytes, sample_from_bytes};
pub use ref_moves::{RefLogEntry, RefMove};
pub use refs::{Ref, RefKind};
pub use repository::Repository;
pub use spill::Scratch;
pub use store::{Store, StoreOptions};
pub use tombstones::Tombstone;
pub use traced_scan::{TracedSample, TracedScan};
pub use version::Version;
pub use version_scan::VersionScan;
pub use views::{VIEW_FORMAT, ViewFile, ViewManifest};
