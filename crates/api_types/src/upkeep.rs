//! Upkeep of a workspace's store.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A check of the store.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheck {
    /// Only that refs lead to commits and commits to their roots; otherwise every byte is read.
    #[serde(default)]
    pub fast: bool,
}

/// A collection of what no ref leads to.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCollection {
    /// How many hours data without a ref stays, 1 to 8,760; 24 when not given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 8760)]
    pub grace_hours: Option<u32>,
    /// Only say what would go.
    #[serde(default)]
    pub dry_run: bool,
}

/// Samples to erase from every version of every dataset of the workspace.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewErasure {
    /// Keys of the samples, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    pub keys: Vec<String>,
    /// Why, at most 500 characters; it stays, so it must not say what was erased.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Only say what would go.
    #[serde(default)]
    pub dry_run: bool,
}

/// Samples that were erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErasureView {
    /// The erasure.
    pub id: Uuid,
    /// Keys of the samples.
    pub keys: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub author: String,
    /// When it was done.
    pub erased_at: DateTime<Utc>,
    /// What went: rows, blobs and packs of the store, and tasks.
    pub report: serde_json::Value,
}
