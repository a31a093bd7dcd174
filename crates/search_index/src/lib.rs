//! The door to full-text search over a dataset version.
//!
//! An index is built once for one commit and never changed: a folder that is packed into one
//! tar object, stored, and unpacked where it is asked. The only crate that names `tantivy`.
//!
//! The query language, as in `label:cat split:train -annotator:ann "red car"`:
//! words and `"phrases"` look in keys, texts, class names and metadata; `word*` is a prefix;
//! `field:value` looks in one field; terms side by side must all match, `OR` joins
//! alternatives, `-` excludes, parentheses group.
#![forbid(unsafe_code)]

mod archive;
mod build;
mod compile;
mod document;
mod error;
mod parse;
mod schema;
mod search;

pub use archive::{pack, unpack};
pub use build::{Builder, build};
pub use document::Document;
pub use error::{Error, QueryError, Result};
pub use search::{Index, Page};
