//! Moving refs by compare and swap, each move with an entry in a hash-chained log.

use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::refs::{StoredRef, VERSION, parse_formatted};
use crate::{Error, RefKind, Repository, Result};

const LOG_CONTEXT: &str = "strata 2026 ref log entry v1";
/// Where the logs of refs lie.
pub(crate) const LOG_PREFIX: &str = "reflog";

/// A move of a ref.
#[derive(Debug, Clone)]
pub struct RefMove<'a> {
    /// Branch or tag.
    pub kind: RefKind,
    /// The ref's name.
    pub name: &'a str,
    /// Where it must be now; `None`: nowhere, the move makes it.
    pub old: Option<Hash>,
    /// Where it goes; `None`: the move deletes it.
    pub new: Option<Hash>,
    /// Who moves it.
    pub by: &'a str,
    /// Why: `commit`, `merge`, `branch`, …
    pub cause: &'a str,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

/// One entry of a ref's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefLogEntry {
    pub(crate) format: u64,
    /// Number of the move, from 1.
    pub number: u64,
    /// Hash of the entry before this.
    pub previous: Option<Hash>,
    /// Where the ref was.
    pub old: Option<Hash>,
    /// Where it went.
    pub new: Option<Hash>,
    /// Who moved it.
    pub by: String,
    /// Why.
    pub cause: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

impl Repository {
    fn log_path(&self, kind: RefKind, name: &str, number: u64, entry: &Hash) -> String {
        let name = name.replace('/', "=");
        format!(
            "{LOG_PREFIX}/{}/{}/{name}/{number:012}-{entry}",
            self.dataset,
            kind.folder()
        )
    }

    /// Moves a ref if it is where the caller thinks it is and the rules let it.
    ///
    /// # Errors
    /// [`Error::RefMoved`] when it is elsewhere; [`Error::BranchProtected`] and
    /// [`Error::GatesUnmet`]; [`Error::Missing`] when the new commit is not in the store;
    /// [`Error::InvalidName`]; failures of the store.
    pub async fn compare_and_swap_ref(&self, request: &RefMove<'_>) -> Result<()> {
        self.check_ref_move(request).await?;
        self.swap_ref(request).await
    }

    /// The move itself, of a ref that may be moved.
    async fn swap_ref(&self, request: &RefMove<'_>) -> Result<()> {
        if let Some(new) = &request.new {
            self.store.objects.check_commit_is_there(new).await?;
            // What has a name to stay is read by many: its nodes are written now.
            if request.kind == RefKind::Tag {
                self.materialize(new).await?;
            }
        }
        let current = self.stored_ref(request.kind, request.name).await?;
        let found = current.as_ref().and_then(|(stored, _)| stored.commit);
        if found != request.old {
            let name = request.name.to_owned();
            return Err(Error::RefMoved {
                name,
                expected: request.old,
                found,
            });
        }
        let entry = next_entry(request, current.as_ref().map(|(stored, _)| stored));
        // The entry first: one that lost the race is garbage, a move without its entry would be a hole.
        let bytes = to_json(&entry)?;
        let log = Hash::derive(LOG_CONTEXT, &bytes);
        let log_path = self.log_path(request.kind, request.name, entry.number, &log);
        self.store
            .root()
            .put_if_absent(&log_path, bytes.into())
            .await?;
        let stored = StoredRef {
            format: VERSION,
            commit: request.new,
            moves: entry.number,
            log,
        };
        let path = self.ref_path(request.kind, request.name)?;
        let version = current.as_ref().map(|(_, version)| version);
        match self
            .store
            .root()
            .update(&path, to_json(&stored)?.into(), version)
            .await
        {
            Ok(_) => Ok(()),
            // The answer can be lost though the ref moved, and others may have moved it on since.
            Err(_) if self.has_happened(request, entry.number, &log).await => Ok(()),
            Err(blob_store::Error::Conflict { .. }) => {
                let found = self.read_ref(request.kind, request.name).await?;
                Err(Error::RefMoved {
                    name: request.name.to_owned(),
                    expected: request.old,
                    found,
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the move of this log entry is one of those that led the ref to where it is now.
    async fn has_happened(&self, request: &RefMove<'_>, number: u64, log: &Hash) -> bool {
        let (kind, name) = (request.kind, request.name);
        let Ok(Some(stored)) = self.read_stored_ref(kind, name).await else {
            return false;
        };
        if stored.moves == number {
            return stored.log == *log;
        }
        let Some(since) = stored.moves.checked_sub(number) else {
            return false;
        };
        let since = usize::try_from(since).unwrap_or(usize::MAX);
        let entries = self.ref_log(kind, name, since).await;
        entries.is_ok_and(|entries| {
            entries.len() == since
                && entries
                    .last()
                    .is_some_and(|next| next.previous == Some(*log))
        })
    }

    /// Sets a ref to where a database says it is, wherever it was. For mirrors only: the database
    /// decided already. Tries again when another mirror writes at the same time.
    ///
    /// # Errors
    /// [`Error::Missing`] when the commit is not in the store, failures of the store.
    pub async fn put_mirror_ref(
        &self,
        kind: RefKind,
        name: &str,
        commit: Option<Hash>,
        time_ms: i64,
    ) -> Result<()> {
        loop {
            let old = self.read_ref(kind, name).await?;
            if old == commit {
                return Ok(());
            }
            let mirror = RefMove {
                kind,
                name,
                old,
                new: commit,
                by: "service",
                cause: "mirror",
                time_ms,
            };
            match self.swap_ref(&mirror).await {
                Err(Error::RefMoved { .. }) => {}
                other => return other,
            }
        }
    }

    /// The log of a ref, newest first, each entry checked against the one after it.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the chain is broken, failures of the store.
    pub async fn ref_log(
        &self,
        kind: RefKind,
        name: &str,
        limit: usize,
    ) -> Result<Vec<RefLogEntry>> {
        let mut entries = Vec::new();
        let Some(stored) = self.read_stored_ref(kind, name).await? else {
            return Ok(entries);
        };
        let mut next = Some((stored.moves, stored.log));
        while let Some((number, hash)) = next {
            if entries.len() == limit {
                break;
            }
            let path = self.log_path(kind, name, number, &hash);
            let bytes = self.store.root().get(&path).await?;
            if Hash::derive(LOG_CONTEXT, &bytes) != hash {
                return Err(Error::damaged(
                    path,
                    "its bytes are not those that its hash names",
                ));
            }
            let entry: RefLogEntry = parse_formatted(&path, &bytes, VERSION)?;
            next = entry
                .previous
                .map(|previous| (number.saturating_sub(1), previous));
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// The log entry of a move of the ref that stands as `current`.
fn next_entry(request: &RefMove<'_>, current: Option<&StoredRef>) -> RefLogEntry {
    RefLogEntry {
        format: VERSION,
        number: current.map_or(0, |stored| stored.moves) + 1,
        previous: current.map(|stored| stored.log),
        old: request.old,
        new: request.new,
        by: request.by.to_owned(),
        cause: request.cause.to_owned(),
        time_ms: request.time_ms,
    }
}

fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::damaged("a new ref", error.to_string()))
}
