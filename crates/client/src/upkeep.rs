//! Upkeep of a workspace's store, as jobs of the server.

use api_types::jobs::JobView;
use api_types::upkeep::{NewCollection, NewErasure};

use crate::datasets::Workspace;
use crate::error::Result;

impl Workspace<'_> {
    /// Starts the job that deletes what no ref leads to. Its result is `{"dry_run", "report"}`.
    ///
    /// # Errors
    /// The problems `invalid_body`, `upkeep_running`; otherwise as [`Workspace::datasets`].
    pub async fn collect_garbage(&self, wanted: &NewCollection) -> Result<JobView> {
        let path = self.path(&["store", "collections"]);
        self.client.post(&path, wanted).await
    }

    /// Starts the job that erases samples and their tasks. Its result is `{"dry_run", "tasks", "report"}`.
    ///
    /// # Errors
    /// As [`Workspace::collect_garbage`].
    pub async fn erase_samples(&self, wanted: &NewErasure) -> Result<JobView> {
        let path = self.path(&["store", "erasures"]);
        self.client.post(&path, wanted).await
    }
}
