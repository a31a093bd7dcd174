//! The queue of background jobs on the database.
