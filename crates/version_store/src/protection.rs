//! What protects the branches of a dataset, as the store holds it, and the check before a branch moves.

use blob_store::Version as ObjectVersion;
use quality::gates::{GateReport, Protection, Unmet};
use serde::{Deserialize, Serialize};

use crate::refs::{parse_checked, write_checked};
use crate::{Error, RefKind, RefMove, Repository, Result};

pub(crate) const PREFIX: &str = "protection";
const VERSION: u64 = 2;
/// How often a change of the rules is made again because somebody else changed them.
const TRIES: u32 = 8;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: u64,
    rules: Vec<quality::gates::BranchRule>,
}

impl Repository {
    fn protection_path(&self) -> String {
        format!("{PREFIX}/{}.json", self.dataset)
    }

    /// The rules for the dataset's branches; none when none were made.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::NewerFormat`], failures of the store.
    pub async fn protection(&self) -> Result<Protection> {
        let path = self.protection_path();
        match self.store.root().get_opt(&path).await? {
            Some(bytes) => parse(&path, &bytes),
            None => Ok(Protection::default()),
        }
    }

    /// Changes the rules by compare and swap: `change` may be called several times.
    ///
    /// # Errors
    /// Those of `change`; [`Error::InvalidProtection`]; failures of the store.
    pub async fn update_protection<E: From<Error>>(
        &self,
        change: impl Fn(&mut Protection) -> std::result::Result<(), E>,
    ) -> std::result::Result<Protection, E> {
        let path = self.protection_path();
        for _ in 0..TRIES {
            let (mut rules, version) = self.versioned_protection(&path).await?;
            change(&mut rules)?;
            match self.put_protection(&path, &rules, version.as_ref()).await {
                Ok(()) => return Ok(rules),
                Err(Error::Store(blob_store::Error::Conflict { .. })) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::from(blob_store::Error::Conflict { path }).into())
    }

    async fn versioned_protection(
        &self,
        path: &str,
    ) -> Result<(Protection, Option<ObjectVersion>)> {
        match self.store.root().get_versioned(path).await? {
            Some((bytes, version)) => Ok((parse(path, &bytes)?, Some(version))),
            None => Ok((Protection::default(), None)),
        }
    }

    async fn put_protection(
        &self,
        path: &str,
        rules: &Protection,
        version: Option<&ObjectVersion>,
    ) -> Result<()> {
        rules.check().map_err(Error::InvalidProtection)?;
        let stored = Stored {
            format: VERSION,
            rules: rules.rules.clone(),
        };
        let bytes = write_checked(&stored)?;
        self.store
            .root()
            .update(path, bytes.into(), version)
            .await?;
        Ok(())
    }

    /// Whether the rules let a ref move. Every move of a branch asks this first: those in the store
    /// by themselves, a service before it moves the row of its database.
    ///
    /// # Errors
    /// [`Error::BranchProtected`] for a deletion or a rewind that a rule forbids;
    /// [`Error::GatesUnmet`] when gates were not asked yet or said no; failures of the store.
    pub async fn check_ref_move(&self, request: &RefMove<'_>) -> Result<()> {
        if request.kind != RefKind::Branch || request.old == request.new {
            return Ok(());
        }
        let rules = self.protection().await?;
        let branch = request.name;
        let forbidden = |what| Error::BranchProtected {
            name: branch.to_owned(),
            what,
        };
        let Some(new) = request.new else {
            if rules.forbids_deletion(branch) {
                return Err(forbidden("it can't be deleted"));
            }
            return Ok(());
        };
        if let Some(old) = &request.old
            && rules.forbids_rewind(branch)
            && !self.is_ancestor(old, &new).await?
        {
            return Err(forbidden(
                "it only goes to commits that descend from where it is",
            ));
        }
        let gates = rules.gates_for(branch);
        if gates.is_empty() {
            return Ok(());
        }
        let report = self.gate_report(&new).await?;
        let unmet = GateReport::unmet(report.as_ref(), &gates, branch, request.old);
        if unmet.is_empty() {
            return Ok(());
        }
        Err(Error::GatesUnmet {
            name: branch.to_owned(),
            commit: new,
            unmet,
        })
    }
}

/// Reads the rules for a dataset's branches.
pub(crate) fn parse(path: &str, bytes: &[u8]) -> Result<Protection> {
    let stored: Stored = parse_checked(path, bytes, VERSION)?;
    let rules = Protection {
        rules: stored.rules,
    };
    rules
        .check()
        .map_err(|error| Error::damaged(path, error.to_string()))?;
    Ok(rules)
}

/// The gates in the way, in words.
pub(crate) fn in_words(unmet: &[Unmet]) -> String {
    let words: Vec<String> = unmet
        .iter()
        .map(|unmet| match &unmet.message {
            Some(message) => format!("{:?} ({message})", unmet.gate),
            None => format!("{:?} (not asked yet)", unmet.gate),
        })
        .collect();
    words.join(", ")
}
