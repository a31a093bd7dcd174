//! What every refused request is answered with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `application/problem+json` (RFC 9457), with our stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDetails {
    /// `/docs/errors#<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same sentence for every problem of this code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable: programs look at this.
    pub code: String,
    /// What happened this time.
    pub detail: String,
    /// Where in the input: a JSON pointer, a file and line, a parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Names the request in the service's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
