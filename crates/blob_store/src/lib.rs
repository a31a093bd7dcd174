//! The door to object storage: folders, S3 and a Strata server.
