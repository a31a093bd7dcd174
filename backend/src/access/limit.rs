//! How often sign-in may be tried.

use std::num::NonZeroU32;

use api_types::ErrorCode;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::Problem;

/// Forget quiet addresses when there are more than this many.
const REMEMBERED: usize = 10_000;

/// Attempts by network address and account.
pub(crate) struct SignInLimit(DefaultKeyedRateLimiter<(String, String)>);

impl SignInLimit {
    /// So many attempts a minute for one account from one network address.
    pub(crate) fn new(per_minute: u32) -> Self {
        let rate = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::keyed(Quota::per_minute(rate)))
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// `rate_limited` when it is one too many.
    pub(crate) fn count(&self, peer: &str, account: &str) -> Result<(), Problem> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        let key = (peer.to_owned(), account.to_owned());
        self.0.check_key(&key).map_err(|_| {
            Problem::new(
                ErrorCode::RateLimited,
                "too many attempts to sign in; wait a minute",
            )
        })
    }
}
