//! What can go wrong in a version store, by name.

use ids::Hash;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the version store did not do what was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The object store below failed.
    #[error(transparent)]
    Store(#[from] blob_store::Error),
    /// There is no store at the URL.
    #[error("{}", no_store(.url))]
    NoStore {
        /// Where it was looked for.
        url: String,
    },
    /// Stored bytes are of a format that this program is too old for.
    #[error(
        "{what} has format version {found}; this program reads up to {supported}, use a newer one"
    )]
    NewerFormat {
        /// What was read.
        what: String,
        /// The version found.
        found: u64,
        /// The newest version known here.
        supported: u64,
    },
    /// A store has a layout that is no longer read.
    #[error(
        "{what} has layout version {found}, which is no longer read; this program reads version {supported}"
    )]
    OlderFormat {
        /// What was read.
        what: String,
        /// The version found.
        found: u64,
        /// The version known here.
        supported: u64,
    },
    /// What stood there was erased on purpose; only its hash was kept.
    #[error("what stood at {key:?} was erased")]
    Erased {
        /// The key of the row.
        key: String,
    },
    /// What is to be written was erased on purpose.
    #[error("{what} was erased on purpose ({reason}) and can't come back; leave it out")]
    ErasedBefore {
        /// The blob or the sample.
        what: String,
        /// Why it was erased.
        reason: String,
    },
    /// Stored bytes are not what they must be.
    #[error("{what} is damaged: {detail}")]
    Damaged {
        /// The pack, node, commit, … and its name.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A blob, node or value that something refers to is not in the store.
    #[error("{what} {hash} is not in the store")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        hash: Hash,
    },
    /// What is to be written can't be read to its end.
    #[error("what is to be written can't be read: {detail}")]
    Source {
        /// Why.
        detail: String,
    },
    /// What is too much for memory can't be kept on scratch storage.
    #[error("scratch storage failed: {detail}; see that there is space for temporary files")]
    Scratch {
        /// Why.
        detail: String,
    },
    /// A blob that lies outside the store can't be reached.
    #[error("{url} can't be read: {reason}")]
    External {
        /// Where the blob lies.
        url: String,
        /// Why.
        reason: String,
    },
    /// What lies outside the store is not what was recorded.
    #[error("{url} was changed since it was imported")]
    ExternalChanged {
        /// Where the blob lies.
        url: String,
    },
    /// No branch, tag or commit has this name.
    #[error("{name:?} names no branch, tag or commit of {dataset:?}")]
    UnknownRef {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        name: String,
    },
    /// A shortened hash fits several commits.
    #[error("{name:?} fits more than one commit; give more digits")]
    AmbiguousCommit {
        /// What was asked for.
        name: String,
    },
    /// A dataset or ref name is not allowed.
    #[error("{name:?} can't name a {what}: {reason}")]
    InvalidName {
        /// `dataset`, `branch` or `tag`.
        what: &'static str,
        /// What was given.
        name: String,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// The ref is not where the caller thought it was: someone else moved it.
    #[error("{name:?} was moved by someone else: it is at {}, not at {}", show(.found), show(.expected))]
    RefMoved {
        /// The ref.
        name: String,
        /// Where the caller thought it was.
        expected: Option<Hash>,
        /// Where it is.
        found: Option<Hash>,
    },
    /// A rule forbids to move the branch like this.
    #[error("the branch {name:?} is protected: {what}; `strata protect` shows its rules")]
    BranchProtected {
        /// The branch.
        name: String,
        /// What is forbidden.
        what: &'static str,
    },
    /// The branch asks for gates that the commit has not passed.
    #[error(
        "the branch {name:?} can't move to {}: it has not passed {}; `strata gate run {} --branch {name}` asks the gates and says what is wrong",
        .commit.short(),
        crate::protection::in_words(.unmet),
        .commit.short()
    )]
    GatesUnmet {
        /// The branch.
        name: String,
        /// Where it was to go.
        commit: Hash,
        /// The gates in the way, and what they said.
        unmet: Vec<quality::gates::Unmet>,
    },
    /// Both sides of a merge changed the rule for splits.
    #[error(
        "both sides set another rule for splits; give one the rule of the other with `strata split`, and merge again"
    )]
    SplitRulesDiffer,
    /// Rules for branches can't be used.
    #[error(transparent)]
    InvalidProtection(quality::gates::RuleError),
    /// A change can't be stored.
    #[error("{key:?} can't be committed: {reason}")]
    InvalidChange {
        /// The sample concerned.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The settlement of a conflict can't be carried out, or there is no such conflict.
    #[error("{conflict:?} can't be settled so: {reason}")]
    InvalidResolution {
        /// The conflict: sample, layer, item and part.
        conflict: String,
        /// What is wrong.
        reason: String,
    },
    /// Two commits have no common ancestor.
    #[error("{ours} and {theirs} have no common history")]
    NoMergeBase {
        /// One commit.
        ours: Hash,
        /// The other.
        theirs: Hash,
    },
}

impl Error {
    /// The stable code of the error, for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::NoStore { .. } => "store_missing",
            Self::NewerFormat { .. } => "store_format_newer",
            Self::OlderFormat { .. } => "store_format_older",
            Self::Erased { .. } => "content_erased",
            Self::ErasedBefore { .. } => "erased_before",
            Self::Damaged { .. } => "store_damaged",
            Self::Missing { .. } => "store_content_missing",
            Self::Source { .. } => "file_unreadable",
            Self::Scratch { .. } => "scratch_failed",
            Self::External { .. } => "external_unreachable",
            Self::ExternalChanged { .. } => "external_changed",
            Self::UnknownRef { .. } => "ref_unknown",
            Self::AmbiguousCommit { .. } => "commit_ambiguous",
            Self::InvalidName { .. } => "name_invalid",
            Self::RefMoved { .. } => "ref_moved",
            Self::BranchProtected { .. } => "branch_protected",
            Self::GatesUnmet { .. } => "gates_failed",
            Self::SplitRulesDiffer => "split_rules_differ",
            Self::InvalidProtection(_) => "protection_invalid",
            Self::InvalidChange { .. } => "change_invalid",
            Self::InvalidResolution { .. } => "resolution_invalid",
            Self::NoMergeBase { .. } => "merge_base_missing",
        }
    }

    pub(crate) fn erased(key: &[u8]) -> Self {
        Self::Erased {
            key: String::from_utf8_lossy(key).replace('\0', " "),
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            detail: detail.into(),
        }
    }
}

fn no_store(url: &str) -> String {
    if url.starts_with("http://") || url.starts_with("https://") {
        return format!("no workspace was found at {url}, or its token may not see it");
    }
    format!("there is no Strata store at {url}; `strata init --store {url}` makes one")
}

fn show(hash: &Option<Hash>) -> String {
    hash.map_or_else(|| "nothing".to_owned(), |hash| hash.short())
}
