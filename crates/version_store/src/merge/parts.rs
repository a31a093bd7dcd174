//! Merging two changes to one row: part by part.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use dataset::{Field, LabelRow, Sample};
use ids::Hash;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::settle::{Settled, Settlements};
use super::{MergeConflict, MergeSide};
use crate::Result;
use crate::rows::{decode_label, decode_sample, encode_label, encode_sample};
use crate::tree::{RowChange, RowValue};

/// One row on the three sides; `None`: it is not there.
pub(super) struct Sides {
    pub(super) key: Vec<u8>,
    pub(super) base: Option<Bytes>,
    pub(super) ours: Option<Bytes>,
    pub(super) theirs: Option<Bytes>,
}

impl Sides {
    /// A row that both sides changed.
    ///
    /// # Errors
    /// [`Error::Erased`](crate::Error::Erased) when a value that is needed is gone.
    pub(super) fn of(ours: RowChange, theirs: RowChange) -> Result<Self> {
        let key = ours.key;
        let known = |value: Option<RowValue>| value.map(|value| value.into_known(&key)).transpose();
        Ok(Self {
            base: known(ours.old)?,
            ours: known(ours.new)?,
            theirs: known(theirs.new)?,
            key,
        })
    }
}

/// The merged row, and what could not be merged.
pub(super) struct Joined {
    pub(super) value: Bytes,
    pub(super) conflicts: Vec<MergeConflict>,
    /// Blobs that the row names and that must be there.
    pub(super) blobs: Vec<Hash>,
}

impl Joined {
    /// Of rows that are not there on both sides.
    const fn nothing() -> Self {
        Self {
            value: Bytes::new(),
            conflicts: Vec::new(),
            blobs: Vec::new(),
        }
    }
}

/// Picks parts, and notes where both sides changed one.
struct Picker<'a> {
    settlements: &'a mut Settlements,
    /// The side that wins by where the labels come from.
    origin: Option<MergeSide>,
    blank: &'a MergeConflict,
    conflicts: Vec<MergeConflict>,
}

fn json<T: Serialize>(value: &T) -> Option<Value> {
    serde_json::to_value(value)
        .ok()
        .filter(|value| !value.is_null())
}

impl Picker<'_> {
    /// The part that counts: the one that changed; if both did, what the conflict is settled with.
    fn pick<T>(&mut self, part: &str, base: &T, ours: &T, theirs: &T) -> Result<T>
    where
        T: PartialEq + Clone + Serialize + DeserializeOwned,
    {
        if ours == theirs || theirs == base {
            return Ok(ours.clone());
        }
        if ours == base {
            return Ok(theirs.clone());
        }
        let conflict = MergeConflict {
            part: part.to_owned(),
            base: json(base),
            ours: json(ours),
            theirs: json(theirs),
            ..self.blank.clone()
        };
        Ok(match self.settlements.of(&conflict, self.origin)? {
            Settled::Side(MergeSide::Theirs) => theirs.clone(),
            Settled::Side(MergeSide::Ours) => ours.clone(),
            Settled::Base => base.clone(),
            Settled::Value(value) => value,
            Settled::Open => {
                self.conflicts.push(conflict);
                ours.clone()
            }
        })
    }

    /// As [`Picker::pick`], for a part that can't be without a value.
    fn pick_some<T>(&mut self, part: &str, base: Option<T>, ours: &T, theirs: &T) -> Result<T>
    where
        T: PartialEq + Clone + Serialize + DeserializeOwned,
    {
        let picked = self.pick(part, &base, &Some(ours.clone()), &Some(theirs.clone()))?;
        picked.ok_or_else(|| {
            let conflict = MergeConflict {
                part: part.to_owned(),
                ..self.blank.clone()
            };
            Settlements::refuse(&conflict, "a label can't be without it")
        })
    }

    /// Merges maps entry by entry.
    fn pick_entries<T>(
        &mut self,
        part: &str,
        base: &BTreeMap<String, T>,
        ours: &BTreeMap<String, T>,
        theirs: &BTreeMap<String, T>,
    ) -> Result<BTreeMap<String, T>>
    where
        T: PartialEq + Clone + Serialize + DeserializeOwned,
    {
        let names: BTreeSet<&String> = base
            .keys()
            .chain(ours.keys())
            .chain(theirs.keys())
            .collect();
        let mut merged = BTreeMap::new();
        for name in names {
            let entry = |side: &BTreeMap<String, T>| side.get(name).cloned();
            let part = format!("{part} {name}");
            if let Some(value) = self.pick(&part, &entry(base), &entry(ours), &entry(theirs))? {
                merged.insert(name.clone(), value);
            }
        }
        Ok(merged)
    }
}

