//! The places of items, as flat numbers: what a layer of regions holds in memory and in a batch.

use std::ops::Range;

use annotation::Shape;

/// What the items of a layer of regions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionKind {
    /// `x, y, width, height` in source pixels, origin top-left.
    Boxes,
    /// `cx, cy, width, height, angle` in source pixels and degrees clockwise.
    RotatedBoxes,
    /// `cx, cy, rx, ry, angle` in source pixels and degrees clockwise.
    Ellipses,
    /// `x, y` in source pixels, once an item.
    Points,
    /// `x, y` of each corner.
    Polygons,
    /// `x, y` of each corner.
    Polylines,
    /// `x, y, v` of each joint.
    Skeletons,
    /// `x, y, width, height` of the rectangle, then the lengths of runs.
    Masks,
    /// `start, end` in Unicode code points.
    Spans,
    /// `start, end` in seconds.
    Intervals,
}

impl RegionKind {
    /// The kind of a shape; `None` for classes and relations, which are nowhere.
    pub(crate) const fn of(shape: &Shape) -> Option<Self> {
        Some(match shape {
            Shape::Box { .. } => Self::Boxes,
            Shape::RotatedBox { .. } => Self::RotatedBoxes,
            Shape::Ellipse { .. } => Self::Ellipses,
            Shape::Point { .. } => Self::Points,
            Shape::Polygon { .. } => Self::Polygons,
            Shape::Polyline { .. } => Self::Polylines,
            Shape::Skeleton { .. } => Self::Skeletons,
            Shape::Mask { .. } => Self::Masks,
            Shape::Span { .. } => Self::Spans,
            Shape::Interval { .. } => Self::Intervals,
            Shape::Classification | Shape::Relation { .. } => return None,
        })
    }

    /// The name of the kind in a schema.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boxes => "boxes",
            Self::RotatedBoxes => "rotated_boxes",
            Self::Ellipses => "ellipses",
            Self::Points => "points",
            Self::Polygons => "polygons",
            Self::Polylines => "polylines",
            Self::Skeletons => "skeletons",
            Self::Masks => "masks",
            Self::Spans => "spans",
            Self::Intervals => "intervals",
        }
    }

    /// How many numbers stand together: those of an item, or of each of its points; 1 for masks.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::Masks => 1,
            Self::Points | Self::Polygons | Self::Polylines | Self::Spans | Self::Intervals => 2,
            Self::Skeletons => 3,
            Self::Boxes => 4,
            Self::RotatedBoxes | Self::Ellipses => 5,
        }
    }

    /// Whether items differ in how many points they have.
    const fn is_ragged(self) -> bool {
        matches!(
            self,
            Self::Polygons | Self::Polylines | Self::Skeletons | Self::Masks
        )
    }
}

/// Numbers of one type.
#[derive(Debug, Clone, PartialEq)]
pub enum Numbers {
    /// Pixels and degrees.
    F32(Vec<f32>),
    /// Seconds.
    F64(Vec<f64>),
    /// Whole pixels, runs and code points.
    I64(Vec<i64>),
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::F32(numbers) => numbers.len(),
            Self::F64(numbers) => numbers.len(),
            Self::I64(numbers) => numbers.len(),
        }
    }

    /// Bytes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::F32(numbers) => size_of_val(numbers.as_slice()),
            Self::F64(numbers) => size_of_val(numbers.as_slice()),
            Self::I64(numbers) => size_of_val(numbers.as_slice()),
        }
    }

    fn push(&mut self, number: f64) {
        match self {
            Self::F32(numbers) => numbers.push(number as f32),
            Self::F64(numbers) => numbers.push(number),
            Self::I64(numbers) => numbers.push(number as i64),
        }
    }

    fn extend(&mut self, other: &Self, range: Range<usize>) {
        match (self, other) {
            (Self::F32(all), Self::F32(more)) => all.extend_from_slice(&more[range]),
            (Self::F64(all), Self::F64(more)) => all.extend_from_slice(&more[range]),
            (Self::I64(all), Self::I64(more)) => all.extend_from_slice(&more[range]),
            // One kind has one type.
            _ => {}
        }
    }

    fn remove(&mut self, range: Range<usize>) {
        match self {
            Self::F32(numbers) => drop(numbers.drain(range)),
            Self::F64(numbers) => drop(numbers.drain(range)),
            Self::I64(numbers) => drop(numbers.drain(range)),
        }
    }
}

/// Items of one kind, one after another.
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    /// What the items are.
    pub kind: RegionKind,
    /// The numbers of all items, [`RegionKind::columns`] together.
    pub numbers: Numbers,
    /// Where the points of each item begin and the last ends, beginning with 0; only for kinds of many points.
    pub starts: Option<Vec<i64>>,
}

