//! A version in memory: columns over all samples in key order, without the bytes of blobs.

mod blobs;
mod layers;
mod scalars;
mod texts;

use std::collections::BTreeMap;

use annotation::Item;
use dataset::{Field, LabelRow, Sample, SampleKey};

use crate::selection::Selection;
pub(crate) use blobs::Blobs;
pub(crate) use layers::Layer;
use layers::LayerBuilder;
pub use layers::LayerKind;
pub use scalars::ScalarType;
pub(crate) use scalars::{Scalar, Scalars};
use texts::{Interner, Texts};

/// A shard ends at this many samples …
const SHARD_ROWS: u32 = 1024;
/// … or when its blobs reach this many bytes, about one pack.
const SHARD_BYTES: u64 = 64 << 20;

const NO_SPLIT: u32 = u32::MAX;

/// One field: some samples may hold it as a blob, others inline.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldColumn {
    pub blobs: Option<Blobs>,
    pub inline: Scalars,
}

/// The samples and labels of a version.
#[derive(Debug)]
pub(crate) struct Table {
    keys: Texts,
    splits: Vec<u32>,
    split_names: Vec<String>,
    pub fields: BTreeMap<String, FieldColumn>,
    pub metadata: BTreeMap<String, Scalars>,
    pub layers: BTreeMap<String, Layer>,
    /// Samples in each shard. Shards are cut from the samples alone, never from where their bytes lie, so
    /// that the order of an epoch survives a repack.
    pub shards: Vec<u32>,
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn key(&self, row: usize) -> &str {
        self.keys.get(row)
    }

    pub(crate) fn split(&self, row: usize) -> Option<&str> {
        self.split_names
            .get(self.splits[row] as usize)
            .map(String::as_str)
    }

    /// The blobs of a field, if it has any.
    pub(crate) fn blobs(&self, field: &str) -> Option<&Blobs> {
        self.fields.get(field)?.blobs.as_ref()
    }

    /// Bytes of all blobs.
    pub(crate) fn bytes(&self) -> u64 {
        let blobs = self
            .fields
            .values()
            .filter_map(|column| column.blobs.as_ref());
        blobs.map(Blobs::total_bytes).sum()
    }

    /// Bytes of the blobs that some rows have in some fields.
    pub(crate) fn bytes_of<'a>(
        &self,
        fields: impl Iterator<Item = &'a str>,
        rows: &Selection,
    ) -> u64 {
        let blobs = fields.filter_map(|field| self.fields.get(field)?.blobs.as_ref());
        blobs
            .map(|blobs| rows.iter().map(|row| blobs.bytes(row)).sum::<u64>())
            .sum()
    }

    /// Names of the splits, sorted.
    pub(crate) fn split_names(&self) -> Vec<String> {
        let mut names = self.split_names.clone();
        names.sort();
        names
    }

    /// The row of a key. Rows are sorted by key.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.key(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len() && self.key(low) == key).then_some(low)
    }

    /// The sample and its labels again, for a query to look at. Item ids and attributes are not kept.
    pub(crate) fn sample(&self, row: usize) -> Option<(Sample, Vec<LabelRow>)> {
        let key = SampleKey::new(self.key(row)).ok()?;
        let field = |column: &FieldColumn| {
            let blob = column.blobs.as_ref().and_then(|blobs| blobs.field(row));
            blob.map(Field::Blob).or_else(|| {
                column
                    .inline
                    .get(row)
                    .map(|_| Field::Inline(column.inline.json(row)))
            })
        };
        let sample = Sample {
            key: key.clone(),
            fields: self
                .fields
                .iter()
                .filter_map(|(name, column)| Some((name.clone(), field(column)?)))
                .collect(),
            metadata: self
                .metadata
                .iter()
                .filter(|(_, column)| column.get(row).is_some())
                .map(|(name, column)| (name.clone(), column.json(row)))
                .collect(),
            split: self.split(row).map(str::to_owned),
        };
        let mut labels = Vec::new();
        for (name, layer) in &self.layers {
            labels.extend(layer.class_ids(row).iter().map(|class| LabelRow {
                sample: key.clone(),
                item: Item::classification("", name, &layer.classes[*class as usize]),
            }));
        }
        Some((sample, labels))
    }
}

/// Collects a version sample by sample, in key order.
#[derive(Debug, Default)]
pub(crate) struct TableBuilder {
    keys: Texts,
    splits: Vec<u32>,
    split_names: Interner,
    fields: BTreeMap<String, FieldColumn>,
    metadata: BTreeMap<String, Scalars>,
    layers: BTreeMap<String, LayerBuilder>,
    shards: Vec<u32>,
    open_shard: (u32, u64),
}

impl TableBuilder {
    pub(crate) fn push(&mut self, sample: &Sample, labels: &[LabelRow]) {
        let row = self.keys.len();
        self.keys.push(sample.key.as_str());
        self.splits.push(
            sample
                .split
                .as_ref()
                .map_or(NO_SPLIT, |split| self.split_names.intern(split)),
        );
        for (name, field) in &sample.fields {
            let column = entry(&mut self.fields, name);
            match field {
                Field::Blob(blob) => column.blobs.get_or_insert_default().push(row, blob),
                Field::Inline(value) => column.inline.push(row, value),
            }
        }
        for (name, value) in &sample.metadata {
            entry(&mut self.metadata, name).push(row, value);
        }
        for label in labels {
            entry(&mut self.layers, &label.item.layer).push(row, &label.item);
        }
        let bytes: u64 = sample
            .fields
            .values()
            .filter_map(Field::blob)
            .map(|blob| blob.bytes)
            .sum();
        self.extend_shard(bytes);
    }

    fn extend_shard(&mut self, bytes: u64) {
        let (rows, held) = &mut self.open_shard;
        *rows += 1;
        *held = held.saturating_add(bytes);
        if *rows == SHARD_ROWS || *held >= SHARD_BYTES {
            self.shards.push(*rows);
            self.open_shard = (0, 0);
        }
    }

    pub(crate) fn finish(mut self) -> Table {
        let rows = self.keys.len();
        if self.open_shard.0 > 0 {
            self.shards.push(self.open_shard.0);
        }
        for column in self.fields.values_mut() {
            column.inline.pad(rows);
            column.blobs.iter_mut().for_each(|blobs| blobs.pad(rows));
        }
        self.metadata
            .values_mut()
            .for_each(|column| column.pad(rows));
        let (split_names, renumber) = self.split_names.sorted();
        let split = |old: u32| renumber.get(old as usize).copied().unwrap_or(NO_SPLIT);
        Table {
            keys: self.keys,
            splits: self.splits.into_iter().map(split).collect(),
            split_names,
            fields: self.fields,
            metadata: self.metadata,
            layers: self
                .layers
                .into_iter()
                .map(|(name, layer)| (name, layer.finish(rows)))
                .collect(),
            shards: self.shards,
        }
    }
}

fn entry<'a, T: Default>(map: &'a mut BTreeMap<String, T>, name: &str) -> &'a mut T {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), T::default());
    }
    map.entry(name.to_owned()).or_default()
}
