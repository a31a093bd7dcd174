//! What tests need: a PostgreSQL, an S3 server, small datasets.
