//! Cursors are opaque to callers: the last row's key, in hexadecimal.

use api_types::ErrorCode;

use crate::problem::Problem;

/// The cursor that goes on after `key`.
#[must_use]
pub fn encode(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The key a cursor goes on after.
///
/// # Errors
/// `invalid_cursor` when it is not one of ours.
pub fn decode(cursor: &str) -> Result<String, Problem> {
    let wrong =
        || Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor");
    if !cursor.is_ascii() || !cursor.len().is_multiple_of(2) {
        return Err(wrong());
    }
    let digits: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(text, 16).ok()
        })
        .collect();
    digits
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(wrong)
}

/// The same for cursors that hold an id.
///
/// # Errors
/// `invalid_cursor` when it is not one of ours.
pub fn decode_id(cursor: Option<&str>) -> Result<Option<uuid::Uuid>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let id = decode(cursor)?.parse().map_err(|_| {
        Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor")
    })?;
    Ok(Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back() {
        for key in ["", "a/b.png", "图/七.png"] {
            assert_eq!(decode(&encode(key)).unwrap(), key);
        }
        for wrong in ["a", "zz", "ff", "é1"] {
            assert_eq!(decode(wrong).unwrap_err().code(), ErrorCode::InvalidCursor);
        }
    }
}
