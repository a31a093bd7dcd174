//! What must be known of a sample to judge an answer about it.

use std::collections::BTreeMap;

use dataset::{Field, Sample};

/// The fields of a sample, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleFacts {
    /// What is known of each field.
    pub fields: BTreeMap<String, FieldFacts>,
}

/// What is known of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FieldFacts {
    /// `(width, height)` of a picture in pixels, as displayed.
    pub size: Option<(u32, u32)>,
    /// The most Unicode code points that a text can have: their number where the text stands in the sample, its
    /// bytes where it is a blob.
    pub characters: Option<u64>,
}

impl SampleFacts {
    /// Facts of a sample with one picture.
    #[must_use]
    pub fn picture(field: &str, width: u32, height: u32) -> Self {
        Self {
            fields: BTreeMap::from([(
                field.to_owned(),
                FieldFacts {
                    size: Some((width, height)),
                    characters: None,
                },
            )]),
        }
    }
}

impl From<&Sample> for SampleFacts {
    fn from(sample: &Sample) -> Self {
        let facts = |field: &Field| match field {
            Field::Inline(value) => FieldFacts {
                size: None,
                characters: value.as_str().map(|text| text.chars().count() as u64),
            },
            Field::Blob(blob) => FieldFacts {
                size: blob.width.zip(blob.height),
                characters: blob.media_type.starts_with("text/").then_some(blob.bytes),
            },
        };
        Self {
            fields: sample
                .fields
                .iter()
                .map(|(name, field)| (name.clone(), facts(field)))
                .collect(),
        }
    }
}
