//! Full-text search over a version.

use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::datasets::SampleView;

/// What to look for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// The branch; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Words and fields: `label:cat split:train -annotator:ann "red car"`.
    pub q: String,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What was found, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchResults {
    /// This page of the samples.
    pub items: Vec<SampleView>,
    /// How many there are in all.
    pub total: u64,
    /// The version that was searched: the newest that is indexed.
    pub indexed_commit: Option<Hash>,
    /// Give it as `cursor` to get the next page; null on the last.
    pub next_cursor: Option<String>,
}
