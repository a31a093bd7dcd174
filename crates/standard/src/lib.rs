//! Label standards: ontology, rules and guideline; their check, hash, versions' differences, and drafts made from data.
//!
//! A standard says which layers an answer has, which classes each layer knows, which shapes and
//! attributes they take, and what makes an answer invalid. [`StandardContent::check`] judges the
//! standard itself, [`check_annotation`] an answer made under it; both list every violation with
//! its place. The browser checks the same rules from the same content.
#![forbid(unsafe_code)]

mod attributes;
mod canonical;
mod check;
mod content;
mod difference;
mod draft;
mod facts;
mod hotkeys;
mod judge;
mod layer_kind;
mod shape_rules;
mod violation;

pub use canonical::canonical_json;
pub use content::{
    Attribute, AttributeKind, Class, Layer, LayerRules, LocalizedText, Skeleton, StandardContent,
};
pub use difference::{Change, ChangeKind, difference};
pub use draft::generate;
pub use facts::{FieldFacts, SampleFacts};
pub use hotkeys::{ASSIGNABLE_LETTERS, is_assignable};
pub use judge::{MAX_ITEMS, check_annotation};
pub use layer_kind::LayerKind;
pub use violation::Violation;
