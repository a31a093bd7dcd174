//! Checks of the house: arrows between crates, doors, file shape.

fn main() {}
