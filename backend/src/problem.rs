//! A refused request: one of the codes of the table, with what happened this time.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use api_types::{ErrorCode, ProblemDetails};
use db::{DbErr, Retry};

/// Why a request is refused. Every error a handler returns becomes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    code: ErrorCode,
    detail: String,
    place: Option<String>,
    retryable: bool,
}

impl Problem {
    /// A problem with what happened this time, in a sentence for the caller.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            place: None,
            retryable: false,
        }
    }

    /// There is no such thing, or the caller may not see it.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!("there is no such {what}, or you may not see it"),
        )
    }

    /// The service's own error: the cause goes to the log, not to the caller.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "internal error");
        Self::new(ErrorCode::Internal, "the service met an error of its own")
    }

    /// The same problem, at this place of the input.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// The same problem, of which the database says that trying again may help.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Which of the codes.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The wire shape; `request_id` names the request in the log.
    #[must_use]
    pub fn details(&self, request_id: Option<&str>) -> ProblemDetails {
        ProblemDetails {
            kind: format!("/docs/errors#{}", self.code.code()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            code: self.code.code().to_owned(),
            detail: self.detail.clone(),
            place: self.place.clone(),
            request_id: request_id.map(str::to_owned),
        }
    }

    /// The answer to send.
    #[must_use]
    pub fn response(&self, request_id: Option<&str>) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .content_type("application/problem+json")
            .insert_header(("Cache-Control", "no-store"))
            .body(serde_json::to_string(&self.details(request_id)).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

impl Retry for Problem {
    fn is_retryable(&self) -> bool {
        self.retryable
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        if error.is_retryable() {
            tracing::debug!(%error, "the database lost a race");
            return Self::new(
                ErrorCode::Unavailable,
                "the database is busy; try again in a moment",
            )
            .retryable();
        }
        if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
            tracing::error!(%error, "the database does not answer");
            return Self::new(ErrorCode::Unavailable, "the database does not answer");
        }
        Self::internal(error)
    }
}

impl From<blob_store::Error> for Problem {
    fn from(error: blob_store::Error) -> Self {
        if error.is_not_found() {
            return Self::not_found("object");
        }
        if matches!(error, blob_store::Error::Full { .. }) {
            tracing::error!(%error, "the disk is full");
            return Self::new(ErrorCode::StoreFull, "the service's disk has no room left");
        }
        tracing::error!(%error, "the store does not answer");
        Self::new(ErrorCode::Unavailable, "the store does not answer")
    }
}

impl From<version_store::Error> for Problem {
    fn from(error: version_store::Error) -> Self {
        use version_store::Error;
        let detail = error.to_string();
        match error {
            Error::Store(error) => error.into(),
            Error::UnknownRef { .. } | Error::AmbiguousCommit { .. } => {
                Self::new(ErrorCode::RefNotFound, detail)
            }
            Error::InvalidName { .. } => Self::new(ErrorCode::InvalidName, detail),
            Error::RefMoved { .. } => Self::new(ErrorCode::RefMoved, detail),
            Error::InvalidResolution { .. } => Self::new(ErrorCode::ResolutionInvalid, detail),
            Error::NoMergeBase { .. } => Self::new(ErrorCode::MergeBaseMissing, detail),
            Error::BranchProtected { .. } => Self::new(ErrorCode::BranchProtected, detail),
            Error::GatesUnmet { .. } => Self::new(ErrorCode::GatesFailed, detail),
            Error::InvalidProtection(_) => Self::new(ErrorCode::ProtectionInvalid, detail),
            Error::Erased { .. } => Self::new(ErrorCode::ContentErased, detail),
            Error::ExternalChanged { .. } => Self::new(ErrorCode::ExternalChanged, detail),
            Error::External { .. } => Self::new(ErrorCode::ExternalUnreachable, detail),
            Error::InvalidChange { .. } => Self::new(ErrorCode::InvalidBody, detail),
            Error::Missing { .. }
            | Error::Damaged { .. }
            | Error::NewerFormat { .. }
            | Error::OlderFormat { .. } => {
                tracing::error!(detail, "the store is damaged");
                Self::new(ErrorCode::StoreCorrupt, detail)
            }
            other => Self::internal(other),
        }
    }
}

impl From<gates::Error> for Problem {
    fn from(error: gates::Error) -> Self {
        match error {
            gates::Error::Store(error) => error.into(),
            gates::Error::Outbound { .. } => Self::new(ErrorCode::GatesFailed, error.to_string()),
            gates::Error::Conflicts { .. } => {
                Self::new(ErrorCode::MergeConflicts, error.to_string())
            }
            gates::Error::Interrupted(_) => Self::internal(error),
        }
    }
}
