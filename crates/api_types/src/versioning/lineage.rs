//! Where labels come from.

use annotation::{Item, Provenance};
use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::NamedVersion;

/// The labels of which sample.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BlameQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// The sample's key.
    pub key: String,
    /// Only labels of this layer.
    #[serde(default)]
    pub layer: Option<String>,
    /// Only the label of this item.
    #[serde(default)]
    pub item_id: Option<String>,
}

/// One label and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelOrigin {
    /// The label as it stands.
    pub label: Item,
    /// The first commit in which it stands like this.
    pub commit: Hash,
    /// Who made that commit.
    pub author: String,
    /// What that commit says of itself.
    pub message: String,
    /// When that commit was made.
    pub time: DateTime<Utc>,
    /// Who or what made the label, when, and who accepted it; null when that is not known.
    pub provenance: Option<Provenance>,
    /// The standard version it was made under.
    pub standard: Option<NamedVersion>,
    /// The model version that made it, or from whose prediction it was made.
    pub model: Option<NamedVersion>,
}

/// Where the labels of a sample come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlameView {
    /// The sample.
    pub key: String,
    /// The version.
    pub commit: Hash,
    /// Its labels, by layer and item.
    pub labels: Vec<LabelOrigin>,
}
