//! What can go wrong at a store, by name.

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a store did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL names no store.
    #[error("{url:?} is not a store: {reason}")]
    InvalidUrl {
        /// What was given.
        url: String,
        /// Why it can't be used.
        reason: String,
    },
    /// The path is not a relative path of plain segments.
    #[error("{path:?} can't be a path in a store")]
    InvalidPath {
        /// What was given.
        path: String,
    },
    /// There is no such object.
    #[error("there is no object {path:?} in the store")]
    NotFound {
        /// Path within the root.
        path: String,
    },
    /// Another object with other bytes stands there.
    #[error("an object with other bytes already stands at {path:?}")]
    AlreadyExists {
        /// Path within the root.
        path: String,
    },
    /// Someone else changed the object since it was read.
    #[error("{path:?} was changed by someone else")]
    Conflict {
        /// Path within the root.
        path: String,
    },
    /// The object ends before the range does.
    #[error("{path:?} has {bytes} bytes, too short for the range {start}..{end}")]
    ShortObject {
        /// Path within the root.
        path: String,
        /// Length of the object in bytes, as far as known.
        bytes: u64,
        /// First byte asked for.
        start: u64,
        /// One past the last byte asked for.
        end: u64,
    },
    /// This kind of root can only be read.
    #[error("the store {url} can only be read")]
    ReadOnly {
        /// The root's URL.
        url: String,
    },
    /// The store knows the caller and refuses, or does not know the caller.
    #[error("the store refused {path:?}: {detail}")]
    Denied {
        /// Path within the root.
        path: String,
        /// What the store said.
        detail: String,
    },
    /// The disk has no room left for what is to be written, or the quota is used up.
    #[error(
        "no room is left on the disk for {path:?} ({detail}); free some space there and run the same again: what was acknowledged is kept"
    )]
    Full {
        /// The file, or the path within the root.
        path: String,
        /// What the disk said.
        detail: String,
    },
    /// The store failed or could not be reached.
    #[error("the store failed at {path:?}: {detail}")]
    Failed {
        /// Path within the root.
        path: String,
        /// What went wrong.
        detail: String,
    },
}

impl Error {
    /// The stable code of the error, for scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidUrl { .. } => "store_url_invalid",
            Self::InvalidPath { .. } => "store_path_invalid",
            Self::NotFound { .. } => "store_object_not_found",
            Self::AlreadyExists { .. } => "store_object_exists",
            Self::Conflict { .. } => "store_conflict",
            Self::ShortObject { .. } => "store_object_short",
            Self::ReadOnly { .. } => "store_read_only",
            Self::Denied { .. } => "store_denied",
            Self::Full { .. } => "store_full",
            Self::Failed { .. } => "store_failed",
        }
    }

    /// Whether the object was simply not there.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Names an `object_store` error after the object it happened to.
    pub(crate) fn of_object(path: &str, error: object_store::Error) -> Self {
        let path = path.to_owned();
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound { path },
            object_store::Error::AlreadyExists { .. } => Self::AlreadyExists { path },
            object_store::Error::Precondition { .. } => Self::Conflict { path },
            object_store::Error::InvalidPath { .. } => Self::InvalidPath { path },
            object_store::Error::PermissionDenied { .. }
            | object_store::Error::Unauthenticated { .. } => Self::Denied {
                path,
                detail: chain(&error),
            },
            other if is_full(&other) => Self::Full {
                path,
                detail: chain(&other),
            },
            other => Self::Failed {
                path,
                detail: chain(&other),
            },
        }
    }

    /// Says where on this machine there is no room left.
    pub(crate) fn below(self, base: &std::path::Path) -> Self {
        match self {
            Self::Full { path, detail } => Self::Full {
                path: base.join(path).display().to_string(),
                detail,
            },
            other => other,
        }
    }

    /// Names an error of the file system after the object it happened to.
    pub(crate) fn of_file(path: &str, error: &std::io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound { path },
            std::io::ErrorKind::PermissionDenied => Self::Denied {
                path,
                detail: error.to_string(),
            },
            _ if is_full(error) => Self::Full {
                path,
                detail: error.to_string(),
            },
            _ => Self::Failed {
                path,
                detail: error.to_string(),
            },
        }
    }
}

/// Whether an error of the file system, or one that was caused by it, says that there is no room left.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};

    std::iter::successors(Some(error), |error| error.source()).any(|cause| {
        let of_file = cause.downcast_ref::<std::io::Error>();
        of_file.is_some_and(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
    })
}

/// An error with all its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
