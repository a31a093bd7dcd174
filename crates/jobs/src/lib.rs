//! Payloads of background jobs.
#![forbid(unsafe_code)]
