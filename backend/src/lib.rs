//! The HTTP service, one folder per room.

pub mod access;
pub mod config;
mod front_end;
pub mod http;
pub mod ops;
pub mod problem;
pub mod server;
pub mod state;
pub mod stores;

pub use config::BackendConfig;
pub use problem::Problem;
pub use server::{ServeError, openapi_json, prepare, run, serve, table};
pub use state::AppState;
