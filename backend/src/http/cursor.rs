//! Cursors are opaque to callers: the last row's key, in hexadecimal.

use api_types::ErrorCode;
use api_types::page::{PageQuery, limit};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, Value,
};

use crate::problem::Problem;

/// A page of the rows that `select` finds, newest first by `id` (ids are ordered by time), and the
/// cursor that goes on after it.
///
/// # Errors
/// `invalid_cursor`, failures of the database.
pub async fn newest_first<E, D>(
    db: &D,
    select: Select<E>,
    id: E::Column,
    page: &PageQuery,
) -> Result<(Vec<E::Model>, Option<String>), Problem>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
    D: ConnectionTrait,
{
    let wanted = limit(page.limit) as usize;
    let mut select = select.order_by_desc(id).limit(wanted as u64 + 1);
    if let Some(before) = decode_id(page.cursor.as_deref())? {
        select = select.filter(id.lt(before));
    }
    let mut rows = select.all(db).await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let last = match rows.last().filter(|_| more).map(|row| row.get(id)) {
        Some(Value::Uuid(last)) => last,
        _ => None,
    };
    Ok((rows, last.map(|last| encode(&last.to_string()))))
}

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
