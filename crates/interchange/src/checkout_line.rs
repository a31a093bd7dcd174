//! A line of `samples.jsonl`, the file about all samples that lies in a checked out folder.
use std::collections::BTreeMap;
use std::io::BufRead;

use annotation::Item;
use dataset::SampleKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Refusal;
use crate::import::{DUPLICATE, Lines, NULL_CHARACTER, Strict};

/// The name of the file about all samples.
pub const CHECKOUT_FILE: &str = "samples.jsonl";

/// A sample with its labels; its blobs are files beside the line's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutLine {
    /// The sample's key.
    pub key: SampleKey,
    /// Its split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Its fields, by name.
    pub fields: BTreeMap<String, CheckoutField>,
    /// Its metadata, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Value>,
    /// Its labels, in all layers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Item>,
}

/// A field of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CheckoutField {
    /// Bytes in a file.
    File(CheckoutBlob),
    /// A value in the line itself.
    Value {
        /// The value.
        value: Value,
    },
}

/// Bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutBlob {
    /// Path of the file below the folder, with `/` between its parts.
    pub file: String,
    /// Media type.
    pub media_type: String,
    /// Width of an image in pixels, as displayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height of an image in pixels, as displayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// The lines of a `samples.jsonl`. Empty ones are skipped.
pub struct CheckoutLines<R> {
    lines: Lines<R>,
    done: bool,
}

impl<R: BufRead> CheckoutLines<R> {
    /// Reads `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
            done: false,
        }
    }
}

impl<R: BufRead> Iterator for CheckoutLines<R> {
    /// A line and its number from 1, or why it is refused.
    type Item = Result<(u64, CheckoutLine), Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let read = self.lines.next();
            let number = self.lines.number;
            let refuse =
                |code: &str, message: String| Refusal::line(CHECKOUT_FILE, number, code, message);
            let bytes = match read {
                Ok(None) => break,
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err((code, message)))) => return Some(Err(refuse(code, message))),
                Err(error) => {
                    self.done = true;
                    return Some(Err(refuse("file_unreadable", error.to_string())));
                }
            };
            if !bytes.trim_ascii().is_empty() {
                let line = parse(&bytes).map_err(|(code, message)| refuse(code, message));
                return Some(line.map(|line| (number, line)));
            }
        }
        None
    }
}

fn parse(bytes: &[u8]) -> Result<CheckoutLine, (&'static str, String)> {
    let Strict(value) = serde_json::from_slice(bytes).map_err(|error| {
        let message = error.to_string();
        let code = if message.starts_with(DUPLICATE) {
            "json_duplicate_name"
        } else if message.starts_with(NULL_CHARACTER) {
            "null_character"
        } else {
            "json_invalid"
        };
        (code, message)
    })?;
    serde_json::from_value(value).map_err(|error| ("field_type", error.to_string()))
}