impl Regions {
    pub(crate) fn new(kind: RegionKind) -> Self {
        Self {
            kind,
            numbers: match kind {
                RegionKind::Masks | RegionKind::Spans => Numbers::I64(Vec::new()),
                RegionKind::Intervals => Numbers::F64(Vec::new()),
                _ => Numbers::F32(Vec::new()),
            },
            starts: kind.is_ragged().then(|| vec![0]),
        }
    }

    /// Adds an item. One that is of another kind has no points, or zeros.
    pub(crate) fn push(&mut self, shape: &Shape) {
        let before = self.numbers.len();
        if RegionKind::of(shape) == Some(self.kind) {
            self.push_numbers(shape);
        } else if self.starts.is_none() {
            (0..self.kind.columns()).for_each(|_| self.numbers.push(0.0));
        }
        let points = (self.numbers.len() - before) / self.kind.columns();
        if let Some(starts) = &mut self.starts {
            starts.push(starts.last().copied().unwrap_or(0) + points as i64);
        }
    }

    fn push_numbers(&mut self, shape: &Shape) {
        let mut put = |numbers: &[f64]| numbers.iter().for_each(|n| self.numbers.push(*n));
        match shape {
            Shape::Classification | Shape::Relation { .. } => {}
            Shape::Box {
                x,
                y,
                width,
                height,
            } => put(&[*x, *y, *width, *height]),
            Shape::RotatedBox {
                cx,
                cy,
                width,
                height,
                angle,
            } => put(&[*cx, *cy, *width, *height, *angle]),
            Shape::Ellipse {
                cx,
                cy,
                rx,
                ry,
                angle,
            } => put(&[*cx, *cy, *rx, *ry, *angle]),
            Shape::Point { x, y } => put(&[*x, *y]),
            Shape::Polygon { points } | Shape::Polyline { points } => put(points.as_flattened()),
            Shape::Skeleton { joints } => put(joints.as_flattened()),
            Shape::Mask {
                x,
                y,
                width,
                height,
                counts,
            } => {
                put(&[*x, *y, *width, *height].map(f64::from));
                counts.iter().for_each(|count| put(&[f64::from(*count)]));
            }
            Shape::Span { start, end } => put(&[*start, *end].map(f64::from)),
            Shape::Interval { start, end } => put(&[*start, *end]),
        }
    }

    /// Adds some items of others of the same kind.
    pub(crate) fn extend(&mut self, other: &Self, items: Range<usize>) {
        self.numbers.extend(&other.numbers, other.range(&items));
        if let (Some(starts), Some(others)) = (&mut self.starts, &other.starts) {
            let by = starts.last().copied().unwrap_or(0) - others[items.start];
            starts.extend(
                others[items.start + 1..=items.end]
                    .iter()
                    .map(|end| end + by),
            );
        }
    }

    /// Takes some items out.
    pub(crate) fn remove(&mut self, items: Range<usize>) {
        self.numbers.remove(self.range(&items));
        if let Some(starts) = &mut self.starts {
            let by = starts[items.end] - starts[items.start];
            starts.drain(items.start + 1..=items.end);
            starts[items.start + 1..]
                .iter_mut()
                .for_each(|start| *start -= by);
        }
    }

    /// Where the numbers of some items stand.
    fn range(&self, items: &Range<usize>) -> Range<usize> {
        let columns = self.kind.columns();
        match &self.starts {
            None => items.start * columns..items.end * columns,
            Some(starts) => {
                starts[items.start] as usize * columns..starts[items.end] as usize * columns
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_are_added_taken_over_and_removed() {
        let polygon = |corners: usize| Shape::Polygon {
            points: (0..corners).map(|at| [at as f64, corners as f64]).collect(),
        };
        let mut regions = Regions::new(RegionKind::Polygons);
        for shape in [polygon(3), Shape::Classification, polygon(4), polygon(5)] {
            regions.push(&shape);
        }
        assert_eq!(regions.starts, Some(vec![0, 3, 3, 7, 12]));
        let mut some = Regions::new(RegionKind::Polygons);
        some.extend(&regions, 2..3);
        some.extend(&regions, 0..1);
        assert_eq!(some.starts, Some(vec![0, 4, 7]));
        some.remove(0..1);
        let mut first = Regions::new(RegionKind::Polygons);
        first.push(&polygon(3));
        assert_eq!(some, first);
    }

    #[test]
    fn items_of_one_size_have_no_starts() {
        let mut spans = Regions::new(RegionKind::Spans);
        spans.push(&Shape::Classification);
        spans.push(&Shape::Span { start: 2, end: 9 });
        assert_eq!(spans.numbers, Numbers::I64(vec![0, 0, 2, 9]));
        assert_eq!(spans.starts, None);
        spans.remove(0..1);
        assert_eq!(spans.numbers, Numbers::I64(vec![2, 9]));
    }
}
