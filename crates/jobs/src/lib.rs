//! Payloads of background jobs: what a request asks for and a worker does.
#![forbid(unsafe_code)]

use ids::Hash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The queue most jobs are in.
pub const DEFAULT_QUEUE: &str = "default";
/// The queue of model inference, which machines with an accelerator take.
pub const PRELABEL_QUEUE: &str = "prelabel";
/// Kinds of jobs that work on a workspace's store as a whole; only one of them may be under way.
pub const UPKEEP_KINDS: &[&str] = &["check_store", "collect_garbage", "erase_samples"];
/// Every queue there is.
pub const QUEUES: &[&str] = &[DEFAULT_QUEUE, PRELABEL_QUEUE];

/// Which reader an import uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportFormat {
    /// A folder of files.
    Folder,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Any files, as they are.
    Files,
    /// Parquet, a row a sample.
    Parquet,
    /// A folder that a checkout wrote.
    Checkout,
}

/// What an import is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The dataset to import into.
    pub dataset_id: Uuid,
    /// The staged files.
    pub upload_id: Uuid,
    /// How to read them.
    pub format: ImportFormat,
    /// The branch that moves to the new commit.
    pub branch: String,
    /// Whether a file's folder is its label.
    pub label_from_folder: bool,
    /// The commit message.
    pub message: String,
    /// The commit's author.
    pub author: String,
    /// The folder or file that was chosen; where it is not known, the files' paths name the import.
    #[serde(default)]
    pub source: Option<String>,
}

/// A merge or revert that is to be brought onto a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// The dataset.
    pub dataset_id: Uuid,
    /// The branch that moves.
    pub branch: String,
    /// What is merged, or the commit that is undone.
    pub commit: Hash,
    /// How conflicts are settled, as the version store writes it; the queue does not look into it.
    pub settle: serde_json::Value,
    /// Where the branch must be, if that was said.
    pub expected: Option<Hash>,
    /// The commit message.
    pub message: String,
    /// The commit's author.
    pub author: String,
}

/// What an erasure is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Keys of the samples.
    pub keys: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who, as commits name their authors.
    pub author: String,
    /// Only say what would go.
    pub dry_run: bool,
}

/// One job, as stored in the queue: `{"kind": "import", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobPayload {
    /// Reads staged files and commits what they hold.
    Import(Import),
    /// Makes the tasks of a project from its source and query.
    GenerateTasks {
        /// The project.
        project_id: Uuid,
    },
    /// Runs a model version over the open tasks of a project.
    Prelabel {
        /// The project.
        project_id: Uuid,
        /// The model version.
        model_version_id: Uuid,
    },
    /// Commits what a project's reviewers accepted.
    CommitAnnotations {
        /// The project.
        project_id: Uuid,
        /// The branch that moves to the new commit.
        branch: String,
        /// The commit message.
        message: String,
        /// The commit's author.
        author: String,
    },
    /// Builds the search index of one version.
    IndexDataset {
        /// The dataset.
        dataset_id: Uuid,
        /// The version.
        commit: Hash,
    },
    /// Computes the statistics of one version.
    ProfileVersion {
        /// The dataset.
        dataset_id: Uuid,
        /// The version.
        commit: Hash,
    },
    /// Makes the Parquet views of one version.
    BuildView {
        /// The dataset.
        dataset_id: Uuid,
        /// The version.
        commit: Hash,
    },
    /// Merges a commit into a branch.
    Merge(Joining),
    /// Undoes a commit on a branch.
    Revert(Joining),
    /// Asks the gates of a branch what they would say if it moved to a commit.
    AskGates {
        /// The dataset.
        dataset_id: Uuid,
        /// The branch.
        branch: String,
        /// The commit.
        commit: Hash,
    },
    /// Checks the workspace's store.
    CheckStore {
        /// Only refs, commits and roots, not every byte.
        fast: bool,
    },
    /// Deletes what no ref of the workspace leads to.
    CollectGarbage {
        /// How long data without a ref stays, in milliseconds.
        grace_ms: i64,
        /// Only say what would go.
        dry_run: bool,
    },
    /// Erases samples from every version of every dataset of the workspace, and from its tasks.
    EraseSamples(Erasure),
    /// Copies a ref from the database into the store.
    MirrorRef {
        /// The dataset.
        dataset_id: Uuid,
        /// `branch` or `tag`.
        ref_kind: String,
        /// The ref's name.
        name: String,
    },
}

