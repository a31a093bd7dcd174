//! What people and models say about a sample: items, their shapes, and where they came from.
#![forbid(unsafe_code)]

mod item;
mod provenance;

pub use item::{AnnotationResult, Item, Shape};
pub use provenance::{Maker, Prelabel, Provenance};
