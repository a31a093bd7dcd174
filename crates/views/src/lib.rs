//! Views of a version: Parquet files of its samples and labels that DuckDB, Polars, Spark and Ray
//! read, and a description of them in Croissant.
//!
//! A version has one file for each node of a level of its tree of samples ([`LEVEL`]), named by
//! what it shows. The next version makes only those files whose samples or labels changed.
#![forbid(unsafe_code)]

mod build;
mod croissant;
mod error;
mod file;

pub use build::{Built, LEVEL, build};
pub use croissant::{About, Croissant};
pub use error::{Error, Result};
