//! What gates said about commits, as the store holds it.

use std::collections::HashSet;

use ids::Hash;
use quality::gates::{GateReport, GateResult};
use serde::{Deserialize, Serialize};

use crate::refs::{parse_checked, write_checked};
use crate::{Error, GcRequest, Repository, Result, Store, commit};

pub(crate) const PREFIX: &str = "gates";
const VERSION: u64 = 2;
/// How often results are written again because somebody else wrote some.
const TRIES: u32 = 8;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: u64,
    commit: Hash,
    results: Vec<GateResult>,
}

impl Repository {
    fn gates_path(&self, commit: &Hash) -> String {
        format!("{PREFIX}/{}/{commit}.json", self.dataset)
    }

    /// What gates said about a commit; `None` when none was asked.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::NewerFormat`], failures of the store.
    pub async fn gate_report(&self, commit: &Hash) -> Result<Option<GateReport>> {
        let path = self.gates_path(commit);
        match self.store.root().get_opt(&path).await? {
            Some(bytes) => parse(&path, commit, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// The commits that gates said something about, sorted.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn gated_commits(&self) -> Result<Vec<Hash>> {
        let prefix = format!("{PREFIX}/{}", self.dataset);
        let listed = self.store.root().list(&prefix).await?;
        Ok(listed
            .iter()
            .filter_map(|info| commit_of(&info.path))
            .collect())
    }

    /// Keeps results, in the place of older ones of the same gates and moves.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is no such commit, failures of the store.
    pub async fn record_gates(&self, commit: &Hash, results: &[GateResult]) -> Result<GateReport> {
        self.store.commit(commit).await?;
        let path = self.gates_path(commit);
        for _ in 0..TRIES {
            let found = self.store.root().get_versioned(&path).await?;
            let (mut report, version) = match found {
                Some((bytes, version)) => (parse(&path, commit, &bytes)?, Some(version)),
                None => (GateReport::new(*commit), None),
            };
            report.take(results.to_vec());
            let stored = Stored {
                format: VERSION,
                commit: *commit,
                results: report.results.clone(),
            };
            let bytes = write_checked(&stored)?;
            let root = self.store.root();
            match root.update(&path, bytes.into(), version.as_ref()).await {
                Ok(_) => return Ok(report),
                Err(blob_store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(blob_store::Error::Conflict { path }.into())
    }
}

/// The commit that the report at a path is about.
pub(crate) fn commit_of(path: &str) -> Option<Hash> {
    let name = path.rsplit('/').next()?;
    name.strip_suffix(".json")?.parse().ok()
}

impl Store {
    /// Deletes what gates said about commits that are gone, after the grace; how many reports. A report is
    /// older than the move that it lets a branch make, and its commit stays until its own grace is over.
    pub(crate) async fn sweep_gate_reports(
        &self,
        live: &HashSet<Hash>,
        request: &GcRequest,
    ) -> Result<u64> {
        let before_ms = request.now_ms.saturating_sub(request.grace_ms);
        let mut deleted = 0;
        for info in self.root().list(PREFIX).await? {
            let Some(commit) = commit_of(&info.path) else {
                continue;
            };
            let is_dead = info.modified_ms <= before_ms && !live.contains(&commit);
            if !is_dead || self.root().head(&commit::path(&commit)).await?.is_some() {
                continue;
            }
            deleted += 1;
            if !request.dry_run {
                self.root().delete(&info.path).await?;
            }
        }
        Ok(deleted)
    }
}

/// Reads a report about a commit.
pub(crate) fn parse(path: &str, commit: &Hash, bytes: &[u8]) -> Result<GateReport> {
    let report = read(path, bytes)?;
    if report.commit != *commit {
        return Err(Error::damaged(path, "it is about another commit"));
    }
    Ok(report)
}

/// Reads a report, whatever it is about.
pub(crate) fn read(path: &str, bytes: &[u8]) -> Result<GateReport> {
    let stored: Stored = parse_checked(path, bytes, VERSION)?;
    Ok(GateReport {
        commit: stored.commit,
        results: stored.results,
    })
}
