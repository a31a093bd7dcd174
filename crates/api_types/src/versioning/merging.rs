//! Merge and revert: what would come of it, its conflicts, how they are settled, and what came of it.

use annotation::{Item, Provenance};
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who wins where both sides changed the same thing. Of several policies the first that can decide does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergePolicyView {
    /// A label that a reviewer accepted over one that nobody did.
    Reviewed,
    /// A label that a person made over one that a model made or an import brought.
    Human,
    /// The branch that is merged into.
    Ours,
    /// What is merged.
    Theirs,
}

/// How a conflict is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// As on the branch that is merged into.
    Ours,
    /// As in what is merged.
    Theirs,
    /// As it was before both.
    Base,
    /// As `value` says.
    Value,
}

/// The settlement of one conflict, which `key`, `layer`, `item_id` and `part` name as in the conflict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolutionView {
    /// The sample.
    pub key: String,
    /// Layer of the label, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Id of the label's item, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What of it.
    pub part: String,
    /// Which side.
    pub take: Take,
    /// With `take: value`: what it becomes; null takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// A merge to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergePreviewRequest {
    /// The branch to merge into.
    pub into: String,
    /// What to merge: branch, tag, commit hash or `ref~n`.
    pub from: String,
    /// Who wins conflicts, the first that can decide.
    #[serde(default)]
    pub policies: Vec<MergePolicyView>,
    /// Conflicts that are settled already.
    #[serde(default)]
    pub resolutions: Vec<ResolutionView>,
    /// The `next_cursor` of the page before; all else as it was then.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Conflicts a page has at most, up to 500, which is the default.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A merge to be made. `If-Match` may hold the commit the branch must still be at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    /// The branch to merge into.
    pub into: String,
    /// What to merge: branch, tag, commit hash or `ref~n`. Give the `theirs` of the preview, so that what is
    /// merged is what was looked at.
    pub from: String,
    /// Who wins conflicts, the first that can decide.
    #[serde(default)]
    pub policies: Vec<MergePolicyView>,
    /// How the conflicts are settled.
    #[serde(default)]
    pub resolutions: Vec<ResolutionView>,
    /// The commit message; a sentence about the merge when not given.
    #[serde(default)]
    pub message: Option<String>,
}

/// A revert to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevertPreviewRequest {
    /// The branch that would get the new commit.
    pub branch: String,
    /// The commit to undo: branch, tag, commit hash or `ref~n`.
    pub commit: String,
    /// Who wins where later commits changed the same thing; `ours` is the branch as it is.
    #[serde(default)]
    pub policies: Vec<MergePolicyView>,
    /// Conflicts that are settled already.
    #[serde(default)]
    pub resolutions: Vec<ResolutionView>,
    /// The `next_cursor` of the page before; all else as it was then.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Conflicts a page has at most, up to 500, which is the default.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A revert to be made. `If-Match` may hold the commit the branch must still be at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRevert {
    /// The branch that gets the new commit.
    pub branch: String,
    /// The commit to undo: branch, tag, commit hash or `ref~n`.
    pub commit: String,
    /// Who wins where later commits changed the same thing; `ours` is the branch as it is.
    #[serde(default)]
    pub policies: Vec<MergePolicyView>,
    /// How the conflicts are settled.
    #[serde(default)]
    pub resolutions: Vec<ResolutionView>,
    /// The commit message; a sentence about the revert when not given.
    #[serde(default)]
    pub message: Option<String>,
}

/// What a merge or revert comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergeOutcomeView {
    /// The branch has all of it already.
    UpToDate,
    /// The branch goes to the other's commit.
    FastForward,
    /// There is a new commit, or would be.
    Merged,
    /// Both changed the same things; only a preview says this.
    Conflicts,
}

/// Something that both sides changed, differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConflictView {
    /// The sample.
    pub key: String,
    /// Layer of the label, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Id of the label's item, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What of it: `sample`, `label`, `split`, `class`, `shape`, `attribute NAME`, `field NAME` or
    /// `metadata NAME`. `sample` and `label` are edits against deletions.
    pub part: String,
    /// Before both; null: it was not there.
    pub base: Option<serde_json::Value>,
    /// On the branch that is merged into; null: it is not there.
    pub ours: Option<serde_json::Value>,
    /// In what is merged; null: it is not there.
    pub theirs: Option<serde_json::Value>,
    /// The whole label before both.
    pub base_item: Option<Item>,
    /// The whole label on the branch that is merged into.
    pub ours_item: Option<Item>,
    /// The whole label in what is merged.
    pub theirs_item: Option<Item>,
    /// Where our label comes from.
    pub ours_origin: Option<Provenance>,
    /// Where their label comes from.
    pub theirs_origin: Option<Provenance>,
    /// A small picture of the sample, as one of the sides has it.
    pub thumbnail_url: Option<String>,
    /// The picture in full.
    pub picture_url: Option<String>,
}

/// What a merge or revert would come to. Nothing was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MergePreview {
    /// What it would come to.
    pub outcome: MergeOutcomeView,
    /// The branch.
    pub branch: String,
    /// The commit the branch is at: send it as `If-Match`.
    pub ours: Hash,
    /// The commit that is merged; of a revert, what the undone commit was made on.
    pub theirs: Hash,
    /// The newest commit that both come from; of a revert, the undone commit.
    pub base: Hash,
    /// Commits of `theirs` that the branch has not.
    pub ahead: u64,
    /// Commits of the branch that `theirs` has not.
    pub behind: u64,
    /// Samples that would change on the branch.
    pub samples_changed: u64,
    /// Labels that would change on the branch.
    pub labels_changed: u64,
    /// How many conflicts there are in all.
    pub conflict_count: u64,
    /// A page of them, by key.
    pub conflicts: Vec<ConflictView>,
    /// Where the next page begins; null after the last.
    pub next_cursor: Option<String>,
}

/// What came of a merge or revert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MergeResult {
    /// What it came to.
    pub outcome: MergeOutcomeView,
    /// The branch.
    pub branch: String,
    /// Where it was.
    pub old: Hash,
    /// Where it is.
    pub commit: Hash,
}
