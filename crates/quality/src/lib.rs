//! Agreement between annotators and consensus of their answers.
#![forbid(unsafe_code)]
