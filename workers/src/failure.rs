//! Why an attempt ended without success, and whether another one may succeed.

use sea_orm::DbErr;

/// The result of what a job does.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Why an attempt ended without success.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The input, or the state of things, is such that the job can never succeed.
    #[error("{message}")]
    Refused {
        /// Stable code.
        code: String,
        /// What a user can read and act on.
        message: String,
    },
    /// Something outside failed that may work again later.
    #[error("{message}")]
    Passing {
        /// Stable code.
        code: String,
        /// What happened.
        message: String,
    },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// Cancelled, or the lease is another worker's: nothing more is to be done.
    #[error("stopped")]
    Stopped,
}

impl Failure {
    /// The job can never succeed, because …
    pub(crate) fn refused(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refused {
            code: code.into(),
            message: message.into(),
        }
    }

    /// The job did not succeed this time, because …
    pub(crate) fn passing(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Passing {
            code: code.into(),
            message: message.into(),
        }
    }

    /// Something the job is about is no longer there.
    pub(crate) fn gone(what: &str) -> Self {
        Self::refused(
            "not_found",
            format!("the {what} of this job is no longer there"),
        )
    }

    /// As the queue keeps it.
    pub(crate) fn to_job_error(&self) -> job_queue::JobError {
        let (code, retryable) = match self {
            Self::Refused { code, .. } => (code.clone(), false),
            Self::Passing { code, .. } => (code.clone(), true),
            Self::Database(_) => ("database_unavailable".to_owned(), true),
            Self::Stopped => ("stopped".to_owned(), true),
        };
        let message = match self {
            // The database's own words may quote rows; they are for the operator's log.
            Self::Database(_) => "the database did not answer as it should".to_owned(),
            other => other.to_string(),
        };
        job_queue::JobError {
            code,
            message,
            retryable,
        }
    }
}

impl db::Retry for Failure {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_retryable())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::passing("io", format!("the worker's disk: {error}"))
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        if error.is_cancelled() {
            return Self::Stopped;
        }
        let panic = error.into_panic();
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        tracing::error!(panic = %text, "a job panicked");
        Self::passing(
            "internal",
            "the job hit a fault of ours; the worker's log has the details",
        )
    }
}

impl From<blob_store::Error> for Failure {
    fn from(error: blob_store::Error) -> Self {
        use blob_store::Error as Store;
        match &error {
            Store::Failed { .. }
            | Store::Full { .. }
            | Store::Denied { .. }
            | Store::Conflict { .. } => Self::passing(error.code(), error.to_string()),
            _ => Self::refused(error.code(), error.to_string()),
        }
    }
}

impl From<version_store::Error> for Failure {
    fn from(error: version_store::Error) -> Self {
        match error {
            version_store::Error::Store(error) => error.into(),
            version_store::Error::RefMoved { .. } => Self::passing(error.code(), error.to_string()),
            error => Self::refused(error.code(), error.to_string()),
        }
    }
}

impl From<gates::Error> for Failure {
    fn from(error: gates::Error) -> Self {
        match error {
            gates::Error::Store(error) => error.into(),
            gates::Error::Outbound { .. } | gates::Error::Conflicts { .. } => {
                Self::refused(error.code(), error.to_string())
            }
            gates::Error::Interrupted(_) => Self::passing(error.code(), error.to_string()),
        }
    }
}

impl From<inference::Error> for Failure {
    fn from(error: inference::Error) -> Self {
        Self::refused(error.code(), error.to_string())
    }
}

impl From<search_index::Error> for Failure {
    fn from(error: search_index::Error) -> Self {
        Self::passing(error.code(), error.to_string())
    }
}
