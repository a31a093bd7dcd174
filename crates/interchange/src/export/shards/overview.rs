//! What a version holds, as far as formats with columns must know it before the first sample.

use std::collections::{BTreeMap, BTreeSet};

use annotation::Shape;
use dataset::columns::{ColumnType, Kinds, ValueKind};
use dataset::{Field, LabelRow, Sample};

/// Fields and layers of all samples of an export, gathered in a pass over their rows.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub(super) fields: BTreeMap<String, FieldOverview>,
    pub(super) layers: BTreeMap<String, LayerOverview>,
    samples: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct FieldOverview {
    media_types: BTreeSet<String>,
    inline: Kinds,
    samples: u64,
}

/// What a column of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldForm {
    /// Encoded pictures.
    Pictures,
    /// Texts.
    Texts,
    /// Other bytes.
    Bytes,
    /// Values that are no texts.
    Json,
}

#[derive(Debug, Clone)]
pub(super) struct LayerOverview {
    classes: BTreeSet<String>,
    /// Whether no sample has more than one class and nothing else in it.
    pub is_single: bool,
}

impl Overview {
    /// Takes in one more sample.
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) {
        self.samples += 1;
        for (name, field) in &sample.fields {
            if !self.fields.contains_key(name) {
                self.fields.insert(name.clone(), FieldOverview::default());
            }
            let Some(overview) = self.fields.get_mut(name) else {
                continue;
            };
            overview.samples += 1;
            match field {
                Field::Blob(blob) if !overview.media_types.contains(&blob.media_type) => {
                    overview.media_types.insert(blob.media_type.clone());
                }
                Field::Blob(_) => {}
                Field::Inline(value) => overview.inline.extend(ValueKind::of(value)),
            }
        }
        let mut previous = None;
        for row in labels {
            let item = &row.item;
            let layer = self
                .layers
                .entry(item.layer.clone())
                .or_insert_with(|| LayerOverview {
                    classes: BTreeSet::new(),
                    is_single: true,
                });
            layer.is_single &= item.shape == Shape::Classification
                && item.attributes.is_empty()
                && previous != Some(&item.layer);
            previous = Some(&item.layer);
            if !layer.classes.contains(&item.class) {
                layer.classes.insert(item.class.clone());
            }
        }
    }

    /// Layers with one class for a sample and the names of their classes, sorted: an id counts in them.
    pub(super) fn single_layers(&self) -> BTreeMap<String, Vec<String>> {
        let single = self.layers.iter().filter(|(_, layer)| layer.is_single);
        single
            .map(|(name, layer)| (name.clone(), layer.classes.iter().cloned().collect()))
            .collect()
    }

    /// Whether some sample has no such field.
    pub(super) fn is_missing_somewhere(&self, field: &FieldOverview) -> bool {
        field.samples < self.samples
    }
}

impl FieldOverview {
    pub(super) fn form(&self) -> FieldForm {
        let all = |kind: &str| self.media_types.iter().all(|name| name.starts_with(kind));
        let has_texts = self.inline.is_empty() || ColumnType::of(&self.inline) == ColumnType::Text;
        match (self.media_types.is_empty(), self.inline.is_empty()) {
            (false, true) if all("image/") => FieldForm::Pictures,
            (false, _) if all("text/") && has_texts => FieldForm::Texts,
            (false, _) => FieldForm::Bytes,
            (true, _) if has_texts => FieldForm::Texts,
            (true, _) => FieldForm::Json,
        }
    }

    /// The media type of all blobs, if there is one.
    pub(super) fn media_type(&self) -> Option<&str> {
        let mut types = self.media_types.iter();
        types
            .next()
            .filter(|_| types.next().is_none())
            .map(String::as_str)
    }
}
