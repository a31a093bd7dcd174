//! The state machine of tasks, assignments and reviews.
#![forbid(unsafe_code)]
