//! The door to a Strata server: its HTTP API from Rust.
