//! Items: one thing said about a sample each, and the result that holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Shape;

/// Everything that one annotation, draft or prediction says about a sample.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnotationResult {
    /// The items, in the order in which they were made.
    pub items: Vec<Item>,
}

/// One thing said about a sample: a class for the whole, or a region with a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Item {
    /// Unique within the result; 1 to 64 of `A-Z a-z 0-9 _ -`.
    pub id: String,
    /// The layer of the standard that this item answers.
    pub layer: String,
    /// What the item is, and where.
    #[serde(flatten)]
    pub shape: Shape,
    /// The name of a class of the layer.
    pub class: String,
    /// Values of the class's attributes, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Confidence in `[0, 1]`; only on predictions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
}

impl Item {
    /// The longest id, in bytes.
    pub const MAX_ID_BYTES: usize = 64;

    /// A class for the whole sample.
    #[must_use]
    pub fn classification(id: &str, layer: &str, class: &str) -> Self {
        Self {
            id: id.to_owned(),
            layer: layer.to_owned(),
            shape: Shape::Classification,
            class: class.to_owned(),
            attributes: BTreeMap::new(),
            score: None,
        }
    }

    /// Whether `id` may name an item.
    #[must_use]
    pub fn is_valid_id(id: &str) -> bool {
        (1..=Self::MAX_ID_BYTES).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_shape_is_flat() {
        let text = r#"{"items":[{"id":"b1","layer":"objects","kind":"box","x":1.0,"y":2.0,"width":3.0,"height":4.0,"class":"car"}]}"#;
        let result: AnnotationResult = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&result).unwrap(), text);
    }
}
