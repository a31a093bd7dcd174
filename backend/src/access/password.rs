//! Passwords: argon2id, off the threads that answer requests.

use std::sync::OnceLock;

use api_types::ErrorCode;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::problem::Problem;

const LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// What is stored of a new password.
///
/// # Errors
/// `password_too_weak` when it is too short or too long.
pub async fn hash(password: &str) -> Result<String, Problem> {
    if !LENGTH.contains(&password.chars().count()) {
        let detail = "a password has 8 to 200 characters";
        return Err(Problem::new(ErrorCode::PasswordTooWeak, detail).at("/password"));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    hashed.map_err(Problem::internal)?
}

fn hash_now(password: &str) -> Result<String, Problem> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    Ok(hashed.map_err(Problem::internal)?.to_string())
}

/// Whether `password` is the one stored; takes as long when nothing is stored, so that time does not
/// tell whether an account exists.
///
/// # Errors
/// `internal` when the stored text is damaged.
pub async fn verify(password: &str, stored: Option<String>) -> Result<bool, Problem> {
    let password = password.to_owned();
    let verified = tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let stored = stored.map_or_else(nobody, Ok)?;
        let parsed = PasswordHash::new(&stored).map_err(Problem::internal)?;
        let right = Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
        Ok(right && known)
    });
    verified.await.map_err(Problem::internal)?
}

/// The hash of a password nobody has.
fn nobody() -> Result<String, Problem> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = NOBODY.get() {
        return Ok(hash.clone());
    }
    let hash = hash_now(&db::environment::random_token())?;
    Ok(NOBODY.get_or_init(|| hash).clone())
}
