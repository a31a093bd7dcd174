//! Names of things: content hashes and row ids.
#![forbid(unsafe_code)]
