//! What tests need: a PostgreSQL, an S3 server, small datasets.
//!
//! Everything here starts by itself, listens on loopback only, lives in temporary folders and ends with
//! the test run, also when a test panics or is killed.

mod databases;
mod datasets;
mod fault_plan;
mod faults;
mod postgres;
mod s3;
mod s3_atomic;

pub use databases::{TestDatabase, databases, sqlite_database};
pub use datasets::{
    digit_like, image_folder, jpeg, png, png_header_claiming, text_csv, text_jsonl,
};
pub use fault_plan::FaultPlan;
pub use faults::FaultyStore;
pub use postgres::postgres_url;
pub use s3::S3Server;
