//! Import: from files on disk or in staging to a commit.
//!
//! Reading and committing are two steps. [`read`] streams the source, refuses what can't be
//! imported line by line, and writes the blobs into packs; memory is bounded by what is being
//! decoded, plus the rows of the samples. [`Reading::commit`] turns the rows into a commit on a
//! base and can be repeated when a branch has moved in between. Neither moves a ref.
#![forbid(unsafe_code)]

mod commit;
mod error;
mod options;
mod pictures;
mod progress;
mod read;
mod source;
mod texts;

pub use commit::{CommitInfo, ImportOutcome};
pub use error::{Error, Result};
pub use interchange::Refusal;
pub use options::{Format, ImportOptions};
pub use progress::{Observer, Progress};
pub use read::{Reading, read};
pub use source::{ByteStream, Entry, LocalFiles, Source, StagedObjects};
