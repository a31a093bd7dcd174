//! Tests of views on real stores.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod building;
