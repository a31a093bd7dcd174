//! Which keys a class may have: those that no command of the workbench uses.

/// Letters that no command of the workbench uses. Digits are free too.
pub const ASSIGNABLE_LETTERS: &str = "ijlstuyz";

/// Whether a class may have this key: `0` to `9`, or one of [`ASSIGNABLE_LETTERS`].
#[must_use]
pub fn is_assignable(key: &str) -> bool {
    let mut chars = key.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c.is_ascii_digit() || ASSIGNABLE_LETTERS.contains(c),
        _ => false,
    }
}
