//! What differs between two versions, as typed events.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dataset::{LabelKey, LabelRow, Sample};
use ids::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::overlay::Made;
use crate::rows::{decode_label, decode_label_key, decode_sample, sample_of_label};
use crate::tree::{RowChange, RowValue, TreeDiff};
use crate::{Repository, Result};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    /// The sample is new.
    SampleAdded,
    /// The sample is gone.
    SampleRemoved,
    /// A field of the sample has another value, is new or is gone; `name` says which.
    FieldChanged,
    /// A metadata entry of the sample has another value, is new or is gone; `name` says which.
    MetadataChanged,
    /// The sample is in another split.
    SplitMoved,
    /// The label is new.
    LabelAdded,
    /// The label is gone.
    LabelRemoved,
    /// The label has another class.
    ClassChanged,
    /// The label has another shape; `iou` says how much of two boxes is shared.
    GeometryChanged,
    /// The label has other attributes.
    AttributesChanged,
}

/// One thing that differs. What was erased has neither `old` nor `new`. `old` and `new` are the sample, the field, the metadata value, the split
/// or the item, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiffEvent {
    /// What happened.
    pub kind: DiffKind,
    /// The sample.
    pub key: String,
    /// Name of the field or metadata entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Layer of the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Id of the label's item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// Before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// After.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Intersection over union of the old and the new box, in `[0, 1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iou: Option<f64>,
}

/// How many rows differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffStat {
    /// New samples.
    pub samples_added: u64,
    /// Samples that are gone.
    pub samples_removed: u64,
    /// Samples with another field, metadata or split.
    pub samples_changed: u64,
    /// New labels.
    pub labels_added: u64,
    /// Labels that are gone.
    pub labels_removed: u64,
    /// Labels with another class, shape or attribute.
    pub labels_changed: u64,
}

/// Walks the differences of two versions in key order: of each sample itself, then of its labels.
pub struct VersionDiff {
    /// Held, so that their nodes can be read.
    _made: [Arc<Made>; 2],
    samples: TreeDiff,
    labels: TreeDiff,
    next_sample: Option<RowChange>,
    next_label: Option<RowChange>,
    events: VecDeque<DiffEvent>,
}

impl std::fmt::Debug for VersionDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VersionDiff").finish_non_exhaustive()
    }
}

impl Repository {
    /// What differs from `old` to `new`.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), [`Error::Damaged`](crate::Error::Damaged), failures of the store.
    pub async fn diff(&self, old: &Hash, new: &Hash) -> Result<VersionDiff> {
        self.diff_from(old, new, "").await
    }

    /// As [`Repository::diff`], beginning after the sample `after`: the next page.
    ///
    /// # Errors
    /// As [`Repository::diff`].
    pub async fn diff_after(&self, old: &Hash, new: &Hash, after: &str) -> Result<VersionDiff> {
        // No key holds U+0000 and none U+0001: behind all labels of `after`, before every later key.
        self.diff_from(old, new, &format!("{after}\u{1}")).await
    }

    async fn diff_from(&self, old: &Hash, new: &Hash, from: &str) -> Result<VersionDiff> {
        let objects = Arc::clone(&self.store.objects);
        let made = [objects.made(old).await?, objects.made(new).await?];
        let [old, new] = [made[0].roots, made[1].roots];
        let from = from.as_bytes();
        let mut samples = TreeDiff::start(&objects, &old.samples, &new.samples, from).await?;
        let mut labels = TreeDiff::start(&objects, &old.labels, &new.labels, from).await?;
        let next_sample = samples.next().await?;
        let next_label = labels.next().await?;
        Ok(VersionDiff {
            _made: made,
            samples,
            labels,
            next_sample,
            next_label,
            events: VecDeque::new(),
        })
    }

    /// How many rows differ from `old` to `new`.
    ///
    /// # Errors
    /// As [`Repository::diff`].
    pub async fn diff_stat(&self, old: &Hash, new: &Hash) -> Result<DiffStat> {
        let objects = &self.store.objects;
        let made = [objects.made(old).await?, objects.made(new).await?];
        let [old, new] = [made[0].roots, made[1].roots];
        let mut stat = DiffStat::default();
        let mut samples = TreeDiff::start(objects, &old.samples, &new.samples, b"").await?;
        while let Some(change) = samples.next().await? {
            match (change.old, change.new) {
                (None, _) => stat.samples_added += 1,
                (_, None) => stat.samples_removed += 1,
                _ => stat.samples_changed += 1,
            }
        }
        let mut labels = TreeDiff::start(objects, &old.labels, &new.labels, b"").await?;
        while let Some(change) = labels.next().await? {
            match (change.old, change.new) {
                (None, _) => stat.labels_added += 1,
                (_, None) => stat.labels_removed += 1,
                _ => stat.labels_changed += 1,
            }
        }
        Ok(stat)
    }
}

