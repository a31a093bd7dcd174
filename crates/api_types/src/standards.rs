//! Label standards, their drafts and versions.

use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use standard::{Change, StandardContent, Violation};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A new standard.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStandard {
    /// Its name, unique in the workspace.
    pub name: String,
    /// The draft to begin with; an empty one with the name as title when not given.
    #[serde(default)]
    pub content: Option<StandardContent>,
}

/// A published version, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardVersionSummary {
    /// The version's id: projects name it.
    pub id: Uuid,
    /// Its number, from 1.
    pub version: u32,
    /// The hash of its content.
    pub hash: Hash,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The address of the person who published it.
    pub published_by: String,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StandardVersionView {
    /// Which it is.
    #[serde(flatten)]
    pub summary: StandardVersionSummary,
    /// The standard it is a version of.
    pub standard_id: Uuid,
    /// What it says.
    pub content: StandardContent,
}

/// A standard in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardSummary {
    /// The standard.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Grows with each saved draft.
    pub draft_revision: u32,
    /// When the draft was last saved.
    pub updated_at: DateTime<Utc>,
    /// What was published, newest first.
    pub versions: Vec<StandardVersionSummary>,
}

/// A standard with its draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StandardView {
    /// Which it is.
    #[serde(flatten)]
    pub summary: StandardSummary,
    /// The draft.
    pub draft: StandardContent,
    /// What keeps the draft from being published.
    pub violations: Vec<Violation>,
}

/// A saved draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftSaved {
    /// The new revision: the next If-Match.
    pub draft_revision: u32,
    /// What keeps the draft from being published.
    pub violations: Vec<Violation>,
}

/// Which two to compare.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StandardDiffQuery {
    /// The older: the number of a version, or `draft`.
    pub from: String,
    /// The newer: the number of a version, or `draft`.
    pub to: String,
}

/// What changed between two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StandardDiff {
    /// The changes.
    pub changes: Vec<Change>,
}

/// A draft to be made from what a dataset holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateStandard {
    /// The dataset's name.
    pub dataset: String,
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// The new standard's name.
    pub name: String,
}
