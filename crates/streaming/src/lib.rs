//! The order of an epoch: pure functions from position to sample.
#![forbid(unsafe_code)]
