//! Refs, commits, merges and reverts of one dataset.

use api_types::versioning::{
    AskGates, CommitDetail, GateReportView, MergePreview, MergePreviewRequest, MergeResult,
    NewBranch, NewMerge, NewRevert, NewTag, RefView, RefsView, RevertPreviewRequest,
};

use crate::datasets::Workspace;
use crate::error::Result;
use crate::jobs::Begun;

impl Workspace<'_> {
    /// The branches and tags of a dataset, as the server's database has them.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn refs(&self, dataset: &str) -> Result<RefsView> {
        let path = self.path(&["datasets", dataset, "refs"]);
        self.client.get(&path, &[]).await
    }

    /// The commit that a branch, tag, hash or `ref~n` names.
    ///
    /// # Errors
    /// The problem `ref_not_found`; otherwise as [`Workspace::datasets`].
    pub async fn commit(&self, dataset: &str, reference: &str) -> Result<CommitDetail> {
        let path = self.path(&["datasets", dataset, "commits", reference]);
        self.client.get(&path, &[]).await
    }

    /// Makes a branch.
    ///
    /// # Errors
    /// The problems `ref_exists`, `ref_not_found`, `invalid_name`; otherwise as [`Workspace::datasets`].
    pub async fn create_branch(&self, dataset: &str, new: &NewBranch) -> Result<RefView> {
        let path = self.path(&["datasets", dataset, "branches"]);
        self.client.post(&path, new).await
    }

    /// Makes a tag.
    ///
    /// # Errors
    /// As [`Workspace::create_branch`].
    pub async fn create_tag(&self, dataset: &str, new: &NewTag) -> Result<RefView> {
        let path = self.path(&["datasets", dataset, "tags"]);
        self.client.post(&path, new).await
    }

    /// Deletes a branch.
    ///
    /// # Errors
    /// The problems `not_found`, `ref_protected`, `branch_protected`; otherwise as [`Workspace::datasets`].
    pub async fn delete_branch(&self, dataset: &str, name: &str) -> Result<()> {
        let path = self.path(&["datasets", dataset, "branches", name]);
        self.client.delete(&path).await
    }

    /// Deletes a tag.
    ///
    /// # Errors
    /// The problem `not_found`; otherwise as [`Workspace::datasets`].
    pub async fn delete_tag(&self, dataset: &str, name: &str) -> Result<()> {
        let path = self.path(&["datasets", dataset, "tags", name]);
        self.client.delete(&path).await
    }

    /// What a merge would come to, with its conflicts.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn preview_merge(
        &self,
        dataset: &str,
        wanted: &MergePreviewRequest,
    ) -> Result<MergePreview> {
        let path = self.path(&["datasets", dataset, "merge", "preview"]);
        self.client.post(&path, wanted).await
    }

    /// Merges into a branch.
    ///
    /// # Errors
    /// The problems `merge_conflicts`, `ref_moved`, `gates_failed`, …; otherwise as [`Workspace::datasets`].
    pub async fn merge(&self, dataset: &str, new: &NewMerge) -> Result<Begun<MergeResult>> {
        let path = self.path(&["datasets", dataset, "merges"]);
        self.begin(&path, new).await
    }

    /// What a revert would come to, with its conflicts.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn preview_revert(
        &self,
        dataset: &str,
        wanted: &RevertPreviewRequest,
    ) -> Result<MergePreview> {
        let path = self.path(&["datasets", dataset, "revert", "preview"]);
        self.client.post(&path, wanted).await
    }

    /// Undoes a commit on a branch.
    ///
    /// # Errors
    /// As [`Workspace::merge`].
    pub async fn revert(&self, dataset: &str, new: &NewRevert) -> Result<Begun<MergeResult>> {
        let path = self.path(&["datasets", dataset, "reverts"]);
        self.begin(&path, new).await
    }

    /// Asks the gates of a branch about a commit. A job that does so says how many passed; the report
    /// is then in the store.
    ///
    /// # Errors
    /// The problem `ref_not_found`; otherwise as [`Workspace::datasets`].
    pub async fn ask_gates(
        &self,
        dataset: &str,
        wanted: &AskGates,
    ) -> Result<Begun<GateReportView>> {
        let path = self.path(&["datasets", dataset, "gates"]);
        self.begin(&path, wanted).await
    }
}
