//! JSON lines: `{"key"?, "text", "label"? | "labels"?, "split"?, "metadata"?}` on each line; `labels` is a list of items
//! as an export writes them.
use std::io::BufRead;

use serde_json::{Map, Value};

use super::lines::Lines;
use super::row::{ImportRow, RawRow, Reason, stem};
use super::strict_json::{DUPLICATE, NULL_CHARACTER, Strict};
use crate::Refusal;

/// The rows of a JSON lines file. Empty lines are skipped.
pub struct JsonLines<R> {
    lines: Lines<R>,
    path: String,
    done: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// Reads `reader`; `path` names the file in refusals and in keys that are made.
    pub fn new(reader: R, path: &str) -> Self {
        Self {
            lines: Lines::new(reader),
            path: path.to_owned(),
            done: false,
        }
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<ImportRow, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let read = match self.lines.next() {
                Ok(Some(read)) => read,
                Ok(None) => break,
                Err(error) => {
                    self.done = true;
                    return Some(Err(Refusal::line(
                        &self.path,
                        self.lines.number + 1,
                        "file_unreadable",
                        error.to_string(),
                    )));
                }
            };
            let row = read.and_then(|bytes| {
                if bytes.trim_ascii().is_empty() {
                    return Ok(None);
                }
                parse(&bytes)?
                    .check(stem(&self.path), self.lines.number)
                    .map(Some)
            });
            match row {
                Ok(None) => {}
                Ok(Some(row)) => return Some(Ok(row)),
                Err((code, message)) => {
                    return Some(Err(Refusal::line(
                        &self.path,
                        self.lines.number,
                        code,
                        message,
                    )));
                }
            }
        }
        None
    }
}

fn parse(bytes: &[u8]) -> Result<RawRow, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        (
            "utf8_invalid",
            format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1),
        )
    })?;
    let Strict(value) = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The reader counts lines of its own, which is always 1 here.
        let message = message.replace(" at line 1 column", " at column");
        if message.starts_with(DUPLICATE) {
            ("json_duplicate_name", message)
        } else if message.starts_with(NULL_CHARACTER) {
            ("null_character", message)
        } else {
            ("json_invalid", message)
        }
    })?;
    match value {
        Value::Object(object) => raw_row(object),
        _ => Err(("json_invalid", "the line is no object".to_owned())),
    }
}

fn raw_row(object: Map<String, Value>) -> Result<RawRow, Reason> {
    let mut row = RawRow::default();
    for (name, value) in object {
        if value.is_null() {
            continue;
        }
        match name.as_str() {
            "key" => row.key = Some(text_of("key", value)?),
            "text" => row.text = Some(string_of("text", value)?),
            "label" => row.label = Some(text_of("label", value)?),
            "labels" => {
                let items = serde_json::from_value(value);
                row.labels = Some(items.map_err(|error| ("labels_invalid", error.to_string()))?);
            }
            "split" => row.split = Some(string_of("split", value)?),
            "metadata" => match value {
                Value::Object(metadata) => row.metadata = metadata.into_iter().collect(),
                _ => return Err(("field_type", "\"metadata\" must be an object".to_owned())),
            },
            _ => {
                let message = format!(
                    "unknown name {name:?}; there are key, text, label, labels, split and metadata"
                );
                return Err(("field_unknown", message));
            }
        }
    }
    Ok(row)
}

fn string_of(name: &str, value: Value) -> Result<String, Reason> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(("field_type", format!("{name:?} must be a text"))),
    }
}

/// A text, or a whole number that stands for one: keys and labels often are numbers.
fn text_of(name: &str, value: Value) -> Result<String, Reason> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        _ => Err((
            "field_type",
            format!("{name:?} must be a text or a whole number"),
        )),
    }
}
