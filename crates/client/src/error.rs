//! What a call to the server can fail with.

use api_types::ProblemDetails;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with a problem: its stable code and what it says about this case.
    #[error("{detail} ({code}, HTTP {status})")]
    Problem {
        /// HTTP status.
        status: u16,
        /// Stable code from `docs/errors.md`.
        code: String,
        /// What went wrong in this case, for people.
        detail: String,
        /// Where in the input, when the server can tell.
        place: Option<String>,
        /// Names the request in the server's log.
        request_id: Option<String>,
    },
    /// The server could not be reached, or stopped answering.
    #[error("{server}: {reason}")]
    Unreachable {
        /// The server's address.
        server: String,
        /// What the network said.
        reason: String,
    },
    /// The address of the server, or a name to be put into a path, is no good.
    #[error("{0}")]
    Address(String),
    /// The server answered with something this client does not understand.
    #[error("the server's answer to {path} is not understood: {reason}")]
    Answer {
        /// The path asked for.
        path: String,
        /// What does not fit.
        reason: String,
    },
    /// A local file could not be read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// A job ended without success.
    #[error("job {id} {state}: {detail}")]
    Job {
        /// The job.
        id: String,
        /// `failed` or `cancelled`.
        state: String,
        /// Stable code of the job's error.
        code: Option<String>,
        /// The job's error, or its last message.
        detail: String,
    },
    /// The time given for waiting is over; the job goes on.
    #[error("job {id} is still not done after {waited_s} s")]
    StillRunning {
        /// The job.
        id: String,
        /// How long was waited, in seconds.
        waited_s: u64,
    },
}

impl Error {
    /// The stable code of a problem or of a job's error, if the server gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { code, .. } => Some(code),
            Self::Job { code, .. } => code.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status of a problem.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether trying again may help: the server was away, failed, or had too much to do.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
            || self
                .status()
                .is_some_and(|status| status >= 500 || status == 429)
    }
}

/// Reads a problem from an answer that is no success. What stands between us and the server may
/// answer with something else: its first words are kept.
pub(crate) fn problem(status: u16, body: &[u8]) -> Error {
    match serde_json::from_slice::<ProblemDetails>(body) {
        Ok(read) => Error::Problem {
            status,
            code: read.code,
            detail: read.detail,
            place: read.place,
            request_id: read.request_id,
        },
        Err(_) => Error::Problem {
            status,
            code: format!("http_{status}"),
            detail: String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned(),
            place: None,
            request_id: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn a_problem_keeps_its_code_and_detail() {
        let error = problem(409, br#"{"type":"/docs/errors#stale_fence","title":"t","code":"stale_fence","detail":"lease moved on","status":409}"#);
        assert_eq!(error.code(), Some("stale_fence"));
        assert_eq!(error.to_string(), "lease moved on (stale_fence, HTTP 409)");
    }

    #[test]
    fn a_page_of_a_proxy_is_still_an_error() {
        let error = problem(502, b"<html>bad gateway</html>");
        assert_eq!(error.code(), Some("http_502"));
        assert_eq!(error.status(), Some(502));
    }
}
