//! Items: one class, box or span each, and the result that holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// The geometry of an item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// The whole sample.
    Classification,
    /// An upright rectangle `(x, y, width, height)` in source pixels, origin top-left.
    Box {
        /// Left edge.
        x: f64,
        /// Top edge.
        y: f64,
        /// Extent to the right, above zero.
        width: f64,
        /// Extent downwards, above zero.
        height: f64,
    },
}

impl Shape {
    /// The name of the kind, as on the wire.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Box { .. } => "box",
        }
    }

    /// Intersection over union of two boxes in `[0, 1]`; `None` unless both are boxes.
    #[must_use]
    pub fn iou(&self, other: &Self) -> Option<f64> {
        let (
            Self::Box {
                x,
                y,
                width,
                height,
            },
            Self::Box {
                x: other_x,
                y: other_y,
                width: other_width,
                height: other_height,
            },
        ) = (self, other)
        else {
            return None;
        };
        let across = ((x + width).min(other_x + other_width) - x.max(*other_x)).max(0.0);
        let down = ((y + height).min(other_y + other_height) - y.max(*other_y)).max(0.0);
        let shared = across * down;
        let union = width * height + other_width * other_height - shared;
        Some(if union > 0.0 { shared / union } else { 0.0 })
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

    #[test]
    fn iou_of_half_overlapping_boxes_is_a_third() {
        let left = Shape::Box {
            x: 0.0,
            y: 0.0,
            width: 2.0,
            height: 1.0,
        };
        let right = Shape::Box {
            x: 1.0,
            y: 0.0,
            width: 2.0,
            height: 1.0,
        };
        assert!((left.iou(&right).unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(left.iou(&Shape::Classification), None);
    }
}
