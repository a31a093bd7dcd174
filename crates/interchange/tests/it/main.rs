//! Tests of the formats: what is read, what is refused, and that what is written reads back.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod export;
mod import;
mod parquet_import;
mod statistics;
