//! Commits with what points at them and what they were made from.

use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{CommitView, GateResultView, ResolutionView};

/// The kinds of ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefKindView {
    /// A branch.
    Branch,
    /// A tag.
    Tag,
}

/// A ref that points at the commit it stands with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefName {
    /// Branch or tag.
    pub kind: RefKindView,
    /// Its name.
    pub name: String,
}

/// Which part of the graph.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GraphQuery {
    /// Only what this branch, tag, commit hash or `ref~n` comes from; all branches and tags when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many commits, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A commit of the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphCommit {
    /// The commit.
    #[serde(flatten)]
    pub commit: CommitView,
    /// The branches and tags that point at it.
    pub refs: Vec<RefName>,
}

/// A version of a standard or of a model, with its name where the workspace knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedVersion {
    /// Its hash.
    pub hash: Hash,
    /// Id of the standard or model; null when the workspace does not have it.
    pub id: Option<Uuid>,
    /// Name of the standard or model.
    pub name: Option<String>,
    /// Number of the version.
    pub version: Option<i32>,
}

/// A project, with its name where the workspace knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedProject {
    /// Its id.
    pub id: String,
    /// Its name; null when the workspace does not have it.
    pub name: Option<String>,
}

/// What a commit was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitInputs {
    /// The projects whose accepted annotations it holds.
    pub projects: Vec<NamedProject>,
    /// The standard versions they were made under.
    pub standards: Vec<NamedVersion>,
    /// The model versions that pre-labelled.
    pub models: Vec<NamedVersion>,
    /// The imported folders and files.
    pub sources: Vec<String>,
}

/// A commit with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CommitDetail {
    /// The commit.
    #[serde(flatten)]
    pub commit: CommitView,
    /// The branches and tags that point at it.
    pub refs: Vec<RefName>,
    /// What it was made from.
    pub inputs: CommitInputs,
    /// How the conflicts of the merge were settled, if it is one.
    pub resolutions: Vec<ResolutionView>,
    /// What gates said about it.
    pub gates: Vec<GateResultView>,
}
