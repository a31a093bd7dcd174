//! Two versions side by side: how far apart, how much differs, and each sample before and after.

use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{DiffEventView, DiffStatView};
use crate::datasets::SampleView;

/// Which two versions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    /// The version before: branch, tag, commit hash or `ref~n`.
    pub a: String,
    /// The version after.
    pub b: String,
}

/// How the labels of a class differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClassDiffView {
    /// The layer.
    pub layer: String,
    /// The class.
    pub class: String,
    /// Labels of this class that are only in the version after.
    pub added: u64,
    /// Labels of this class that are only in the version before.
    pub removed: u64,
    /// Labels that had another class before and have this one after.
    pub gained: u64,
    /// Labels that had this class before and have another one after.
    pub lost: u64,
    /// Labels of this class whose shape differs.
    pub reshaped: u64,
    /// Labels of this class whose attributes differ.
    pub attributes_changed: u64,
    /// The mean share of old and new boxes over those reshaped, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_iou: Option<f64>,
}

/// How two versions stand to each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CompareView {
    /// The commit before.
    pub a: Hash,
    /// The commit after.
    pub b: Hash,
    /// The newest commit that both come from; null when they have no common history.
    pub merge_base: Option<Hash>,
    /// Commits that `b` has and `a` has not.
    pub ahead: u64,
    /// Commits that `a` has and `b` has not.
    pub behind: u64,
    /// How many things differ.
    pub stat: DiffStatView,
    /// Label differences by layer and class.
    pub classes: Vec<ClassDiffView>,
    /// False when there are so many differences that `classes` counts only the first of them.
    pub complete: bool,
}

/// Which differing samples.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SampleDiffQuery {
    /// The version before: branch, tag, commit hash or `ref~n`.
    pub a: String,
    /// The version after.
    pub b: String,
    /// Only samples with a difference of this kind, as in `DiffEventView`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Only samples with a label difference in this layer.
    #[serde(default)]
    pub layer: Option<String>,
    /// Only samples with a label difference from or to this class.
    #[serde(default)]
    pub class: Option<String>,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many samples, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A sample that differs, whole, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleDiffView {
    /// The sample.
    pub key: String,
    /// The sample with all its labels in the version before; null when it is new.
    pub old: Option<SampleView>,
    /// The sample with all its labels in the version after; null when it is gone.
    pub new: Option<SampleView>,
    /// What differs.
    pub events: Vec<DiffEventView>,
}
