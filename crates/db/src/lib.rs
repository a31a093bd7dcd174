//! The door to the database: connections, write transactions, entities, and the one clock and
//! source of ids and randomness that services use.

pub mod connection;
pub mod entity;
pub mod environment;
pub mod refs;
pub mod write;

pub use connection::{connect, ping};
pub use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
pub use write::{Retry, begin_write, is_unique_violation, write_transaction};
