//! The door to full-text search over a dataset version.
