//! Refs, commits, differences, merges, lineage and statistics.

mod compare;
mod graph;
mod lineage;
mod merging;
mod protection;
mod splits;

use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use compare::{ClassDiffView, CompareQuery, CompareView, SampleDiffQuery, SampleDiffView};
pub use graph::{
    CommitDetail, CommitInputs, GraphCommit, GraphQuery, NamedProject, NamedVersion, RefKindView,
    RefName,
};
pub use lineage::{BlameQuery, BlameView, LabelOrigin};
pub use merging::{
    ConflictView, MergeOutcomeView, MergePolicyView, MergePreview, MergePreviewRequest,
    MergeResult, NewMerge, NewRevert, ResolutionView, RevertPreviewRequest, Take,
};

pub use protection::{
    AskGates, BranchRuleView, GateExample, GateReportView, GateResultView, GateView, GatesQuery,
    ProtectionView,
};

pub use splits::{BuildViews, MoveFolder, SetSplitRule, SplitQuery, SplitRuleView};

/// A branch or a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefView {
    /// Its name.
    pub name: String,
    /// Where it points.
    pub commit: Hash,
    /// Whether it can't be deleted.
    pub protected: bool,
}

/// All refs of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefsView {
    /// The branches.
    pub branches: Vec<RefView>,
    /// The tags.
    pub tags: Vec<RefView>,
}

/// A new branch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBranch {
    /// Its name.
    pub name: String,
    /// Branch, tag, commit hash or `ref~n` to begin at.
    pub from: String,
}

/// Where a branch is to go. `If-Match` holds the commit it must still be at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBranch {
    /// Branch, tag, commit hash or `ref~n` to go to.
    pub to: String,
}

/// Another name for a branch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameBranch {
    /// The new name.
    pub name: String,
}

/// A new tag.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// Its name.
    pub name: String,
    /// Branch, tag, commit hash or `ref~n` to name.
    pub at: String,
}

/// How much a version holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitCounts {
    /// Samples.
    pub samples: u64,
    /// Labels.
    pub labels: u64,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CommitView {
    /// Its name.
    pub hash: Hash,
    /// The name of its content.
    pub tree: Hash,
    /// What it came from.
    pub parents: Vec<Hash>,
    /// Who made it.
    pub author: String,
    /// Why.
    pub message: String,
    /// When.
    pub time: DateTime<Utc>,
    /// How much it holds.
    pub counts: CommitCounts,
    /// Which imports, projects, standards and models it came from.
    pub lineage: serde_json::Value,
}

/// Which commits.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommitsQuery {
    /// Branch, tag, commit hash or `ref~n` to begin at; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Which two versions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// The version before.
    pub a: String,
    /// The version after.
    pub b: String,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// How many things differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiffStatView {
    /// Samples only in the version after.
    pub samples_added: u64,
    /// Samples only in the version before.
    pub samples_removed: u64,
    /// Samples that differ.
    pub samples_changed: u64,
    /// Labels only in the version after.
    pub labels_added: u64,
    /// Labels only in the version before.
    pub labels_removed: u64,
    /// Labels that differ.
    pub labels_changed: u64,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DiffEventView {
    /// `sample_added`, `sample_removed`, `field_changed`, `metadata_changed`, `split_moved`,
    /// `label_added`, `label_removed`, `class_changed`, `geometry_changed` or `attributes_changed`.
    pub kind: String,
    /// The sample.
    pub key: String,
    /// The field or metadata entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The label's layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// The label's item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<serde_json::Value>,
    /// What is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<serde_json::Value>,
    /// How much of the old and the new box is shared, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iou: Option<f64>,
}

/// The difference of two versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DiffView {
    /// The commit before.
    pub a: Hash,
    /// The commit after.
    pub b: Hash,
    /// How many things differ, in all.
    pub stat: DiffStatView,
    /// This page of the differences, in key order.
    pub items: Vec<DiffEventView>,
    /// Give it as `cursor` to get the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// Which version.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RefQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One Parquet file of samples and labels, without media bytes.
    Parquet,
}

/// Which version, in which form.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// In which form.
    #[param(inline)]
    pub format: ExportFormat,
}

/// How often a class is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassCount {
    /// The layer.
    pub layer: String,
    /// The class.
    pub class: String,
    /// Labels.
    pub count: u64,
}

/// How large a split is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SplitCount {
    /// The split; null for samples in none.
    pub split: Option<String>,
    /// Samples.
    pub count: u64,
}

/// How often a picture size is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageSizeCount {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Samples.
    pub count: u64,
}

/// One bar of a histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LengthBin {
    /// From this many characters.
    pub from: u64,
    /// To below this many.
    pub to: u64,
    /// Samples.
    pub count: u64,
}

/// How long the texts are, in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextLengths {
    /// The bars.
    pub bins: Vec<LengthBin>,
}

/// What a version holds, counted by a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatisticsView {
    /// The version.
    pub commit: Hash,
    /// Samples.
    pub samples: u64,
    /// Labels by class.
    pub classes: Vec<ClassCount>,
    /// Samples by split.
    pub splits: Vec<SplitCount>,
    /// Samples by picture size.
    pub image_sizes: Vec<ImageSizeCount>,
    /// Samples by text length.
    pub text_lengths: TextLengths,
}
