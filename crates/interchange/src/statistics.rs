//! Statistics of a version, counted in chunks with polars.
use std::collections::BTreeMap;

use dataset::{Field, LabelRow, Sample};
use polars::prelude::{
    Column, DataFrame, IntoLazy, LazyFrame, PlSmallStr, PolarsResult, UnionArgs, col, concat, len,
};
use serde::{Deserialize, Serialize};

use crate::ExportError;

/// Rows that are held before they are counted.
const CHUNK: usize = 50_000;

/// What a version holds, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Number of samples.
    pub samples: u64,
    /// Samples with at least one label.
    pub labelled: u64,
    /// Number of labels.
    pub labels: u64,
    /// Bytes of all blobs, each counted once per sample that holds it.
    pub blob_bytes: u64,
    /// Number of blobs of each media type.
    pub media_types: BTreeMap<String, u64>,
    /// Labels of each class of each layer, most first.
    pub classes: Vec<ClassCount>,
    /// Samples of each split; those without one count under the empty name.
    pub splits: Vec<SplitCount>,
    /// Images of each size, most first; the 100 most frequent.
    pub image_sizes: Vec<ImageSizeCount>,
    /// Inline texts by their length in Unicode code points.
    pub text_lengths: TextLengths,
}

/// Labels of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// The layer.
    pub layer: String,
    /// The class.
    pub class: String,
    /// How many labels.
    pub count: u64,
}

/// Samples of one split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitCount {
    /// The split; empty for samples without one.
    pub split: String,
    /// How many samples.
    pub count: u64,
}

/// Images of one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSizeCount {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// How many images.
    pub count: u64,
}

/// A histogram of text lengths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLengths {
    /// The bins in order; their bounds are powers of two.
    pub bins: Vec<LengthBin>,
}

/// Texts of some lengths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LengthBin {
    /// Shortest length in the bin, in Unicode code points.
    pub from: u64,
    /// The length after the longest one.
    pub to: u64,
    /// How many texts.
    pub count: u64,
}

/// Counts samples as they come, with memory for one chunk and the counts.
#[derive(Default)]
pub struct StatisticsBuilder {
    totals: Statistics,
    classes: Counter<2>,
    splits: Counter<1>,
    sizes: Counter<1>,
    lengths: Counter<1>,
}

