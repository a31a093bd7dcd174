//! Schema migrations for SQLite and PostgreSQL.
