//! Import: from files on disk or in staging to a commit.
//!
//! Reading and committing are two steps. [`read`] streams the source, refuses what can't be
//! imported line by line, and writes the blobs into packs; its rows go to a journal on disk in the
//! order of their keys, so that memory is bounded by what is being decoded. [`Reading::commit`] merges
//! the rows with a base and commits what differs; it can be repeated when a branch has moved in between.
//! Neither moves a ref.
#![forbid(unsafe_code)]

mod bucket;
mod checkout;
mod checkout_files;
mod commit;
mod error;
mod files;
mod folder_writer;
mod journal;
mod listing;
mod merge_base;
mod options;
mod progress;
mod read;
mod record;
mod rows;
mod sample;
mod source;
mod staged;
mod stat_cache;
mod texts;
mod unsaved;

pub use bucket::BucketObjects;
pub use checkout::{CheckoutOutcome, checkout, is_checkout};
pub use commit::{CommitInfo, ImportOutcome};
pub use error::{Error, Result};
pub use interchange::Refusal;
pub use options::{Format, ImportOptions};
pub use progress::{Observer, Progress};
pub use read::{Reading, read};
pub use source::{ByteStream, Entries, Entry, LocalFiles, Opened, Source, Stamp, Unlisted};
pub use staged::StagedObjects;
pub use stat_cache::StatCache;
