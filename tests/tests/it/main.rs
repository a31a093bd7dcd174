//! Tests of the whole system, as its users meet it.

mod kill;
mod service;
