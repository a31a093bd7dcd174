//! Tests of the whole system, as its users meet it.

mod http_store;
mod kill;
mod long_moves;
mod service;
mod shutdown;
