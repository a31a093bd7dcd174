//! Where the views of a version lie in the store: Parquet files, named by what they show, and a
//! manifest for each version that has views.
//!
//! Views can be made again from the version. So they are no part of it: a check of the store does
//! not read them, and collection drops those of versions that are gone.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use dataset::columns::{ColumnKinds, Columns};
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::{Commit, Error, GcRequest, Repository, Result, Store, refs};

/// Where views lie.
pub(crate) const PREFIX: &str = "views";
/// Version of the manifest and of the files that it names.
pub const VIEW_FORMAT: u64 = 1;

/// What the views of one version are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewManifest {
    /// Version of the format.
    pub format: u64,
    /// The dataset.
    pub dataset: String,
    /// The version's commit.
    pub hash: Hash,
    /// The commit itself: what it was made from, by whom, when, and what it holds.
    pub commit: Commit,
    /// Level of the nodes that have a file each.
    pub level: u8,
    /// The columns of all files, beside those that every file has.
    pub columns: Columns,
    /// The files, in the order of their keys.
    pub files: Vec<ViewFile>,
}

/// One Parquet file: the samples of one range with their labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewFile {
    /// Path within the store.
    pub path: String,
    /// Its samples have keys after this one; none in the first file.
    pub after: Option<String>,
    /// The key of its last sample.
    pub last_key: String,
    /// Number of samples: its rows.
    pub samples: u64,
    /// Number of labels.
    pub labels: u64,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// The node of the tree of samples.
    pub subtree: Hash,
    /// What its samples hold.
    pub kinds: ColumnKinds,
}

impl Repository {
    /// Where the view with this name lies.
    #[must_use]
    pub fn view_path(&self, name: &Hash) -> String {
        format!("{PREFIX}/{}/{name}.parquet", self.dataset)
    }

    fn manifest_path(&self, commit: &Hash) -> String {
        format!("{PREFIX}/{}/versions/{commit}.json", self.dataset)
    }

    /// The views of a version; `None` when they were not made.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::NewerFormat`], failures of the store.
    pub async fn view(&self, commit: &Hash) -> Result<Option<ViewManifest>> {
        let path = self.manifest_path(commit);
        let Some(bytes) = self.store.root().get_opt(&path).await? else {
            return Ok(None);
        };
        let manifest: ViewManifest = refs::parse_formatted(&path, &bytes, VIEW_FORMAT)?;
        if manifest.hash != *commit || manifest.dataset != *self.dataset {
            return Err(Error::damaged(path, "it is of another version"));
        }
        Ok(Some(manifest))
    }

    /// Stores the manifest of a version whose files are all there.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn put_view(&self, manifest: &ViewManifest) -> Result<()> {
        let path = self.manifest_path(&manifest.hash);
        let bytes = serde_json::to_vec(manifest)
            .map_err(|error| Error::damaged(path.clone(), error.to_string()))?;
        Ok(self.store.root().put(&path, Bytes::from(bytes)).await?)
    }

    /// The view files that are there: paths and lengths in bytes.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn view_files(&self) -> Result<BTreeMap<String, u64>> {
        let listed = self.store.root().list(&self.views_prefix()).await?;
        Ok(listed
            .into_iter()
            .filter(|info| info.path.ends_with(".parquet"))
            .map(|info| (info.path, info.bytes))
            .collect())
    }

    fn views_prefix(&self) -> String {
        format!("{PREFIX}/{}", self.dataset)
    }
}

impl Store {
    /// Deletes the views of commits that are not live, after the grace; how many files, and their
    /// bytes. A file stays while a manifest that stays names it.
    pub(crate) async fn sweep_views(
        &self,
        live: &HashSet<Hash>,
        request: &GcRequest,
    ) -> Result<(u64, u64)> {
        let (manifests, files): (Vec<_>, Vec<_>) = self
            .root()
            .list(PREFIX)
            .await?
            .into_iter()
            .partition(|info| info.path.ends_with(".json"));
        let is_old = |modified_ms| modified_ms <= request.now_ms.saturating_sub(request.grace_ms);
        let (mut doomed, mut kept) = (Vec::new(), HashSet::new());
        for info in manifests {
            let mut parts = info.path.trim_end_matches(".json").rsplit('/');
            let commit = parts.next().and_then(|name| name.parse::<Hash>().ok());
            let dataset = parts.nth(1).unwrap_or_default();
            let Some(commit) = commit else { continue };
            if is_old(info.modified_ms) && !live.contains(&commit) {
                doomed.push(info);
                continue;
            }
            match self.repository(dataset)?.view(&commit).await {
                Ok(Some(view)) => kept.extend(view.files.into_iter().map(|file| file.path)),
                Ok(None) => {}
                // It can be made again.
                Err(Error::Damaged { .. }) => doomed.push(info),
                Err(error) => return Err(error),
            }
        }
        doomed.extend(files.into_iter().filter(|info| {
            let is_view = info.path.ends_with(".parquet");
            is_view && is_old(info.modified_ms) && !kept.contains(&info.path)
        }));
        if !request.dry_run {
            for info in &doomed {
                self.root().delete(&info.path).await?;
            }
        }
        Ok((
            doomed.len() as u64,
            doomed.iter().map(|info| info.bytes).sum(),
        ))
    }
}
