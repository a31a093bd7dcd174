//! Wire shapes of the HTTP API and the one table of error codes.
#![forbid(unsafe_code)]
