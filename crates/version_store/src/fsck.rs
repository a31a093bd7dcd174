//! Checking a store: every pack, every entry, every node, every row, every ref.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use ids::Hash;
use serde::Serialize;

use crate::index;
use crate::pack::{self, Location, TAIL_BYTES, decode_entry, parse_footer, parse_tail};
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

/// What the entries pass learned: which hashes are sound.
pub(crate) type Sound = HashMap<Hash, Location>;

impl Store {
    /// Checks the store. `fast`: that refs lead to commits and commits to their roots. Otherwise
    /// also every byte of every pack, every index, every node with its order and borders, and that
    /// every row can be read and every blob is there.
    ///
    /// Damage is reported, not returned. `progress` is called with the packs done and their number.
    ///
    /// # Errors
    /// Only when the store can't be listed.
    pub async fn fsck(&self, fast: bool, mut progress: impl FnMut(u64, u64)) -> Result<FsckReport> {
        let mut report = FsckReport::default();
        if let Err(error) = self.objects.refresh().await {
            report.add(&error, &Place::default());
        }
        let mut sound = None;
        if !fast {
            let entries = self.check_packs(&mut report, &mut progress).await?;
            self.check_indexes(&mut report, &entries).await?;
            self.check_lost_refs(&mut report).await?;
            sound = Some(entries);
        }
        self.check_history(&mut report, sound.as_ref()).await?;
        Ok(report)
    }

    async fn check_packs(
        &self,
        report: &mut FsckReport,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<Sound> {
        let mut sound = Sound::new();
        let listed = self.root().list("packs").await?;
        let total = listed.len() as u64;
        for (done, info) in listed.into_iter().enumerate() {
            let name = info
                .path
                .rsplit('/')
                .next()
                .and_then(|file| file.strip_suffix(".pack"));
            let checked = match name.and_then(|name| name.parse::<Hash>().ok()) {
                None => Err(Error::damaged(&info.path, "it is not named as a pack is")),
                Some(hash) => self.check_pack(&hash, report, &mut sound).await,
            };
            if let Err(error) = checked {
                report.add(&error, &Place::default());
            }
            progress(done as u64 + 1, total);
        }
        Ok(sound)
    }

    async fn check_pack(
        &self,
        name: &Hash,
        report: &mut FsckReport,
        sound: &mut Sound,
    ) -> Result<()> {
        let bytes = self.root().get(&pack::path(name)).await?;
        report.packs += 1;
        report.bytes += bytes.len() as u64;
        let whole = bytes.clone();
        let hash = tokio::task::spawn_blocking(move || Hash::of(&whole)).await;
        if hash.ok() != Some(*name) {
            let damaged = Error::damaged(
                format!("pack {name}"),
                "its bytes are not those that its hash names",
            );
            report.add(&damaged, &Place::default());
        }
        // Even then each entry is looked at, to say which are hurt.
        for (hash, location) in footer_of(name, &bytes)? {
            let range = location.range();
            let stored = bytes.slice(range.start as usize..range.end as usize);
            match decode_entry(&hash, &location, stored) {
                Ok(_) => {
                    report.entries += 1;
                    sound.insert(hash, location);
                }
                Err(error) => report.add(&error, &Place::default()),
            }
        }
        Ok(())
    }

    async fn check_indexes(&self, report: &mut FsckReport, sound: &Sound) -> Result<()> {
        for info in self.root().list(index::PREFIX).await? {
            let name = info
                .path
                .strip_prefix("index/")
                .and_then(|file| file.strip_suffix(".idx"));
            let Some(name) = name.and_then(|name| name.parse::<Hash>().ok()) else {
                report.add(
                    &Error::damaged(&info.path, "it is not named as an index is"),
                    &Place::default(),
                );
                continue;
            };
            if let Err(error) = self.check_index(&name, sound).await {
                report.add(&error, &Place::default());
            }
        }
        Ok(())
    }

    async fn check_index(&self, name: &Hash, sound: &Sound) -> Result<()> {
        let bytes = self.root().get(&index::path(name)).await?;
        let damaged = |detail: String| Error::damaged(format!("index {name}"), detail);
        if Hash::of(&bytes) != *name {
            return Err(damaged(
                "its bytes are not those that its hash names".into(),
            ));
        }
        let file = index::IndexFile::parse(*name, &bytes)?;
        for entry in file.entries() {
            let (hash, location) = entry?;
            // An entry may lie in several packs; but where it is said to be, it must be.
            let there = sound
                .get(&hash)
                .is_some_and(|found| *found == location || found.pack != location.pack);
            if !there {
                return Err(damaged(format!(
                    "it says that {hash} lies in pack {}, where it is not",
                    location.pack
                )));
            }
        }
        Ok(())
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

/// The entries that a whole pack says it has.
fn footer_of(name: &Hash, bytes: &Bytes) -> Result<Vec<(Hash, Location)>> {
    let total = bytes.len() as u64;
    let short = || Error::damaged(format!("pack {name}"), "it is too short to be one");
    let tail_at = total.checked_sub(TAIL_BYTES).ok_or_else(short)? as usize;
    let tail = parse_tail(name, total, &bytes[tail_at..])?;
    parse_footer(name, &tail, &bytes[tail.footer_offset as usize..tail_at])
}
