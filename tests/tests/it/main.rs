//! Tests of the whole system, as its users meet it.

mod cut_off;
mod full_disk;
mod http_store;
mod kill;
mod killed_commands;
mod long_moves;
mod service;
mod shutdown;
