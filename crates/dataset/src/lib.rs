//! Samples, fields, splits, label rows and the queries over them.
#![forbid(unsafe_code)]
