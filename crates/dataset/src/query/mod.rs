//! Queries: the `where` language of projects, loaders and exports.
//!
//! ```text
//! label = 'cat' AND split IN ('train', 'val') AND NOT field.image.width < 64
//! has_label = false OR metadata.source LIKE 'cam-%'
//! ```
//!
//! | name | stands for |
//! | --- | --- |
//! | `key`, `split` | the sample's own |
//! | `label`, `label.<layer>` | the classes of its labels, in any layer or in one |
//! | `has_label` | whether it has a label at all |
//! | `metadata.<name>` | a metadata value |
//! | `field.<name>` | an inline value |
//! | `field.<name>.width`, `.height`, `.bytes`, `.media_type` | of a blob |
//!
//! A sample with several labels matches `label = 'cat'` when any of them is a cat, and
//! `label != 'cat'` when it has labels and none is. A comparison with a missing value is false;
//! ask for it with `IS NULL`. Names can be quoted: `metadata."taken at"`.

mod evaluate;
mod lexer;
mod parser;

use serde::{Deserialize, Serialize};

use crate::{LabelRow, Sample};

/// A parsed query. [`Query::default`] takes every sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    text: String,
    condition: Option<Condition>,
}

/// Why a text is not a query, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}, at character {position}")]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// Where, counted in characters from 1.
    pub position: usize,
}

impl Query {
    /// The longest query, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Parses a query; an empty text takes every sample.
    ///
    /// # Errors
    /// [`QueryError`] names what is wrong and the character where it is.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > Self::MAX_BYTES {
            let message = format!("a query has at most {} bytes", Self::MAX_BYTES);
            return Err(QueryError {
                message,
                position: 1,
            });
        }
        let tokens = lexer::tokens(text)?;
        let condition = parser::parse(&tokens)?;
        Ok(Self {
            text: text.trim().to_owned(),
            condition,
        })
    }

    /// Whether a sample with these labels is taken.
    #[must_use]
    pub fn matches(&self, sample: &Sample, labels: &[LabelRow]) -> bool {
        self.condition
            .as_ref()
            .is_none_or(|condition| evaluate::holds(condition, sample, labels))
    }

    /// Whether every sample is taken.
    #[must_use]
    pub const fn takes_all(&self) -> bool {
        self.condition.is_none()
    }

    /// The text it was parsed from, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare {
        column: Column,
        operator: Operator,
        value: Value,
    },
    In {
        column: Column,
        values: Vec<Value>,
    },
    Like {
        column: Column,
        pattern: String,
    },
    IsNull(Column),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Key,
    Split,
    Label { layer: Option<String> },
    HasLabel,
    Metadata(String),
    Inline(String),
    Blob { field: String, fact: BlobFact },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlobFact {
    Width,
    Height,
    Bytes,
    MediaType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Boolean(bool),
}
