//! The one binary: serve, worker, and the data engineer's commands.

fn main() {}
