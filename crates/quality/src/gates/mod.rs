//! Gates: what a version must hold before a protected branch may move to it. Pure: rules and rows in,
//! findings out. The engine `gates` streams the rows; the version store asks the report.

mod duplicates;
mod labels;
mod moves;
mod near;
mod protection;
mod report;
mod run;
mod schema;

use std::collections::BTreeMap;

use ids::Hash;
use serde::{Deserialize, Serialize};

pub use protection::{BranchRule, Protection, RuleError};
pub use report::{Example, GateReport, GateResult, Unmet};
pub use run::{Finding, GateRun, Observed, OpenExample};

const RULE_CONTEXT: &str = "strata 2026 gate v1";

/// A gate: a named check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// What people call it; unique among the gates of a branch.
    pub name: String,
    /// What it looks at.
    pub check: Check,
}

/// What a gate looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Check {
    /// Fields, their media types, and the types of metadata.
    Schema(SchemaCheck),
    /// Samples that must have a label.
    Labels(LabelsCheck),
    /// Classes that must have so many labels.
    ClassMinima(ClassMinimaCheck),
    /// Samples that stand in two splits.
    Duplicates(DuplicatesCheck),
    /// Samples that went from one split to another.
    SplitMoves(SplitMovesCheck),
    /// A question to a program of somebody else.
    Webhook(WebhookCheck),
}

/// What each sample must look like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaCheck {
    /// The fields, by name.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldRule>,
    /// The metadata, by name.
    #[serde(default)]
    pub metadata: BTreeMap<String, MetadataRule>,
    /// Whether fields and metadata that are not listed are refused.
    #[serde(default)]
    pub closed: bool,
}

/// What a field must be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Media types that it may have: `image/png`, `image/*`; an inline text is `text/plain`, any
    /// other inline value `application/json`. Empty: any.
    #[serde(default)]
    pub media_types: Vec<String>,
    /// Whether a sample may lack it.
    #[serde(default)]
    pub optional: bool,
}

/// What a metadata value must be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataRule {
    /// Types that it may have. Empty: any.
    #[serde(default)]
    pub types: Vec<ValueType>,
    /// Whether a sample may lack it.
    #[serde(default)]
    pub optional: bool,
}

/// The type of a metadata value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A text.
    Text,
    /// A list.
    Array,
    /// Names with values.
    Object,
}

/// How many samples must have a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelsCheck {
    /// The layer that counts; none: any layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// The classes that count; empty: any class.
    #[serde(default)]
    pub classes: Vec<String>,
    /// The split that is looked at; none: all samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The part of the samples that must have such a label, from 0 to 1.
    #[serde(default = "whole")]
    pub share: f64,
}

const fn whole() -> f64 {
    1.0
}

/// How many labels classes must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassMinimaCheck {
    /// The layer that counts; none: any layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// The split that is looked at; none: all samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Labels that each class must have at least.
    pub minima: BTreeMap<String, u64>,
}

/// What must not stand in two splits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicatesCheck {
    /// The fields that are compared; empty: all fields that are blobs.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The splits that are compared; empty: all. Samples without a split never count.
    #[serde(default)]
    pub splits: Vec<String>,
    /// Number of the 64 bits of the perceptual hash in which two pictures may differ and still be
    /// near-duplicates, at most 10. None: equal bytes alone count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<u32>,
}

/// Between which splits no sample may move.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitMovesCheck {
    /// Pairs of splits, either way. Empty: no sample may go from one split to another at all.
    #[serde(default)]
    pub between: Vec<[String; 2]>,
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookCheck {
    /// Where to; it must be on the list of addresses that this installation may call.
    pub url: String,
    /// How long to wait for the answer, in milliseconds, at most a minute.
    #[serde(default = "ten_seconds")]
    pub deadline_ms: u64,
}

const fn ten_seconds() -> u64 {
    10_000
}

impl Gate {
    /// Names the check: a result counts for a gate only while the gate says what it said then.
    #[must_use]
    pub fn hash(&self) -> Hash {
        // Structs of texts and numbers can always be written.
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Hash::derive(RULE_CONTEXT, &bytes)
    }
}

impl Check {
    /// `schema`, `labels`, …: as it is written.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Schema(_) => "schema",
            Self::Labels(_) => "labels",
            Self::ClassMinima(_) => "class_minima",
            Self::Duplicates(_) => "duplicates",
            Self::SplitMoves(_) => "split_moves",
            Self::Webhook(_) => "webhook",
        }
    }

    /// Whether the answer depends on the move, not on the version alone: on the branch and where it was.
    #[must_use]
    pub const fn is_relative(&self) -> bool {
        matches!(self, Self::SplitMoves(_) | Self::Webhook(_))
    }
}
