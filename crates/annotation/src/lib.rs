//! What people and models say about a sample: items, their shapes, and where they came from.
#![forbid(unsafe_code)]

mod item;
mod overlap;
mod provenance;
mod shape;

pub use item::{AnnotationResult, Item};
pub use provenance::{Maker, Prelabel, Provenance};
pub use shape::Shape;
