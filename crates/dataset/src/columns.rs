//! Which columns a table of samples has: what kinds of values its fields and metadata hold.
//!
//! Kinds are gathered part by part and added up, so that a part that did not change need not be
//! read again. A column is typed where all its values are of one type, else it holds JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Field, Sample};

/// Integers up to this magnitude are exact as floating point numbers.
const EXACT: u64 = 1 << 53;

/// What one value is. Nulls are of every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// `true` or `false`.
    Boolean,
    /// An integer that is exact as a 64-bit floating point number too.
    Integer,
    /// A longer integer that has 64 bits with its sign.
    LongInteger,
    /// A floating point number.
    Float,
    /// A text.
    Text,
    /// An array, an object, or an integer of more than 63 bits.
    Json,
}

/// The type of a column of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Truth values.
    Boolean,
    /// 64-bit integers.
    Integer,
    /// 64-bit floating point numbers.
    Float,
    /// Texts.
    Text,
    /// JSON texts: values of more than one type, arrays, objects.
    Json,
}

/// Kinds of values that stand in one place.
pub type Kinds = BTreeSet<ValueKind>;

/// What a field is in the samples that have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldKinds {
    /// Kinds of its inline values.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub inline: Kinds,
    /// Whether it is a blob somewhere.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blob: bool,
}

/// The kinds of all fields and metadata of some samples.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnKinds {
    /// Fields by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldKinds>,
    /// Metadata by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, Kinds>,
}

// What serde asks of `skip_serializing_if` is a reference.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl ValueKind {
    /// The kind of a value; `None` for null.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) => match number.as_i64() {
                Some(integer) if integer.unsigned_abs() <= EXACT => Self::Integer,
                Some(_) => Self::LongInteger,
                None if number.is_u64() => Self::Json,
                None => Self::Float,
            },
            Value::String(_) => Self::Text,
            Value::Array(_) | Value::Object(_) => Self::Json,
        })
    }
}

impl ColumnType {
    /// The type of a column that holds these kinds without loss; texts where there are only nulls.
    #[must_use]
    pub fn of(kinds: &Kinds) -> Self {
        use ValueKind::{Boolean, Float, Integer, LongInteger, Text};
        let only = |allowed: &[ValueKind]| kinds.iter().all(|kind| allowed.contains(kind));
        if only(&[Text]) {
            Self::Text
        } else if only(&[Boolean]) {
            Self::Boolean
        } else if only(&[Integer, LongInteger]) {
            Self::Integer
        } else if only(&[Integer, Float]) {
            Self::Float
        } else {
            Self::Json
        }
    }
}

impl ColumnKinds {
    /// Takes in one more sample.
    pub fn add(&mut self, sample: &Sample) {
        for (name, field) in &sample.fields {
            // Most samples have the names of the one before: no copy for those.
            if !self.fields.contains_key(name) {
                self.fields.insert(name.clone(), FieldKinds::default());
            }
            let Some(kinds) = self.fields.get_mut(name) else {
                continue;
            };
            match field {
                Field::Blob(_) => kinds.blob = true,
                Field::Inline(value) => kinds.inline.extend(ValueKind::of(value)),
            }
        }
        for (name, value) in &sample.metadata {
            match self.metadata.get_mut(name) {
                Some(kinds) => kinds.extend(ValueKind::of(value)),
                None => {
                    let kinds = ValueKind::of(value).into_iter().collect();
                    self.metadata.insert(name.clone(), kinds);
                }
            }
        }
    }

    /// Takes in what was gathered over other samples.
    pub fn merge(&mut self, other: &Self) {
        for (name, theirs) in &other.fields {
            let ours = self.fields.entry(name.clone()).or_default();
            ours.blob |= theirs.blob;
            ours.inline.extend(&theirs.inline);
        }
        for (name, theirs) in &other.metadata {
            self.metadata
                .entry(name.clone())
                .or_default()
                .extend(theirs);
        }
    }

