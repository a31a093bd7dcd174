//! What protects branches, the rule for splits, moved folders, and views.

use api_types::jobs::JobView;
use api_types::versioning::{
    BuildViews, MergeResult, MoveFolder, ProtectionView, SetSplitRule, SplitRuleView,
};

use crate::datasets::Workspace;
use crate::error::{Error, Result};

/// How often a change of rules is made again because somebody else changed them.
const TRIES: u32 = 8;

impl Workspace<'_> {
    /// The rules that protect branches.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn protection(&self, dataset: &str) -> Result<ProtectionView> {
        let path = self.path(&["datasets", dataset, "protection"]);
        self.client.get(&path, &[]).await
    }

    /// Changes the rules by compare and swap: `change` may be called several times.
    ///
    /// # Errors
    /// Those of `change`; the problem `protection_invalid`; otherwise as [`Workspace::datasets`].
    pub async fn update_protection<E: From<Error>>(
        &self,
        dataset: &str,
        change: impl Fn(&mut ProtectionView) -> std::result::Result<(), E>,
    ) -> std::result::Result<ProtectionView, E> {
        let path = self.path(&["datasets", dataset, "protection"]);
        let mut tries = 0;
        loop {
            let (mut rules, tag) = self.client.get_tagged(&path).await?;
            change(&mut rules)?;
            tries += 1;
            match self.client.put_over(&path, tag, &rules).await {
                Err(error) if error.status() == Some(412) && tries < TRIES => {}
                put => return Ok(put?),
            }
        }
    }

    /// The rule for splits of the version that `reference` names.
    ///
    /// # Errors
    /// The problem `ref_not_found`; otherwise as [`Workspace::datasets`].
    pub async fn split_rule(&self, dataset: &str, reference: &str) -> Result<SplitRuleView> {
        let path = self.path(&["datasets", dataset, "split"]);
        self.client.get(&path, &[("ref", reference)]).await
    }

    /// Commits a rule for splits to a branch.
    ///
    /// # Errors
    /// The problems `split_rule_invalid`, `gates_failed`, …; otherwise as [`Workspace::datasets`].
    pub async fn set_split_rule(
        &self,
        dataset: &str,
        wanted: &SetSplitRule,
    ) -> Result<MergeResult> {
        let path = self.path(&["datasets", dataset, "split"]);
        self.client.post(&path, wanted).await
    }

    /// Commits to a branch that the samples of a folder are in another one.
    ///
    /// # Errors
    /// The problems `invalid_body`, `gates_failed`, …; otherwise as [`Workspace::datasets`].
    pub async fn move_folder(&self, dataset: &str, wanted: &MoveFolder) -> Result<MergeResult> {
        let path = self.path(&["datasets", dataset, "folder-moves"]);
        self.client.post(&path, wanted).await
    }

    /// Starts the job that makes the views of a version.
    ///
    /// # Errors
    /// The problem `ref_not_found`; otherwise as [`Workspace::datasets`].
    pub async fn build_views(&self, dataset: &str, wanted: &BuildViews) -> Result<JobView> {
        let path = self.path(&["datasets", dataset, "views"]);
        self.client.post(&path, wanted).await
    }
}