impl StatisticsBuilder {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one sample with its labels.
    ///
    /// # Errors
    /// [`ExportError::Format`] where a chunk can't be counted.
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) -> Result<(), ExportError> {
        self.totals.samples += 1;
        self.totals.labels += labels.len() as u64;
        self.totals.labelled += u64::from(!labels.is_empty());
        self.splits
            .add([sample.split.clone().unwrap_or_default()])?;
        for row in labels {
            self.classes
                .add([row.item.layer.clone(), row.item.class.clone()])?;
        }
        for field in sample.fields.values() {
            match field {
                Field::Blob(blob) => {
                    self.totals.blob_bytes += blob.bytes;
                    *self
                        .totals
                        .media_types
                        .entry(blob.media_type.clone())
                        .or_default() += 1;
                    if let (Some(width), Some(height)) = (blob.width, blob.height) {
                        self.sizes.add([format!("{width}x{height}")])?;
                    }
                }
                Field::Inline(value) => {
                    if let Some(text) = value.as_str() {
                        let length = text.chars().count() as u64;
                        // 0, 1, 2, 4, 8, …: the bin is named by its lower bound.
                        let from = if length == 0 {
                            0
                        } else {
                            1u64 << length.ilog2()
                        };
                        self.lengths.add([from.to_string()])?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The statistics.
    ///
    /// # Errors
    /// [`ExportError::Format`] where the chunks can't be added up.
    pub fn finish(self) -> Result<Statistics, ExportError> {
        let mut statistics = self.totals;
        statistics.classes = self
            .classes
            .finish()?
            .into_iter()
            .map(|([layer, class], count)| ClassCount {
                layer,
                class,
                count,
            })
            .collect();
        statistics.classes.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| (&a.layer, &a.class).cmp(&(&b.layer, &b.class)))
        });
        statistics.splits = self
            .splits
            .finish()?
            .into_iter()
            .map(|([split], count)| SplitCount { split, count })
            .collect();
        statistics.image_sizes = sizes(self.sizes.finish()?);
        statistics.text_lengths.bins = bins(self.lengths.finish()?);
        Ok(statistics)
    }
}

type Counts<const N: usize> = BTreeMap<[String; N], u64>;

fn sizes(counts: Counts<1>) -> Vec<ImageSizeCount> {
    const MOST: usize = 100;
    let mut sizes: Vec<ImageSizeCount> = counts
        .into_iter()
        .filter_map(|([size], count)| {
            let (width, height) = size.split_once('x')?;
            Some(ImageSizeCount {
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                count,
            })
        })
        .collect();
    sizes.sort_by_key(|size| (std::cmp::Reverse(size.count), size.width, size.height));
    sizes.truncate(MOST);
    sizes
}

fn bins(counts: Counts<1>) -> Vec<LengthBin> {
    let mut bins: Vec<LengthBin> = counts
        .into_iter()
        .filter_map(|([from], count)| {
            let from: u64 = from.parse().ok()?;
            Some(LengthBin {
                from,
                to: (from * 2).max(1),
                count,
            })
        })
        .collect();
    bins.sort_by_key(|bin| bin.from);
    bins
}

/// Counts equal rows of `N` texts: a chunk at a time, then the chunks' counts together.
struct Counter<const N: usize> {
    held: [Vec<String>; N],
    counted: Option<DataFrame>,
}

impl<const N: usize> Default for Counter<N> {
    fn default() -> Self {
        Self {
            held: std::array::from_fn(|_| Vec::new()),
            counted: None,
        }
    }
}

impl<const N: usize> Counter<N> {
    fn add(&mut self, row: [String; N]) -> Result<(), ExportError> {
        for (column, value) in self.held.iter_mut().zip(row) {
            column.push(value);
        }
        if self.held[0].len() >= CHUNK {
            self.count().map_err(failed)
        } else {
            Ok(())
        }
    }

    fn finish(mut self) -> Result<Counts<N>, ExportError> {
        self.count().map_err(failed)?;
        self.counted
            .map_or(Ok(BTreeMap::new()), |frame| rows(&frame).map_err(failed))
    }

    /// Counts what is held and adds it to what was counted.
    fn count(&mut self) -> PolarsResult<()> {
        let height = self.held[0].len();
        if height == 0 {
            return Ok(());
        }
        let columns: Vec<Column> = self
            .held
            .iter_mut()
            .enumerate()
            .map(|(number, values)| Column::new(name(number), std::mem::take(values)))
            .collect();
        let keys: Vec<_> = (0..N).map(|number| col(name(number))).collect();
        let chunk = DataFrame::new(height, columns)?
            .lazy()
            .group_by(keys.clone())
            .agg([len().alias("count")]);
        let chunk = chunk.select(
            keys.iter()
                .cloned()
                .chain([col("count").cast(polars::prelude::DataType::UInt64)])
                .collect::<Vec<_>>(),
        );
        let all: LazyFrame = match self.counted.take() {
            None => chunk,
            Some(before) => concat([before.lazy(), chunk], UnionArgs::default())?
                .group_by(keys)
                .agg([col("count").sum()]),
        };
        self.counted = Some(all.collect()?);
        Ok(())
    }
}

fn name(number: usize) -> PlSmallStr {
    PlSmallStr::from_string(format!("value_{number}"))
}

fn rows<const N: usize>(frame: &DataFrame) -> PolarsResult<Counts<N>> {
    let counts = frame.column("count")?.u64()?;
    let mut columns = Vec::with_capacity(N);
    for number in 0..N {
        columns.push(frame.column(name(number).as_str())?.str()?);
    }
    Ok((0..frame.height())
        .map(|row| {
            let key = std::array::from_fn(|number| {
                columns[number].get(row).unwrap_or_default().to_owned()
            });
            (key, counts.get(row).unwrap_or_default())
        })
        .collect())
}

fn failed(error: polars::error::PolarsError) -> ExportError {
    ExportError::Format(error.to_string())
}
