//! Datasets, uploads and imports of one workspace.

use api_types::Page;
use api_types::datasets::{DatasetView, ImportIssueView, NewDataset, NewImport, UploadView};
use api_types::jobs::JobView;
use serde_json::json;

use crate::error::Result;
use crate::transport::Client;

/// One workspace of a server.
#[derive(Clone, Copy, Debug)]
pub struct Workspace<'c> {
    pub(crate) client: &'c Client,
    slug: &'c str,
}

impl Client {
    /// The workspace with this slug. Whether there is one shows with the first call.
    #[must_use]
    pub const fn workspace<'c>(&'c self, slug: &'c str) -> Workspace<'c> {
        Workspace { client: self, slug }
    }
}

impl Workspace<'_> {
    /// The path of something in the workspace.
    pub(crate) fn path<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        [&["workspaces", self.slug], rest].concat()
    }

    pub(crate) fn address(&self, rest: &[&str]) -> Result<reqwest::Url> {
        self.client.address(&self.path(rest))
    }

    /// All datasets, page by page.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn datasets(&self) -> Result<Vec<DatasetView>> {
        self.pages(&["datasets"]).await
    }

    /// One dataset by its name.
    ///
    /// # Errors
    /// A problem with status 404 when there is none; otherwise as [`Workspace::datasets`].
    pub async fn dataset(&self, name: &str) -> Result<DatasetView> {
        self.client.get(&self.path(&["datasets", name]), &[]).await
    }

    /// Makes a dataset.
    ///
    /// # Errors
    /// A problem when the name is taken or no name; otherwise as [`Workspace::datasets`].
    pub async fn create_dataset(&self, new: &NewDataset) -> Result<DatasetView> {
        self.client.post(&self.path(&["datasets"]), new).await
    }

    /// Opens an upload: a place to stage files in before an import.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn create_upload(&self, dataset: &str) -> Result<UploadView> {
        self.client
            .post(&self.path(&["datasets", dataset, "uploads"]), &json!({}))
            .await
    }

    /// Starts the import of an upload.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn start_import(&self, dataset: &str, new: &NewImport) -> Result<JobView> {
        self.client
            .post(&self.path(&["datasets", dataset, "imports"]), new)
            .await
    }

    /// The files and lines an import refused.
    ///
    /// # Errors
    /// As [`Workspace::datasets`].
    pub async fn import_issues(&self, job: &str) -> Result<Vec<ImportIssueView>> {
        self.pages(&["jobs", job, "issues"]).await
    }

    /// All pages of a list.
    pub(crate) async fn pages<T: serde::de::DeserializeOwned>(
        &self,
        rest: &[&str],
    ) -> Result<Vec<T>> {
        let path = self.path(rest);
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let query: Vec<(&str, &str)> = cursor
                .iter()
                .map(|cursor| ("cursor", cursor.as_str()))
                .collect();
            let page: Page<T> = self.client.get(&path, &query).await?;
            items.extend(page.items);
            match page.next_cursor {
                // A server that gives the same page again must not hold us for ever.
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(items),
            }
        }
    }
}
