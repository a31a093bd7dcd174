//! `ETag` and `If-Match` of what is named by a hash: where a branch is.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use api_types::ErrorCode;
use ids::Hash;

use super::idempotency::Effect;
use crate::problem::Problem;

/// The hash that a caller's `If-Match` holds; None when there is no such header.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Option<Hash>);

impl IfMatch {
    /// The hash, which has to be there.
    ///
    /// # Errors
    /// `precondition_required`.
    pub fn required(self) -> Result<Hash, Problem> {
        self.0.ok_or_else(|| {
            let detail = "send the commit that the branch is at as If-Match: \"HASH\"";
            Problem::new(ErrorCode::PreconditionRequired, detail).at("if-match")
        })
    }

    /// Refuses when the branch is elsewhere.
    ///
    /// # Errors
    /// `precondition_failed`.
    pub fn check(self, found: &Hash) -> Result<(), Problem> {
        match self.0 {
            Some(expected) if expected != *found => Err(moved(found)),
            _ => Ok(()),
        }
    }
}

/// The branch is not where `If-Match` says.
#[must_use]
pub fn moved(found: &Hash) -> Problem {
    let detail = format!("the branch is at {found}");
    Problem::new(ErrorCode::PreconditionFailed, detail).at("if-match")
}

/// The hash as an ETag.
#[must_use]
pub fn etag(hash: &Hash) -> String {
    format!("\"{hash}\"")
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(given) = request.headers().get(IF_MATCH) else {
            return ready(Ok(Self(None)));
        };
        let hash = given
            .to_str()
            .ok()
            .and_then(|text| text.trim().trim_matches('"').parse().ok());
        ready(hash.map(|hash| Self(Some(hash))).ok_or_else(|| {
            let detail = "If-Match is no hash of a commit";
            Problem::new(ErrorCode::PreconditionFailed, detail).at("if-match")
        }))
    }
}

/// An effect on a branch: where the branch must be for it, and which effect it is.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// Where the branch must be.
    pub expected: IfMatch,
    /// The `Idempotency-Key`, where there is one.
    pub effect: Option<Effect>,
}

impl FromRequest for Guarded {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let expected = IfMatch::from_request(request, payload).into_inner();
        let effect = Effect::from_request(request, payload).into_inner().ok();
        ready(expected.map(|expected| Self { expected, effect }))
    }
}
