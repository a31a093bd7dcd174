//! What protects branches: rules with gates, and what the gates said.

use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A gate: a named check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateView {
    /// What people call it; unique among the gates of a branch.
    pub name: String,
    /// What it looks at: an object whose `kind` is `schema`, `labels`, `class_minima`, `duplicates`,
    /// `split_moves` or `webhook`, with the members of that kind.
    #[schema(value_type = Object)]
    pub check: serde_json::Value,
}

/// A rule for the branches that fit a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchRuleView {
    /// A name in which each `*` stands for any characters: `main`, `release/*`, `*`.
    pub branches: String,
    /// Whether they can't be deleted.
    #[serde(default)]
    pub no_deletion: bool,
    /// Whether they only go to commits that descend from where they are.
    #[serde(default)]
    pub no_rewind: bool,
    /// What a commit must pass before they go to it.
    #[serde(default)]
    pub gates: Vec<GateView>,
}

/// The rules for a dataset's branches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtectionView {
    /// The rules; a branch is under all that fit it.
    pub rules: Vec<BranchRuleView>,
}

/// Gates to be asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskGates {
    /// The branch whose gates are asked.
    pub branch: String,
    /// What they are asked about: branch, tag, commit hash or `ref~n`.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// About which commit.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GatesQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
}

/// One thing that is not as a gate wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateExample {
    /// The sample, where it is about one.
    pub key: Option<String>,
    /// The other sample, where it is about two.
    pub other_key: Option<String>,
    /// What is wrong.
    pub detail: String,
}

/// What one gate said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateResultView {
    /// The gate's name.
    pub gate: String,
    /// The kind of its check.
    pub kind: String,
    /// Whether it lets the commit through.
    pub passed: bool,
    /// The outcome in words.
    pub message: String,
    /// Samples, or classes, that were looked at.
    pub checked: u64,
    /// How many of them, or pairs of them, are not as they must be.
    pub failures: u64,
    /// Some of those.
    pub examples: Vec<GateExample>,
    /// The branch, where the answer depends on it.
    pub branch: Option<String>,
    /// Where the branch was, where the answer depends on it.
    pub against: Option<Hash>,
    /// When it was asked.
    pub time: DateTime<Utc>,
}

/// What gates said about a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateReportView {
    /// The commit.
    pub commit: Hash,
    /// The newest result of each gate; empty when none was asked.
    pub results: Vec<GateResultView>,
}