/// Merges two changes to a sample that both sides still have.
pub(super) fn join_samples(sides: &Sides, settlements: &mut Settlements) -> Result<Joined> {
    let decode = |value: &Option<Bytes>| {
        value
            .as_ref()
            .map(|value| decode_sample(&sides.key, value))
            .transpose()
    };
    let (Some(ours), Some(theirs)) = (decode(&sides.ours)?, decode(&sides.theirs)?) else {
        return Ok(Joined::nothing());
    };
    // Without a base both added it: whatever they agree on stands.
    let nothing = || Sample {
        key: ours.key.clone(),
        fields: BTreeMap::new(),
        metadata: BTreeMap::new(),
        split: None,
    };
    let base = decode(&sides.base)?.unwrap_or_else(nothing);
    let blank = blank(ours.key.as_str(), None);
    let mut picker = Picker {
        settlements,
        origin: None,
        blank: &blank,
        conflicts: Vec::new(),
    };
    let merged = Sample {
        fields: picker.pick_entries("field", &base.fields, &ours.fields, &theirs.fields)?,
        metadata: picker.pick_entries(
            "metadata",
            &base.metadata,
            &ours.metadata,
            &theirs.metadata,
        )?,
        split: picker.pick("split", &base.split, &ours.split, &theirs.split)?,
        key: ours.key,
    };
    Ok(Joined {
        value: encode_sample(&merged)?.into(),
        conflicts: picker.conflicts,
        blobs: blobs_of(&merged),
    })
}

/// Merges two changes to a label that both sides still have; `origin` is the side that wins by where
/// the labels come from.
pub(super) fn join_labels(
    sides: &Sides,
    settlements: &mut Settlements,
    origin: Option<MergeSide>,
) -> Result<Joined> {
    let decode = |value: &Option<Bytes>| {
        value
            .as_ref()
            .map(|value| decode_label(&sides.key, value))
            .transpose()
    };
    let (Some(ours), Some(theirs)) = (decode(&sides.ours)?, decode(&sides.theirs)?) else {
        return Ok(Joined::nothing());
    };
    let base = decode(&sides.base)?;
    let blank = blank(ours.sample.as_str(), Some(&ours));
    let mut picker = Picker {
        settlements,
        origin,
        blank: &blank,
        conflicts: Vec::new(),
    };
    let mut merged = ours.clone();
    let class = base.as_ref().map(|row| row.item.class.clone());
    merged.item.class = picker.pick_some("class", class, &ours.item.class, &theirs.item.class)?;
    let shape = base.as_ref().map(|row| row.item.shape.clone());
    merged.item.shape = picker.pick_some("shape", shape, &ours.item.shape, &theirs.item.shape)?;
    let none = BTreeMap::new();
    let attributes = base.as_ref().map_or(&none, |row| &row.item.attributes);
    merged.item.attributes = picker.pick_entries(
        "attribute",
        attributes,
        &ours.item.attributes,
        &theirs.item.attributes,
    )?;
    let conflicts = picker.conflicts;
    if merged.item.class.trim().is_empty() || merged.item.class.chars().any(char::is_control) {
        let class = MergeConflict {
            part: "class".to_owned(),
            ..blank
        };
        return Err(Settlements::refuse(&class, "a class has a name of text"));
    }
    Ok(Joined {
        value: encode_label(&merged)?.into(),
        conflicts,
        blobs: Vec::new(),
    })
}

/// The blobs that a sample names.
pub(super) fn blobs_of(sample: &Sample) -> Vec<Hash> {
    let blobs = sample.fields.values().filter_map(Field::blob);
    blobs.map(|blob| blob.hash).collect()
}

/// A conflict about a sample or a label, to be filled in.
pub(super) fn blank(key: &str, label: Option<&LabelRow>) -> MergeConflict {
    MergeConflict {
        key: key.to_owned(),
        layer: label.map(|row| row.item.layer.clone()),
        item_id: label.map(|row| row.item.id.clone()),
        part: String::new(),
        base: None,
        ours: None,
        theirs: None,
    }
}

/// The conflict of a row that one side deleted and the other changed.
pub(super) fn edit_against_delete(sides: &Sides, is_label: bool) -> Result<MergeConflict> {
    let shown = |value: &Option<Bytes>| -> Result<Option<Value>> {
        match value {
            None => Ok(None),
            Some(value) if is_label => Ok(json(&decode_label(&sides.key, value)?.item)),
            Some(value) => Ok(json(&decode_sample(&sides.key, value)?)),
        }
    };
    let label = match sides.ours.as_ref().or(sides.theirs.as_ref()) {
        Some(value) if is_label => Some(decode_label(&sides.key, value)?),
        _ => None,
    };
    let key = crate::rows::sample_of_label(&sides.key);
    Ok(MergeConflict {
        part: if is_label { "label" } else { "sample" }.to_owned(),
        base: shown(&sides.base)?,
        ours: shown(&sides.ours)?,
        theirs: shown(&sides.theirs)?,
        ..blank(&String::from_utf8_lossy(key), label.as_ref())
    })
}
