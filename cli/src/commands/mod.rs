//! One file per command; each takes its arguments, the environment, and whether to print JSON.

pub mod bench;
pub mod blame;
pub mod branch;
pub mod checkout;
pub mod diff;
pub mod export;
mod export_folder;
pub mod fsck;
pub mod gate;
pub mod gc;
pub mod import;
mod import_report;
mod import_server;
pub mod init;
pub mod log;
pub mod merge;
pub mod openapi;
pub mod place;
pub mod print;
pub mod protect;
pub mod revert;
pub mod serve;
pub mod show;
pub mod stats;
pub mod tag;
pub mod tokens;
pub mod worker;
