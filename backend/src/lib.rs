//! The HTTP service, one folder per room.

pub mod access;
pub mod config;
pub mod datasets;
mod front_end;
pub mod http;
pub mod jobs;
pub mod labeling;
pub mod models;
pub mod ops;
pub mod problem;
pub mod review;
pub mod search;
pub mod server;
pub mod standards;
pub mod state;
pub mod stores;
pub mod streaming;
pub mod upkeep;
pub mod versioning;

pub use config::BackendConfig;
pub use problem::Problem;
pub use server::{ServeError, openapi_json, prepare, run, serve, table};
pub use state::AppState;
