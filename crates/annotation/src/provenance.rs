//! Provenance: who or what made a label, under which standard, when, and who accepted it.

use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer to "where does this label come from?", kept beside each label row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Provenance {
    /// Who or what made the label.
    pub made_by: Maker,
    /// Hash of the standard version it was made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Hash>,
    /// When it was made, RFC 3339 in UTC.
    pub at: String,
    /// The annotation row that it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation_id: Option<String>,
    /// The prediction that the person started from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prelabel: Option<Prelabel>,
    /// E-mail address of the reviewer who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<String>,
}

/// Who or what made a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Maker {
    /// A person, by e-mail address.
    Person {
        /// E-mail address.
        user: String,
    },
    /// A model version.
    Model {
        /// Name of the model.
        name: String,
        /// Hash of the model version.
        version: Hash,
    },
    /// It came with the imported data.
    Import {
        /// What was imported: a folder or file name.
        source: String,
    },
}

impl Maker {
    /// A short name for lists and search: the user, the model, or the import.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { user } => user,
            Self::Model { name, .. } => name,
            Self::Import { source } => source,
        }
    }
}

/// The prediction that an annotation was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prelabel {
    /// Hash of the model version that predicted.
    pub model_version: Hash,
    /// Its confidence in `[0, 1]`.
    pub score: f32,
    /// Whether the person changed what it said.
    pub changed: bool,
}
