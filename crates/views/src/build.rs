//! Making the views of a version.

use std::collections::HashMap;

use dataset::columns::{ColumnKinds, Columns};
use ids::Hash;
use version_store::{SampleRange, VIEW_FORMAT, Version, ViewFile, ViewManifest};

use crate::{Result, file};

/// Nodes of this level have a file each: with 48 rows in the mean node, 110,000 samples a file. On
/// the level below it would be 2,300, so 43,000 files for 100 million samples; on the one above
/// 5 million, all written again for one changed label.
pub const LEVEL: u8 = 2;
/// So many commits are looked through for views to build on.
const MAX_ANCESTORS: usize = 256;

/// What was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The views of the version.
    pub manifest: ViewManifest,
    /// Files that had to be written.
    pub files_written: u64,
    /// Their bytes.
    pub bytes_written: u64,
}

/// Makes the views of a version, a file for each node of `level` ([`LEVEL`], but for tests), unless
/// they are there. Files of earlier versions that show the same
/// are taken as they are; the manifest is written last. Holds one row group in memory.
///
/// # Errors
/// [`Error`](crate::Error) when the version can't be read or the store fails.
pub async fn build(version: &Version, level: u8) -> Result<Built> {
    let repository = version.repository();
    let there = repository.view_files().await?;
    if let Some(manifest) = repository.view(&version.hash()).await?
        && manifest.level == level
        && manifest
            .files
            .iter()
            .all(|file| there.contains_key(&file.path))
    {
        return Ok(Built {
            manifest,
            files_written: 0,
            bytes_written: 0,
        });
    }
    let before = Before::of(version).await?;
    let ranges = version.ranges(level).await?;
    let kinds = before.kinds(version, &ranges).await?;
    let mut all = ColumnKinds::default();
    kinds.iter().for_each(|kinds| all.merge(kinds));
    let mut built = nothing_written(version, level, all.columns());
    for (range, kinds) in ranges.into_iter().zip(kinds) {
        let name = name(&range, &built.manifest.columns)?;
        let path = repository.view_path(&name);
        let stored = match (there.get(&path), before.files.get(&path)) {
            (Some(bytes), Some(file)) if *bytes == file.bytes => file::Stored {
                samples: file.samples,
                labels: file.labels,
                bytes: *bytes,
                sha256: file.sha256.clone(),
            },
            (Some(bytes), _) => file::stored(version, &range, &path, *bytes).await?,
            (None, _) => {
                let stored = file::write(version, &range, &built.manifest.columns, &path).await?;
                built.files_written += 1;
                built.bytes_written += stored.bytes;
                stored
            }
        };
        built.manifest.files.push(ViewFile {
            path,
            after: range.after,
            last_key: range.last_key,
            samples: stored.samples,
            labels: stored.labels,
            bytes: stored.bytes,
            sha256: stored.sha256,
            subtree: range.subtree,
            kinds,
        });
    }
    repository.put_view(&built.manifest).await?;
    Ok(built)
}

fn nothing_written(version: &Version, level: u8, columns: Columns) -> Built {
    Built {
        manifest: ViewManifest {
            format: VIEW_FORMAT,
            dataset: version.repository().dataset().to_owned(),
            hash: version.hash(),
            commit: version.commit().clone(),
            level,
            columns,
            files: Vec::new(),
        },
        files_written: 0,
        bytes_written: 0,
    }
}

/// Names a file by all that decides its bytes.
fn name(range: &SampleRange, columns: &Columns) -> Result<Hash> {
    let columns = serde_json::to_vec(columns)
        .map_err(|error| interchange::ExportError::Format(error.to_string()))?;
    let mut named = range.content.as_bytes().to_vec();
    named.extend_from_slice(&columns);
    Ok(Hash::derive("strata 2026 view file v2", &named))
}

/// What the views of the nearest version before say.
#[derive(Default)]
struct Before {
    files: HashMap<String, ViewFile>,
    kinds: HashMap<Hash, ColumnKinds>,
}

impl Before {
    async fn of(version: &Version) -> Result<Self> {
        let (repository, store) = (version.repository(), version.store());
        let mut next = version.commit().parents.first().copied();
        for _ in 0..MAX_ANCESTORS {
            let Some(hash) = next else { break };
            if let Some(manifest) = repository.view(&hash).await? {
                let mut before = Self::default();
                for file in manifest.files {
                    before.kinds.insert(file.subtree, file.kinds.clone());
                    before.files.insert(file.path.clone(), file);
                }
                return Ok(before);
            }
            next = store.commit(&hash).await?.parents.first().copied();
        }
        Ok(Self::default())
    }

    /// The kinds of each range; those that did not change are not read.
    async fn kinds(&self, version: &Version, ranges: &[SampleRange]) -> Result<Vec<ColumnKinds>> {
        let mut all = Vec::with_capacity(ranges.len());
        for range in ranges {
            all.push(match self.kinds.get(&range.subtree) {
                Some(kinds) => kinds.clone(),
                None => file::kinds(version, range).await?,
            });
        }
        Ok(all)
    }
}
