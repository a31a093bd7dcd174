//! What people and models say about a sample: items, shapes, provenance.
#![forbid(unsafe_code)]
