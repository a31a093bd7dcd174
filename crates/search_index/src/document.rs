//! What is indexed of one sample.
use annotation::Provenance;
use dataset::{LabelRow, Sample};
use serde_json::Value;

/// One sample as the index sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The sample's key.
    pub key: String,
    /// Texts of its text fields.
    pub texts: Vec<String>,
    /// Its labels as (layer, class).
    pub labels: Vec<(String, String)>,
    /// Its split.
    pub split: Option<String>,
    /// Who or what made its labels: users, models, imports.
    pub annotators: Vec<String>,
    /// Scalar metadata as (name, value).
    pub metadata: Vec<(String, String)>,
}

impl Document {
    /// The document of a sample. Texts that are blobs are not here: push them to `texts`.
    #[must_use]
    pub fn of(sample: &Sample, labels: &[LabelRow], provenance: &[Provenance]) -> Self {
        let mut annotators: Vec<String> = provenance
            .iter()
            .map(|made| made.made_by.name().to_owned())
            .collect();
        annotators.sort();
        annotators.dedup();
        Self {
            key: sample.key.as_str().to_owned(),
            texts: sample
                .fields
                .values()
                .filter_map(|field| field.text())
                .map(str::to_owned)
                .collect(),
            labels: labels
                .iter()
                .map(|row| (row.item.layer.clone(), row.item.class.clone()))
                .collect(),
            split: sample.split.clone(),
            annotators,
            metadata: sample
                .metadata
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), scalar(value)?)))
                .collect(),
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
