//! The one place where services ask for the time, an id or randomness. What decides takes them as
//! arguments instead.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the place the rule points to"
)]

use chrono::{DateTime, SubsecRound, Utc};
use rand::TryRngCore;
use uuid::Uuid;

/// The time now, in whole microseconds, which is what both databases keep.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A new id: UUID version 7, so ids sort by the time they were made.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// 256 bits from the operating system, as 64 hex digits.
///
/// # Panics
/// When the operating system has no randomness to give: nothing secret can be made then.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng
        .try_fill_bytes(&mut bytes)
        .expect("the operating system gives randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A random share of `span`, to keep waiting processes out of step.
#[must_use]
pub fn jitter(span: std::time::Duration) -> std::time::Duration {
    span.mul_f64(rand::random::<f64>())
}
