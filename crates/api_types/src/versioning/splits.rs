//! Commits that set the rule for splits or move a folder, and views.

use dataset::SplitRule;
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Of which version the rule is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SplitQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    #[param(rename = "ref")]
    pub reference: Option<String>,
}

/// The rule of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SplitRuleView {
    /// The version.
    pub commit: Hash,
    /// How samples without a split of their own are divided; null: not at all.
    pub rule: Option<SplitRule>,
}

/// A rule to commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSplitRule {
    /// The branch.
    pub branch: String,
    /// How samples without a split of their own are to be divided; null: not at all.
    pub rule: Option<SplitRule>,
    /// The commit message.
    #[serde(default)]
    pub message: Option<String>,
}

/// A folder to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveFolder {
    /// The branch.
    pub branch: String,
    /// The folder: the samples whose keys begin with it and a slash.
    pub from: String,
    /// Its new name.
    pub to: String,
    /// The commit message.
    #[serde(default)]
    pub message: Option<String>,
}

/// Views to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildViews {
    /// Branch, tag, commit hash or `ref~n`.
    #[serde(rename = "ref")]
    pub reference: String,
}
