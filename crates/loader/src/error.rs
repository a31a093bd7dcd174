//! What can go wrong between a version and a batch, by name.

use streaming::{PlanError, StateMismatch};

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a version could not be opened, planned or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store or the version could not be read.
    #[error(transparent)]
    Store(#[from] version_store::Error),
    /// The objects behind the version could not be read.
    #[error(transparent)]
    Objects(#[from] blob_store::Error),
    /// The where-expression is none.
    #[error("the where-expression is not valid: {0}")]
    Query(#[from] dataset::QueryError),
    /// The version has no such split.
    #[error("the version has no split {split:?}; it has {known:?}")]
    UnknownSplit {
        /// What was asked for.
        split: String,
        /// The splits there are.
        known: Vec<String>,
    },
    /// The version has no such column.
    #[error("the version has no column {column:?}; it has {known:?}")]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// An argument makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// Batch size, rank and world size don't go together.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The saved state belongs to another order.
    #[error(transparent)]
    State(#[from] StateMismatch),
    /// There is no such sample.
    #[error("there is no sample {0:?}")]
    UnknownSample(String),
    /// The sample lacks a field that the batch needs.
    #[error("sample {key:?} has no {field:?}")]
    FieldMissing {
        /// The sample.
        key: String,
        /// The field.
        field: String,
    },
    /// The bytes read are not the bytes that were written.
    #[error("{field:?} of sample {key:?} is damaged in pack {pack}: {detail}")]
    Damaged {
        /// The sample.
        key: String,
        /// The field.
        field: String,
        /// The pack that holds the bytes.
        pack: String,
        /// What was found.
        detail: String,
    },
    /// The bytes are whole but do not decode.
    #[error("{field:?} of sample {key:?} does not decode: {detail}")]
    Decode {
        /// The sample.
        key: String,
        /// The field.
        field: String,
        /// What the decoder said.
        detail: String,
    },
    /// The cache can't be used.
    #[error("the cache in {folder:?} can't be used: {detail}")]
    Cache {
        /// The folder that was asked for.
        folder: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The iteration was dropped while it read.
    #[error("the iteration was ended")]
    Cancelled,
    /// The operating system refused threads or a runtime.
    #[error("the loader could not start: {0}")]
    Start(String),
    /// A bug of the loader, kept from taking the training process down.
    #[error("the loader failed: {0}")]
    Internal(String),
}

impl Error {
    /// The stable code of the error, for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Objects(error) => error.code(),
            Self::Query(_) => "query_invalid",
            Self::UnknownSplit { .. } => "split_unknown",
            Self::UnknownColumn { .. } => "column_unknown",
            Self::Invalid(_) | Self::Plan(_) => "argument_invalid",
            Self::State(_) => "state_mismatch",
            Self::UnknownSample(_) => "sample_not_found",
            Self::FieldMissing { .. } => "field_missing",
            Self::Damaged { .. } => "blob_damaged",
            Self::Decode { .. } => "decode_failed",
            Self::Cache { .. } => "cache_failed",
            Self::Cancelled => "cancelled",
            Self::Start(_) => "loader_start_failed",
            Self::Internal(_) => "internal",
        }
    }
}
