//! What is wrong, and where.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One rule broken, by a standard or by an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// The place: `layers[label].classes[cat].hotkey`, `items[2].width`.
    pub path: String,
    /// A stable name of the rule: `unknown_class`, `outside_picture`, …
    pub code: String,
    /// The rule in words, with the value that broke it.
    pub message: String,
}

impl Violation {
    /// A violation of the rule `code` at `path`.
    pub fn new(path: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}
