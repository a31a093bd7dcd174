//! Names, addresses and slugs that people type.

use api_types::ErrorCode;

use crate::problem::Problem;

/// A name as people see it: trimmed, 1 to 100 characters, without control characters.
///
/// # Errors
/// `invalid_name` with the place.
pub fn display_name(name: &str, place: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        let detail = "a name has 1 to 100 characters, without control characters";
        return Err(Problem::new(ErrorCode::InvalidName, detail).at(place));
    }
    Ok(name.to_owned())
}

/// An email address, in lower case.
///
/// # Errors
/// `email_invalid`.
pub fn email(email: &str) -> Result<String, Problem> {
    let email = email.trim().to_lowercase();
    let fits = email.len() <= 254
        && !email.chars().any(|c| c.is_control() || c.is_whitespace())
        && email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@')
        });
    if fits {
        Ok(email)
    } else {
        Err(Problem::new(ErrorCode::EmailInvalid, "this is no email address").at("/email"))
    }
}

/// A slug: 1 to 40 of `a-z`, `0-9` and `-`, with a letter or digit at both ends.
///
/// # Errors
/// `invalid_name`.
pub fn slug(slug: &str) -> Result<String, Problem> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = (1..=40).contains(&slug.len())
        && slug.chars().all(|c| letters(c) || c == '-')
        && slug.starts_with(letters)
        && slug.ends_with(letters);
    if fits {
        Ok(slug.to_owned())
    } else {
        let detail = "a slug has 1 to 40 of a-z, 0-9 and -, with a letter or digit at both ends";
        Err(Problem::new(ErrorCode::InvalidName, detail).at("/slug"))
    }
}

/// The slug of the first workspace, made from its name.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(40);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "workspace".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_of_names() {
        assert_eq!(slug_of("Pets & Co."), "pets-co");
        assert_eq!(slug_of("图像"), "workspace");
        assert!(slug(&slug_of(&"a ".repeat(60))).is_ok());
        for wrong in ["", "-a", "a-", "A", "a/b", "..", "a b"] {
            assert!(slug(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(email(" Ann@Example.org ").unwrap(), "ann@example.org");
        for wrong in ["", "ann", "@host", "ann@", "a@b@c", "a b@c"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
