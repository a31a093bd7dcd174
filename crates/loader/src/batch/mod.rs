//! Batches: what they hold, and how they are put together from columns and bytes.

mod assemble;

pub(crate) use assemble::assemble;

/// Samples of one step, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Number of samples.
    pub len: usize,
    /// Names and values, in the order in which they were asked for.
    pub columns: Vec<(String, Values)>,
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
        /// `(x, y, width, height)` of each item in source pixels, origin top-left, for layers of boxes.
        boxes: Option<Vec<[f32; 4]>>,
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