impl JobPayload {
    /// What follows from a branch's new head: its mirror in the store, its search index, its statistics,
    /// its views.
    #[must_use]
    pub fn after_move(dataset_id: Uuid, branch: &str, commit: Hash) -> [Self; 4] {
        let ref_kind = "branch".to_owned();
        let name = branch.to_owned();
        let mirror = Self::MirrorRef {
            dataset_id,
            ref_kind,
            name,
        };
        let [index, profile, view] = Self::derived(dataset_id, commit);
        [mirror, index, profile, view]
    }

    /// What is made of a version for its readers: its search index, its statistics, its views.
    #[must_use]
    pub const fn derived(dataset_id: Uuid, commit: Hash) -> [Self; 3] {
        [
            Self::IndexDataset { dataset_id, commit },
            Self::ProfileVersion { dataset_id, commit },
            Self::BuildView { dataset_id, commit },
        ]
    }

    /// The kind, as in the stored JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Import(_) => "import",
            Self::GenerateTasks { .. } => "generate_tasks",
            Self::Prelabel { .. } => "prelabel",
            Self::CommitAnnotations { .. } => "commit_annotations",
            Self::IndexDataset { .. } => "index_dataset",
            Self::ProfileVersion { .. } => "profile_version",
            Self::BuildView { .. } => "build_view",
            Self::Merge(_) => "merge",
            Self::Revert(_) => "revert",
            Self::AskGates { .. } => "ask_gates",
            Self::CheckStore { .. } => "check_store",
            Self::CollectGarbage { .. } => "collect_garbage",
            Self::EraseSamples(_) => "erase_samples",
            Self::MirrorRef { .. } => "mirror_ref",
        }
    }

    /// The queue this kind goes to.
    #[must_use]
    pub const fn queue(&self) -> &'static str {
        match self {
            Self::Prelabel { .. } => PRELABEL_QUEUE,
            _ => DEFAULT_QUEUE,
        }
    }

    /// How often the job is tried before it has failed.
    #[must_use]
    pub const fn max_attempts(&self) -> i32 {
        match self {
            // Copying a ref is cheap and the store may be away for a while.
            Self::MirrorRef { .. } => 12,
            _ => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_kind_is_the_kind() {
        let payloads = [
            JobPayload::GenerateTasks {
                project_id: Uuid::nil(),
            },
            JobPayload::Prelabel {
                project_id: Uuid::nil(),
                model_version_id: Uuid::nil(),
            },
            JobPayload::IndexDataset {
                dataset_id: Uuid::nil(),
                commit: Hash::of(b"a"),
            },
            JobPayload::BuildView {
                dataset_id: Uuid::nil(),
                commit: Hash::of(b"a"),
            },
            JobPayload::Merge(Joining {
                dataset_id: Uuid::nil(),
                branch: "main".into(),
                commit: Hash::of(b"a"),
                settle: serde_json::json!({"policies": [], "resolutions": []}),
                expected: None,
                message: "merge".into(),
                author: "ann".into(),
            }),
            JobPayload::AskGates {
                dataset_id: Uuid::nil(),
                branch: "main".into(),
                commit: Hash::of(b"a"),
            },
            JobPayload::MirrorRef {
                dataset_id: Uuid::nil(),
                ref_kind: "tag".into(),
                name: "v1".into(),
            },
            JobPayload::CheckStore { fast: true },
            JobPayload::CollectGarbage {
                grace_ms: 1,
                dry_run: true,
            },
            JobPayload::EraseSamples(Erasure {
                keys: vec!["a".into()],
                reason: "asked".into(),
                author: "ann".into(),
                dry_run: false,
            }),
        ];
        for payload in payloads {
            let stored = serde_json::to_value(&payload).unwrap();
            assert_eq!(stored["kind"], payload.kind());
            assert_eq!(
                serde_json::from_value::<JobPayload>(stored).unwrap(),
                payload
            );
        }
    }
}
