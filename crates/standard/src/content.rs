//! The content of a standard, as it is stored, hashed and sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::LayerKind;

/// A whole standard: what annotators must do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardContent {
    /// Its title, shown to annotators.
    pub title: String,
    /// The layers of an answer, in the order in which they are shown.
    #[serde(default)]
    pub layers: Vec<Layer>,
    /// The guideline in Markdown (without raw HTML).
    #[serde(default)]
    pub guideline: String,
}

/// One question asked of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Unique in the standard; items name it.
    pub name: String,
    /// The shape of its items.
    pub kind: LayerKind,
    /// The field of the sample that is looked at: `image`, `text`, …
    pub field: String,
    /// Whether an answer must have an item in this layer.
    #[serde(default)]
    pub required: bool,
    /// Whether a classification may name several classes. Other items are always several; `rules.max_items` limits them.
    #[serde(default)]
    pub multiple: bool,
    /// The classes, in the order in which they are shown.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// What makes an item invalid.
    #[serde(default)]
    pub rules: LayerRules,
    /// The joints of its items; only for skeletons, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skeleton: Option<Skeleton>,
}

/// The joints that a skeleton has, and the lines between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skeleton {
    /// Names of the joints, in the order of `joints` in an item.
    pub points: Vec<String>,
    /// Pairs of places in `points` that are drawn joined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<[u32; 2]>,
}

/// One class of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Unique in the layer; items name it.
    pub name: String,
    /// What people read in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<LocalizedText>,
    /// `#rrggbb`.
    pub color: String,
    /// The key that chooses it: a digit, or a letter that no command uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotkey: Option<String>,
    /// What belongs to the class and what does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What more is asked of each item of the class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

/// A text in the languages of the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalizedText {
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Simplified Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

/// One more question asked of each item of a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Unique in the class.
    pub name: String,
    /// The type of its value.
    pub kind: AttributeKind,
    /// The values to choose from; only for `enum`, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Whether an item must carry a value.
    #[serde(default)]
    pub required: bool,
    /// The value a new item starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub default: Option<serde_json::Value>,
}

/// The type of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// One of a list of texts.
    Enum,
    /// A finite number.
    Number,
    /// A text of at most 10,000 characters.
    Text,
    /// True or false.
    Boolean,
}

/// What makes an item of a layer invalid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LayerRules {
    /// The least width of a shape with a surface, or of the upright rectangle around it, in source pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_width: Option<f64>,
    /// The least height of a shape with a surface, or of the upright rectangle around it, in source pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_height: Option<f64>,
    /// The most items the layer may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Whether shapes must lie inside the picture; otherwise they must at least touch it.
    pub inside: bool,
}

impl Default for LayerRules {
    fn default() -> Self {
        Self {
            min_width: None,
            min_height: None,
            max_items: None,
            inside: true,
        }
    }
}

impl StandardContent {
    /// The layer of that name.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == name)
    }
}

impl Layer {
    /// The class of that name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }
}
