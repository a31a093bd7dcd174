//! Tests of the formats: what is read, what is refused, and that what is written reads back.
mod export;
mod import;
mod statistics;
