//! What a dataset holds, counted: the input from which a draft standard is generated.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Field, LabelRow, Sample};

/// Counts over one version of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetProfile {
    /// Number of samples.
    pub samples: u64,
    /// Samples that carry at least one label.
    pub labelled: u64,
    /// Number of blobs of each media type; inline texts count as `text/plain`.
    pub media_types: BTreeMap<String, u64>,
    /// Names of the fields that hold images.
    pub image_fields: BTreeSet<String>,
    /// Names of the fields that hold text.
    pub text_fields: BTreeSet<String>,
    /// Number of samples in each split; samples without one are not counted.
    pub splits: BTreeMap<String, u64>,
    /// What each label layer holds.
    pub layers: BTreeMap<String, LayerProfile>,
}

/// Counts over one label layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerProfile {
    /// Kinds of shape seen: `classification`, `box`.
    pub kinds: BTreeSet<String>,
    /// Number of items of each class.
    pub classes: BTreeMap<String, u64>,
}

impl DatasetProfile {
    /// Counts one more sample with its labels.
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) {
        self.samples += 1;
        self.labelled += u64::from(!labels.is_empty());
        if let Some(split) = &sample.split {
            *self.splits.entry(split.clone()).or_default() += 1;
        }
        for (name, field) in &sample.fields {
            let media_type = match field {
                Field::Blob(blob) => blob.media_type.as_str(),
                Field::Inline(value) if value.is_string() => "text/plain",
                Field::Inline(_) => continue,
            };
            if media_type.starts_with("image/") {
                self.image_fields.insert(name.clone());
            } else if media_type.starts_with("text/") {
                self.text_fields.insert(name.clone());
            }
            *self.media_types.entry(media_type.to_owned()).or_default() += 1;
        }
        for label in labels {
            let layer = self.layers.entry(label.item.layer.clone()).or_default();
            layer.kinds.insert(label.item.shape.kind().to_owned());
            *layer.classes.entry(label.item.class.clone()).or_default() += 1;
        }
    }
}
