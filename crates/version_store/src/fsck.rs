//! Checking a store: every pack, every entry, every node, every row, every ref.

use std::collections::{BTreeMap, HashSet};

use ids::Hash;
use serde::Serialize;

use crate::fsck_data::Sound;
use crate::{Commit, Error, RefKind, Result, Store};

/// Something wrong in a store, and what it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// Stable code of the error.
    pub code: &'static str,
    /// What is wrong.
    pub detail: String,
    /// Dataset that is hurt, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Commit that is hurt, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<Hash>,
    /// Sample that is hurt, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// What a check saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FsckReport {
    /// Refs followed.
    pub refs: u64,
    /// Commits read.
    pub commits: u64,
    /// Tree nodes read.
    pub nodes: u64,
    /// Packs read.
    pub packs: u64,
    /// Entries of packs unpacked and hashed.
    pub entries: u64,
    /// Bytes of packs read.
    pub bytes: u64,
    /// Blobs that lie outside the store and were looked at there.
    pub outside: u64,
    /// What is wrong. Empty: the store is sound.
    pub problems: Vec<Problem>,
}

impl FsckReport {
    pub(crate) fn add(&mut self, error: &Error, place: &Place<'_>) {
        self.problems.push(Problem {
            code: error.code(),
            detail: error.to_string(),
            dataset: place.dataset.map(str::to_owned),
            commit: place.commit,
            key: place.key.clone(),
        });
    }
}

/// Where a check is, for its report.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place<'a> {
    pub(crate) dataset: Option<&'a str>,
    pub(crate) commit: Option<Hash>,
    pub(crate) key: Option<String>,
}

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct FsckRequest {
    /// Only that refs lead to commits, and commits to their roots.
    pub fast: bool,
    /// Of blobs outside the store only that their places say that they are as they were, where places say so;
    /// otherwise they are read as all others.
    pub trusts_tags: bool,
    /// Packs that an earlier check, which did not come to its end, found sound.
    pub sound_packs: HashSet<Hash>,
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FsckStep {
    /// Packs done.
    pub done: u64,
    /// Packs in all.
    pub total: u64,
    /// The pack that was done, if it is sound: an interrupted check may leave it out next time.
    pub sound: Option<Hash>,
}

impl Store {
    /// Checks the store. `fast`: that refs lead to commits and commits to their roots. Otherwise
    /// also every byte of every pack, every index, every node with its order and borders, that every row
    /// can be read and every blob is there, and rules for branches, reports of gates and tombstones.
    ///
    /// Damage is reported, not returned. `progress` is called with the packs done and their number.
    ///
    /// # Errors
    /// Only when the store can't be listed.
    pub async fn fsck(&self, fast: bool, mut progress: impl FnMut(u64, u64)) -> Result<FsckReport> {
        let request = FsckRequest {
            fast,
            ..FsckRequest::default()
        };
        self.fsck_from(&request, |step| progress(step.done, step.total))
            .await
    }

    /// As [`Store::fsck`], leaving out packs that were found sound before.
    ///
    /// # Errors
    /// As [`Store::fsck`].
    pub async fn fsck_from(
        &self,
        request: &FsckRequest,
        progress: impl FnMut(FsckStep),
    ) -> Result<FsckReport> {
        let mut report = FsckReport::default();
        if let Err(error) = self.objects.refresh().await {
            report.add(&error, &Place::default());
        }
        let mut sound = None;
        if !request.fast {
            sound = Some(self.check_data(request, &mut report, progress).await?);
            self.check_lost_refs(&mut report).await?;
            self.check_rules(&mut report).await?;
        }
        Box::pin(self.check_history(&mut report, sound.as_ref())).await?;
        Ok(report)
    }

    async fn check_history(&self, report: &mut FsckReport, sound: Option<&Sound>) -> Result<()> {
        let mut commits: BTreeMap<Hash, Option<Commit>> = BTreeMap::new();
        let mut checked_nodes = crate::fsck_tree::CheckedNodes::default();
        for dataset in self.datasets().await? {
            let place = Place {
                dataset: Some(&dataset),
                ..Place::default()
            };
            let repository = match self.repository(&dataset) {
                Ok(repository) => repository,
                Err(error) => {
                    report.add(&error, &place);
                    continue;
                }
            };
            let mut open = Vec::new();
            for (kind, name) in repository.ref_names().await? {
                report.refs += 1;
                if sound.is_some()
                    && let Err(error) = repository.check_ref(kind, &name).await
                {
                    report.add(&error, &place);
                }
                match repository.read_ref(kind, &name).await {
                    Ok(commit) => open.extend(commit),
                    Err(_) if sound.is_some() => {}
                    Err(error) => report.add(&error, &place),
                }
            }
            while let Some(hash) = open.pop() {
                if commits.contains_key(&hash) {
                    continue;
                }
                let place = Place {
                    commit: Some(hash),
                    ..place.clone()
                };
                match self.commit(&hash).await {
                    Ok(commit) => {
                        report.commits += 1;
                        open.extend(&commit.parents);
                        self.check_commit(&commit, &place, report, (sound, &mut checked_nodes))
                            .await;
                        commits.insert(hash, Some(commit));
                    }
                    Err(error) => {
                        report.add(&error, &place);
                        commits.insert(hash, None);
                    }
                }
            }
        }
        Ok(())
    }
}

impl crate::Repository {
    /// Names of all refs, also of deleted ones, without reading them.
    pub(crate) async fn ref_names(&self) -> Result<Vec<(RefKind, String)>> {
        let mut names = Vec::new();
        for kind in [RefKind::Branch, RefKind::Tag] {
            let prefix = format!("{}/{}/{}", crate::refs::PREFIX, self.dataset, kind.folder());
            let listed = self.store.root().list(&prefix).await?;
            names.extend(
                listed
                    .iter()
                    .map(|info| (kind, info.path[prefix.len() + 1..].replace('=', "/"))),
            );
        }
        Ok(names)
    }
}
