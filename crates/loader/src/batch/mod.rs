//! Batches: what they hold, and how they are put together from columns and bytes.

mod blobs;
mod making;
mod weave;

pub(crate) use making::Making;
pub(crate) use weave::{Strand, weave};

use crate::regions::Regions;

/// Samples of one step, column by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Number of samples.
    pub len: usize,
    /// Names and values, in the order in which they were asked for.
    pub columns: Vec<(String, Values)>,
    /// Samples that were left out, and why; only with [`OnError::Skip`](crate::OnError::Skip).
    pub skipped: Vec<Skipped>,
}

/// A sample that was left out of its batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The sample.
    pub key: String,
    /// The error that it would have been.
    pub reason: String,
    /// Where in the batch it would have stood.
    pub place: usize,
}

/// The values of one column of a batch of `n` samples.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Pictures or records of one size, end to end: `shape` is `(n, height, width, 3)`, `(n, height, width)`
    /// or `(n, length)`.
    Pixels {
        /// The product of `shape` bytes.
        data: Vec<u8>,
        /// Extents, outermost first.
        shape: Vec<usize>,
    },
    /// Pictures of several sizes, each `(height, width, 3)` or `(height, width)`.
    Pictures(Vec<Picture>),
    /// Encoded bytes; `None` where a sample has no such field.
    Bytes(Vec<Option<bytes::Bytes>>),
    /// Texts; `None` where a sample has none.
    Texts(Vec<Option<String>>),
    /// Whole numbers; a class id is -1 where a sample has no label.
    Ints(Vec<i64>),
    /// Numbers; NaN where a sample has none.
    Floats(Vec<f64>),
    /// True or false.
    Bools(Vec<bool>),
    /// Lists, objects and mixed values; null where a sample has none.
    Json(Vec<serde_json::Value>),
    /// Any number of items for each sample: those of sample `i` are `offsets[i]..offsets[i + 1]`.
    Ragged {
        /// Class id of each item.
        classes: Vec<i64>,
        /// Where each item is, for layers of regions.
        regions: Option<Regions>,
        /// `n + 1` offsets, beginning with 0.
        offsets: Vec<i64>,
    },
}

/// One picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The product of `shape` bytes.
    pub data: Vec<u8>,
    /// `(height, width, 3)` or `(height, width)`.
    pub shape: Vec<usize>,
}

impl Values {
    /// Leaves out the samples at some places, which are ascending.
    pub(crate) fn leave_out(&mut self, places: &[usize]) {
        match self {
            Self::Pixels { data, shape } => {
                let length: usize = shape[1..].iter().product();
                let mut kept = 0;
                for place in (0..shape[0]).filter(|place| places.binary_search(place).is_err()) {
                    data.copy_within(place * length..(place + 1) * length, kept * length);
                    kept += 1;
                }
                data.truncate(kept * length);
                shape[0] = kept;
            }
            Self::Pictures(values) => leave_out(values, places),
            Self::Bytes(values) => leave_out(values, places),
            Self::Texts(values) => leave_out(values, places),
            Self::Ints(values) => leave_out(values, places),
            Self::Floats(values) => leave_out(values, places),
            Self::Bools(values) => leave_out(values, places),
            Self::Json(values) => leave_out(values, places),
            Self::Ragged {
                classes,
                regions,
                offsets,
            } => {
                for place in places.iter().rev() {
                    let items = offsets[*place] as usize..offsets[*place + 1] as usize;
                    let fewer = items.len() as i64;
                    classes.drain(items.clone());
                    if let Some(regions) = regions {
                        regions.remove(items.clone());
                    }
                    offsets.remove(*place + 1);
                    offsets[*place + 1..]
                        .iter_mut()
                        .for_each(|end| *end -= fewer);
                }
            }
        }
    }
}

fn leave_out<T>(values: &mut Vec<T>, places: &[usize]) {
    let mut place = 0;
    values.retain(|_| {
        place += 1;
        places.binary_search(&(place - 1)).is_err()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_can_be_left_out_of_every_kind_of_column() {
        let mut pixels = Values::Pixels {
            data: (0..8).collect(),
            shape: vec![4, 2],
        };
        pixels.leave_out(&[0, 2]);
        let left = Values::Pixels {
            data: vec![2, 3, 6, 7],
            shape: vec![2, 2],
        };
        assert_eq!(pixels, left);
        let mut ints = Values::Ints(vec![1, 2, 3]);
        ints.leave_out(&[2]);
        assert_eq!(ints, Values::Ints(vec![1, 2]));
        let points = |places: &[i32]| {
            let mut regions = Regions::new(crate::RegionKind::Points);
            for at in places {
                regions.push(&annotation::Shape::Point {
                    x: f64::from(*at),
                    y: 0.0,
                });
            }
            Some(regions)
        };
        let mut ragged = Values::Ragged {
            classes: vec![1, 2, 3, 4],
            regions: points(&[0, 1, 2, 3]),
            offsets: vec![0, 1, 1, 3, 4],
        };
        ragged.leave_out(&[1, 2]);
        let left = Values::Ragged {
            classes: vec![1, 4],
            regions: points(&[0, 3]),
            offsets: vec![0, 1, 2],
        };
        assert_eq!(ragged, left);
    }
}
