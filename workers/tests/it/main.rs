//! Jobs end to end: the queue, the database and the store are real; on SQLite and on PostgreSQL.

mod annotations;
mod imports;
mod moves;
mod supervision;
mod upkeep;
mod world;
