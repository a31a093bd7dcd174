//! One conformance suite, run on a folder and on a real S3 server.

mod conformance;
mod folder;
mod s3;
