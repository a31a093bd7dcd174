//! Label rows: one accepted item of one sample, as a version holds it.

use std::collections::BTreeMap;

use annotation::{Item, Shape};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::SampleKey;

/// What names a label row in a version. Rows sort by sample, then layer, then item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct LabelKey {
    /// The sample that the label is on.
    pub sample: SampleKey,
    /// The layer of the standard.
    pub layer: String,
    /// The id of the item within the sample.
    pub item: String,
}

/// One label of a version: an item of an accepted annotation, on its sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelRow {
    /// The sample that the label is on.
    pub sample: SampleKey,
    /// The item; a label row never carries a score.
    pub item: Item,
}

impl LabelRow {
    /// A label row from an item; the score stays behind, it belongs to provenance.
    #[must_use]
    pub fn new(sample: SampleKey, mut item: Item) -> Self {
        item.score = None;
        Self { sample, item }
    }

    /// The row's name.
    #[must_use]
    pub fn key(&self) -> LabelKey {
        LabelKey {
            sample: self.sample.clone(),
            layer: self.item.layer.clone(),
            item: self.item.id.clone(),
        }
    }

    /// A row from its name and its value.
    #[must_use]
    pub fn from_parts(
        key: LabelKey,
        shape: Shape,
        class: String,
        attributes: BTreeMap<String, serde_json::Value>,
    ) -> Self {
        let LabelKey {
            sample,
            layer,
            item: id,
        } = key;
        Self {
            sample,
            item: Item {
                id,
                layer,
                shape,
                class,
                attributes,
                score: None,
            },
        }
    }
}
