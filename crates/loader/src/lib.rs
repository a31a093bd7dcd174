//! The loader: plan, prefetch, decode and batches of a version.