impl VersionDiff {
    /// The next difference.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), [`Error::Damaged`](crate::Error::Damaged), failures of the store.
    pub async fn next(&mut self) -> Result<Option<DiffEvent>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            let sample_first = match (&self.next_sample, &self.next_label) {
                (None, None) => return Ok(None),
                (Some(sample), Some(label)) => sample.key.as_slice() <= sample_of_label(&label.key),
                (sample, _) => sample.is_some(),
            };
            if sample_first {
                if let Some(change) = self.next_sample.take() {
                    self.next_sample = self.samples.next().await?;
                    self.events.extend(sample_events(&change)?);
                }
            } else if let Some(change) = self.next_label.take() {
                self.next_label = self.labels.next().await?;
                self.events.extend(label_events(&change)?);
            }
        }
    }

    /// A page: at least `limit` events while there are so many, and always all events of the last
    /// sample, so that the next page can begin after its key. Also tells whether more follow.
    ///
    /// # Errors
    /// As [`VersionDiff::next`].
    pub async fn page(&mut self, limit: usize) -> Result<(Vec<DiffEvent>, bool)> {
        let mut page: Vec<DiffEvent> = Vec::new();
        while let Some(event) = self.next().await? {
            if page.len() >= limit && page.last().is_some_and(|last| last.key != event.key) {
                return Ok((page, true));
            }
            page.push(event);
        }
        Ok((page, false))
    }
}

fn json<T: Serialize>(value: &T) -> Option<Value> {
    serde_json::to_value(value).ok()
}

fn sample_events(change: &RowChange) -> Result<Vec<DiffEvent>> {
    let decode = |value: &Option<RowValue>| {
        value
            .as_ref()
            .and_then(RowValue::known)
            .map(|value| decode_sample(&change.key, value))
            .transpose()
    };
    let key = String::from_utf8_lossy(&change.key).into_owned();
    let event = |kind, name: Option<&str>, old, new| DiffEvent {
        kind,
        key: key.clone(),
        name: name.map(str::to_owned),
        layer: None,
        item_id: None,
        old,
        new,
        iou: None,
    };
    let (old, new) = (decode(&change.old)?, decode(&change.new)?);
    let (before, after) = (old.as_ref().and_then(json), new.as_ref().and_then(json));
    if change.old.is_none() {
        return Ok(vec![event(DiffKind::SampleAdded, None, None, after)]);
    }
    if change.new.is_none() {
        return Ok(vec![event(DiffKind::SampleRemoved, None, before, None)]);
    }
    Ok(match (old, new) {
        (Some(old), Some(new)) => {
            let mut events = Vec::new();
            for (name, old, new) in changed_entries(&old.fields, &new.fields) {
                events.push(event(DiffKind::FieldChanged, Some(name), old, new));
            }
            for (name, old, new) in changed_entries(&old.metadata, &new.metadata) {
                events.push(event(DiffKind::MetadataChanged, Some(name), old, new));
            }
            if let Some((old, new)) = split_change(&old, &new) {
                events.push(event(DiffKind::SplitMoved, None, old, new));
            }
            events
        }
        // One of the two was erased: how they differ is not known any more.
        _ => vec![event(DiffKind::FieldChanged, None, before, after)],
    })
}

fn split_change(old: &Sample, new: &Sample) -> Option<(Option<Value>, Option<Value>)> {
    let text = |split: &Option<String>| split.clone().map(Value::String);
    (old.split != new.split).then(|| (text(&old.split), text(&new.split)))
}

fn changed_entries<'a, T: PartialEq + Serialize>(
    old: &'a BTreeMap<String, T>,
    new: &'a BTreeMap<String, T>,
) -> Vec<(&'a str, Option<Value>, Option<Value>)> {
    let mut names: Vec<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let differs = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name));
    differs
        .map(|name| {
            (
                name,
                old.get(name).and_then(json),
                new.get(name).and_then(json),
            )
        })
        .collect()
}

fn label_events(change: &RowChange) -> Result<Vec<DiffEvent>> {
    let decode = |value: &Option<RowValue>| {
        value
            .as_ref()
            .and_then(RowValue::known)
            .map(|value| decode_label(&change.key, value))
            .transpose()
    };
    let (old, new) = (decode(&change.old)?, decode(&change.new)?);
    let LabelKey {
        sample,
        layer,
        item: id,
    } = decode_label_key(&change.key)?;
    let item = |row: &Option<LabelRow>| row.as_ref().and_then(|row| json(&row.item));
    let event = |kind, iou| DiffEvent {
        kind,
        key: sample.as_str().to_owned(),
        name: None,
        layer: Some(layer.clone()),
        item_id: Some(id.clone()),
        old: item(&old),
        new: item(&new),
        iou,
    };
    if change.old.is_none() {
        return Ok(vec![event(DiffKind::LabelAdded, None)]);
    }
    if change.new.is_none() {
        return Ok(vec![event(DiffKind::LabelRemoved, None)]);
    }
    let (Some(before), Some(after)) = (&old, &new) else {
        // One of the two was erased: how they differ is not known any more.
        return Ok(vec![event(DiffKind::ClassChanged, None)]);
    };
    let mut events = Vec::new();
    if before.item.class != after.item.class {
        events.push(event(DiffKind::ClassChanged, None));
    }
    if before.item.shape != after.item.shape {
        events.push(event(
            DiffKind::GeometryChanged,
            before.item.shape.iou(&after.item.shape),
        ));
    }
    if before.item.attributes != after.item.attributes {
        events.push(event(DiffKind::AttributesChanged, None));
    }
    Ok(events)
}
