//! What is wrong with a configuration, and where.

use thiserror::Error;

/// A place in a text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a configuration was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// It is no XML, or has a document type, whose entities could grow without bound.
    #[error("{at}: {reason}")]
    Xml {
        /// Where.
        at: Place,
        /// What the reader found.
        reason: String,
    },
    /// A tag has no counterpart here.
    #[error("{at}: <{tag}> is not supported")]
    Unsupported {
        /// Where it begins.
        at: Place,
        /// Its name, with the attribute where only that is not supported.
        tag: String,
    },
    /// A tag contradicts itself or names what is not there.
    #[error("{at}: <{tag}> {reason}")]
    Invalid {
        /// Where it begins.
        at: Place,
        /// Its name.
        tag: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl ConfigError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Xml { .. } => "config_not_xml",
            Self::Unsupported { .. } => "config_tag_unsupported",
            Self::Invalid { .. } => "config_invalid",
        }
    }
}
