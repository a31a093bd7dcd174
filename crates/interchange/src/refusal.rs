//! One thing that was not imported, and why.
use serde::{Deserialize, Serialize};

/// A report line of an import: a file or a row of it that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The file, relative to what is imported.
    pub path: String,
    /// Where in the file, as in `line 12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub message: String,
}

impl Refusal {
    /// A refusal of a whole file.
    #[must_use]
    pub fn file(path: &str, code: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            place: None,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// A refusal of the row `row`, counted from 1.
    #[must_use]
    pub fn row(path: &str, row: u64, code: &str, message: impl Into<String>) -> Self {
        Self {
            place: Some(format!("row {row}")),
            ..Self::file(path, code, message)
        }
    }

    /// A refusal of the line `line`, counted from 1.
    #[must_use]
    pub fn line(path: &str, line: u64, code: &str, message: impl Into<String>) -> Self {
        Self {
            place: Some(format!("line {line}")),
            ..Self::file(path, code, message)
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Some(place) => write!(
                f,
                "{}, {place}: {} ({})",
                self.path, self.message, self.code
            ),
            None => write!(f, "{}: {} ({})", self.path, self.message, self.code),
        }
    }
}
