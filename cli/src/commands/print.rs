//! How commands print: JSON on one line for programs, short text for people.

use anyhow::{Error, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use version_store::Commit;

/// Why a command does not do what it is asked, by name.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    code: &'static str,
    message: String,
}

impl Refused {
    /// `what` makes no sense where the store is that of a server; `instead` says what does.
    pub fn over_http(what: &str, instead: &str) -> Self {
        Self {
            code: "not_over_http",
            message: format!("a server's store takes no {what}: {instead}"),
        }
    }

    /// The options do not go together.
    pub fn options(message: &str) -> Self {
        Self {
            code: "options_invalid",
            message: message.to_owned(),
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

/// Prints one JSON value on a line of its own.
///
/// # Errors
/// When the value can't be written as JSON.
pub fn json_line<T: Serialize>(value: &T) -> Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

/// Says on stderr why a command failed.
pub fn failure(error: &Error, json: bool) {
    if json {
        eprintln!(
            "{}",
            json!({ "error": format!("{error:#}"), "code": code(error) })
        );
    } else {
        eprintln!("strata: {error:#}");
    }
}

/// The stable code of an error, where it is one of those that have some.
fn code(error: &Error) -> Option<&str> {
    let of_store = error
        .downcast_ref::<version_store::Error>()
        .map(version_store::Error::code);
    of_store
        .or_else(|| error.downcast_ref().map(gates::Error::code))
        .or_else(|| error.downcast_ref().map(ingest::Error::code))
        .or_else(|| error.downcast_ref().map(views::Error::code))
        .or_else(|| error.downcast_ref().map(blob_store::Error::code))
        .or_else(|| error.downcast_ref().and_then(client::Error::code))
        .or_else(|| error.downcast_ref().map(Refused::code))
}

/// Milliseconds since 1970 as a date and time in UTC.
pub fn time(time_ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(time_ms).map_or_else(
        || format!("{time_ms} ms"),
        |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// A commit as JSON, with its hash and a readable time.
///
/// # Errors
/// When the commit can't be written as JSON.
pub fn commit_json(hash: &ids::Hash, commit: &Commit) -> Result<serde_json::Value> {
    let mut value = serde_json::to_value(commit)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("hash".to_owned(), json!(hash));
        members.insert("time".to_owned(), json!(time(commit.time_ms)));
    }
    Ok(value)
}
