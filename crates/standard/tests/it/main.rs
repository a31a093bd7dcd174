//! Tests of label standards.

mod content;
mod drafts;
mod judging;
mod shapes;

use serde_json::{Value, json};
use standard::{StandardContent, Violation};

/// A standard with a classification and a box layer.
pub fn two_layers() -> Value {
    json!({
        "title": "Cats and cars",
        "guideline": "Look twice.",
        "layers": [
            {"name": "label", "kind": "classification", "field": "image", "required": true, "classes": [
                {"name": "cat", "color": "#ff0000", "hotkey": "1"},
                {"name": "dog", "color": "#00ff00", "hotkey": "2"},
            ]},
            {"name": "objects", "kind": "box", "field": "image", "rules": {"min_width": 2, "max_items": 3}, "classes": [
                {"name": "car", "color": "#0000ff", "hotkey": "3", "attributes": [
                    {"name": "side", "kind": "enum", "values": ["left", "right"], "required": true},
                    {"name": "doors", "kind": "number"},
                    {"name": "plate", "kind": "text"},
                    {"name": "parked", "kind": "boolean", "default": false},
                ]},
            ]},
        ],
    })
}

/// The content in this JSON.
pub fn content(value: &Value) -> StandardContent {
    serde_json::from_value(value.clone()).unwrap()
}

/// `(path, code)` of each violation.
pub fn places(found: &[Violation]) -> Vec<(&str, &str)> {
    found
        .iter()
        .map(|v| (v.path.as_str(), v.code.as_str()))
        .collect()
}
