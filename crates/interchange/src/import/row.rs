//! One text sample as a file gives it, and the checks that all formats share.
use std::collections::BTreeMap;

use annotation::Item;
use dataset::SampleKey;
use serde_json::Value;

/// A text sample read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// The line that it starts on, from 1.
    pub line: u64,
    /// Its key: the file's own, or made of the file's name and the line.
    pub key: SampleKey,
    /// Its text; empty only where there are blobs.
    pub text: String,
    /// Bytes, by the names of their fields.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// Its class, if it has one.
    pub label: Option<String>,
    /// All its labels, where the file says them one by one.
    pub labels: Option<Vec<Item>>,
    /// Its split, if it has one.
    pub split: Option<String>,
    /// The rest.
    pub metadata: BTreeMap<String, Value>,
}

/// Why a value was refused: the stable code and the reason.
pub type Reason = (&'static str, String);

/// The values of a row before they are checked.
#[derive(Debug, Default)]
pub struct RawRow {
    pub key: Option<String>,
    pub text: Option<String>,
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub label: Option<String>,
    pub labels: Option<Vec<Item>>,
    pub split: Option<String>,
    pub metadata: BTreeMap<String, Value>,
}

impl RawRow {
    /// Checks every value; a missing key is made of `stem` and the line.
    pub fn check(self, stem: &str, line: u64) -> Result<ImportRow, Reason> {
        let text = match self.text {
            None if self.blobs.is_empty() => {
                return Err(("text_missing", "there is no text".to_owned()));
            }
            text => text.unwrap_or_default(),
        };
        if text.is_empty() && self.blobs.is_empty() {
            return Err(("text_missing", "the text is empty".to_owned()));
        }
        no_null("text", &text)?;
        let key = self.key.unwrap_or_else(|| format!("{stem}/{line:08}"));
        let key = SampleKey::new(key).map_err(|error| ("key_invalid", error.to_string()))?;
        if let Some(label) = &self.label {
            name("label", "label_invalid", label, 200)?;
        }
        if let Some(labels) = &self.labels {
            check_labels(labels, self.label.is_some())?;
        }
        if let Some(split) = &self.split {
            name("split", "split_invalid", split, 64)?;
        }
        for (key, value) in &self.metadata {
            name("metadata name", "metadata_invalid", key, 200)?;
            if let Value::String(text) = value {
                no_null(key, text)?;
            }
        }
        Ok(ImportRow {
            line,
            key,
            text,
            blobs: self.blobs,
            label: self.label,
            labels: self.labels,
            split: self.split,
            metadata: self.metadata,
        })
    }
}

fn check_labels(labels: &[Item], has_class: bool) -> Result<(), Reason> {
    let refuse = |message: String| Err(("labels_invalid", message));
    if has_class {
        return refuse("label and labels exclude each other".to_owned());
    }
    let mut ids = std::collections::BTreeSet::new();
    for item in labels {
        if !Item::is_valid_id(&item.id) {
            return refuse(format!(
                "the id {:?} has not 1 to 64 of A-Z, a-z, 0-9, _ and -",
                item.id
            ));
        }
        if !ids.insert((&item.layer, &item.id)) {
            return refuse(format!(
                "two labels of layer {:?} have the id {:?}",
                item.layer, item.id
            ));
        }
        name("layer", "labels_invalid", &item.layer, 128)?;
        name("class", "labels_invalid", &item.class, 200)?;
    }
    Ok(())
}

fn no_null(what: &str, text: &str) -> Result<(), Reason> {
    if text.contains('\0') {
        return Err(("null_character", format!("{what} holds U+0000")));
    }
    Ok(())
}

/// Checks a short name: 1 to `longest` characters, none of them a control character.
pub fn name(what: &str, code: &'static str, text: &str, longest: usize) -> Result<(), Reason> {
    let length = text.chars().count();
    if length == 0 || length > longest {
        return Err((
            code,
            format!("the {what} must have 1 to {longest} characters, not {length}"),
        ));
    }
    if text.contains('\0') {
        return Err(("null_character", format!("the {what} holds U+0000")));
    }
    if text.chars().any(char::is_control) {
        return Err((code, format!("the {what} holds a control character")));
    }
    Ok(())
}

/// The name of the file in `path` without its folders and its ending.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}