    /// The columns of a table that holds all these samples.
    #[must_use]
    pub fn columns(&self) -> Columns {
        let mut taken: BTreeSet<String> = Columns::OWN.iter().map(|&own| own.to_owned()).collect();
        let fields = self
            .fields
            .iter()
            .map(|(field, kinds)| FieldColumn {
                name: free_name(field, &mut taken),
                field: field.clone(),
                blob: kinds.blob,
                inline: (!kinds.blob || !kinds.inline.is_empty())
                    .then(|| ColumnType::of(&kinds.inline)),
            })
            .collect();
        let metadata: BTreeMap<String, ColumnType> = self
            .metadata
            .iter()
            .map(|(name, kinds)| (name.clone(), ColumnType::of(kinds)))
            .collect();
        let different: BTreeSet<String> = metadata.keys().map(|name| name.to_lowercase()).collect();
        let fits = metadata.len() <= Columns::MAX_METADATA
            && different.len() == metadata.len()
            && !metadata.contains_key("");
        Columns {
            fields,
            metadata: if fits {
                MetadataColumn::Typed(metadata)
            } else {
                MetadataColumn::Json
            },
        }
    }
}

/// The field's name, or that with a number behind where another column is called so. Tools that
/// read tables do not tell upper case from lower.
fn free_name(field: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = if field.is_empty() {
        "field".to_owned()
    } else {
        field.to_owned()
    };
    let mut number = 1;
    while !taken.insert(name.to_lowercase()) {
        number += 1;
        name = format!("{field}_{number}");
    }
    name
}

/// The columns of a table of samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// One for each field, by the field's name.
    pub fields: Vec<FieldColumn>,
    /// The column `metadata`.
    pub metadata: MetadataColumn,
}

/// The column of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldColumn {
    /// What it is called: as the field, unless another column is called so.
    pub name: String,
    /// The field.
    pub field: String,
    /// Whether the field is a blob in some samples.
    pub blob: bool,
    /// The type of its inline values; none where it is always a blob.
    pub inline: Option<ColumnType>,
}

/// How metadata is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataColumn {
    /// A member for each name; no column where there is no name.
    Typed(BTreeMap<String, ColumnType>),
    /// One JSON object: there are too many names, or some differ in their case only.
    Json,
}

impl Columns {
    /// Names of the columns that every table has.
    pub const OWN: [&'static str; 4] = ["key", "split", "metadata", "labels"];
    /// With more names metadata is one JSON object.
    pub const MAX_METADATA: usize = 500;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample(metadata: Value, fields: &[(&str, Field)]) -> Sample {
        Sample {
            key: crate::SampleKey::new("k").unwrap(),
            fields: fields
                .iter()
                .map(|(name, field)| ((*name).to_owned(), field.clone()))
                .collect(),
            metadata: metadata.as_object().unwrap().clone().into_iter().collect(),
            split: None,
        }
    }

    fn columns(samples: &[Sample]) -> Columns {
        let mut one = ColumnKinds::default();
        let mut sum = ColumnKinds::default();
        for sample in samples {
            one.add(sample);
            let mut part = ColumnKinds::default();
            part.add(sample);
            sum.merge(&part);
        }
        assert_eq!(one, sum, "parts add up to the whole");
        one.columns()
    }

    #[test]
    fn columns_are_typed_where_values_agree() {
        let all = columns(&[
            sample(
                json!({"b": true, "i": 1, "f": 2, "t": "x", "m": 1, "l": 9_007_199_254_740_993_i64, "n": null}),
                &[],
            ),
            sample(
                json!({"b": null, "i": -3, "f": 0.5, "t": "", "m": "1", "l": 0.5, "a": [1]}),
                &[],
            ),
        ]);
        let MetadataColumn::Typed(types) = all.metadata else {
            panic!("typed")
        };
        let of = |name: &str| types[name];
        assert_eq!(
            (of("b"), of("i"), of("f")),
            (ColumnType::Boolean, ColumnType::Integer, ColumnType::Float)
        );
        assert_eq!((of("t"), of("n")), (ColumnType::Text, ColumnType::Text));
        assert_eq!(
            (of("m"), of("l"), of("a")),
            (ColumnType::Json, ColumnType::Json, ColumnType::Json)
        );
    }

    #[test]
    fn names_never_clash() {
        let text = Field::Inline(json!("x"));
        let all = columns(&[sample(
            json!({"A": 1, "a": 2}),
            &[
                ("Key", text.clone()),
                ("labels", text.clone()),
                ("t", text.clone()),
                ("T", text),
            ],
        )]);
        let names: Vec<&str> = all
            .fields
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["Key_2", "T", "labels_2", "t_2"]);
        assert_eq!(all.metadata, MetadataColumn::Json);
    }
}
