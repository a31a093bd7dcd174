//! Samples and their fields.

use std::collections::BTreeMap;

use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::SampleKey;

/// One labelable item of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// Stable name, unique in the dataset.
    pub key: SampleKey,
    /// Named fields: an image, a text, …
    pub fields: BTreeMap<String, Field>,
    /// Typed metadata, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// `train`, `test`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Bytes in a pack.
    Blob(BlobField),
    /// A small scalar held in the sample itself: a text, a number, a boolean.
    #[schema(value_type = Object)]
    Inline(serde_json::Value),
}

/// A field whose bytes are a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlobField {
    /// BLAKE3 of the bytes.
    pub hash: Hash,
    /// Media type, found from the bytes and not from the name: `image/png`, `text/plain`, …
    pub media_type: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Width of an image in pixels, as displayed (after EXIF orientation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height of an image in pixels, as displayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl Field {
    /// The longest inline text, in bytes; a longer one is a blob.
    pub const MAX_INLINE_BYTES: usize = 64 * 1024;

    /// The blob, if the field is one.
    #[must_use]
    pub const fn blob(&self) -> Option<&BlobField> {
        match self {
            Self::Blob(blob) => Some(blob),
            Self::Inline(_) => None,
        }
    }

    /// The inline text, if the field is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Inline(value) => value.as_str(),
            Self::Blob(_) => None,
        }
    }
}
