//! What gates said about commits, as the store holds it.

use ids::Hash;
use quality::gates::{GateReport, GateResult};
use serde::{Deserialize, Serialize};

use crate::refs::parse_formatted;
use crate::{Error, Repository, Result};

pub(crate) const PREFIX: &str = "gates";
const VERSION: u64 = 1;
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
        let names = listed.iter().filter_map(|info| {
            let name = info.path.rsplit('/').next()?;
            name.strip_suffix(".json")?.parse().ok()
        });
        Ok(names.collect())
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
            let bytes = serde_json::to_vec(&stored)
                .map_err(|error| Error::damaged("a new report", error.to_string()))?;
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

fn parse(path: &str, commit: &Hash, bytes: &[u8]) -> Result<GateReport> {
    let stored: Stored = parse_formatted(path, bytes, VERSION)?;
    if stored.commit != *commit {
        return Err(Error::damaged(path, "it is about another commit"));
    }
    Ok(GateReport {
        commit: stored.commit,
        results: stored.results,
    })
}
