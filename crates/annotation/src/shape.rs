//! What an item is, and where: the kinds of shapes and their numbers. `docs/adr/0015-shapes.md` says why these.
//!
//! Lengths are in pixels of the source picture as displayed, origin top-left; angles in degrees, clockwise on the screen.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an item is, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// The whole sample.
    Classification,
    /// An upright rectangle `(x, y, width, height)` in source pixels, origin top-left.
    Box {
        /// Left edge.
        x: f64,
        /// Top edge.
        y: f64,
        /// Extent to the right, above zero.
        width: f64,
        /// Extent downwards, above zero.
        height: f64,
    },
    /// A rectangle turned around its centre.
    RotatedBox {
        /// Centre, from the left.
        cx: f64,
        /// Centre, from the top.
        cy: f64,
        /// Extent before it is turned, above zero.
        width: f64,
        /// Extent before it is turned, above zero.
        height: f64,
        /// Degrees clockwise, 0 to below 360.
        angle: f64,
    },
    /// An ellipse turned around its centre.
    Ellipse {
        /// Centre, from the left.
        cx: f64,
        /// Centre, from the top.
        cy: f64,
        /// Half of its width before it is turned, above zero.
        rx: f64,
        /// Half of its height before it is turned, above zero.
        ry: f64,
        /// Degrees clockwise, 0 to below 360.
        angle: f64,
    },
    /// A closed ring of 3 to 10,000 points; the first is not repeated.
    Polygon {
        /// `[x, y]` of each corner.
        points: Vec<[f64; 2]>,
    },
    /// An open line of 2 to 10,000 points.
    Polyline {
        /// `[x, y]` of each corner.
        points: Vec<[f64; 2]>,
    },
    /// One place.
    Point {
        /// From the left.
        x: f64,
        /// From the top.
        y: f64,
    },
    /// The joints of the layer's skeleton, in its order.
    Skeleton {
        /// `[x, y, v]` of each joint; `v` is 0 not there, 1 hidden, 2 seen.
        joints: Vec<[f64; 3]>,
    },
    /// Whole pixels within a rectangle.
    Mask {
        /// Left edge.
        x: u32,
        /// Top edge.
        y: u32,
        /// Pixels across, above zero.
        width: u32,
        /// Pixels down, above zero.
        height: u32,
        /// Lengths of runs, row by row, beginning with pixels that are off; their sum is `width * height`.
        counts: Vec<u32>,
    },
    /// Part of a text.
    Span {
        /// The first Unicode code point.
        start: u32,
        /// The code point after the last.
        end: u32,
    },
    /// Part of a recording.
    Interval {
        /// Seconds from the beginning.
        start: f64,
        /// Seconds from the beginning, above `start`.
        end: f64,
    },
    /// A relation between two items of the same result; the class names it.
    Relation {
        /// Id of the item that the relation leaves.
        from: String,
        /// Id of the item that it reaches.
        to: String,
    },
}

impl Shape {
    /// The most points of a polygon or polyline.
    pub const MAX_POINTS: usize = 10_000;

    /// The name of the kind, as on the wire.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Box { .. } => "box",
            Self::RotatedBox { .. } => "rotated_box",
            Self::Ellipse { .. } => "ellipse",
            Self::Polygon { .. } => "polygon",
            Self::Polyline { .. } => "polyline",
            Self::Point { .. } => "point",
            Self::Skeleton { .. } => "skeleton",
            Self::Mask { .. } => "mask",
            Self::Span { .. } => "span",
            Self::Interval { .. } => "interval",
            Self::Relation { .. } => "relation",
        }
    }

    /// The upright rectangle `[x, y, width, height]` around a shape on a picture; `None` for the others, and for a
    /// skeleton without joints.
    #[must_use]
    pub fn bounds(&self) -> Option<[f64; 4]> {
        match self {
            Self::Box {
                x,
                y,
                width,
                height,
            } => Some([*x, *y, *width, *height]),
            Self::RotatedBox {
                cx,
                cy,
                width,
                height,
                angle,
            } => {
                let (sin, cos) = angle.to_radians().sin_cos();
                let across = (width * cos).abs() + (height * sin).abs();
                let down = (width * sin).abs() + (height * cos).abs();
                Some([cx - across / 2.0, cy - down / 2.0, across, down])
            }
            Self::Ellipse {
                cx,
                cy,
                rx,
                ry,
                angle,
            } => {
                let (sin, cos) = angle.to_radians().sin_cos();
                let across = (rx * cos).hypot(ry * sin);
                let down = (rx * sin).hypot(ry * cos);
                Some([cx - across, cy - down, across * 2.0, down * 2.0])
            }
            Self::Polygon { points } | Self::Polyline { points } => around(points.iter().copied()),
            Self::Point { x, y } => Some([*x, *y, 0.0, 0.0]),
            Self::Skeleton { joints } => around(
                joints
                    .iter()
                    .filter(|joint| joint[2] > 0.0)
                    .map(|[x, y, _]| [*x, *y]),
            ),
            Self::Mask {
                x,
                y,
                width,
                height,
                ..
            } => Some([*x, *y, *width, *height].map(f64::from)),
            Self::Classification
            | Self::Span { .. }
            | Self::Interval { .. }
            | Self::Relation { .. } => None,
        }
    }
}

fn around(points: impl Iterator<Item = [f64; 2]>) -> Option<[f64; 4]> {
    let [left, top, right, bottom] = points.fold(
        [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ],
        |[left, top, right, bottom], [x, y]| [left.min(x), top.min(y), right.max(x), bottom.max(y)],
    );
    (left <= right).then_some([left, top, right - left, bottom - top])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_follow_the_angle() {
        let lying = Shape::RotatedBox {
            cx: 10.0,
            cy: 10.0,
            width: 8.0,
            height: 2.0,
            angle: 90.0,
        };
        let bounds = lying.bounds().unwrap();
        for (found, expected) in bounds.iter().zip([9.0, 6.0, 2.0, 8.0]) {
            assert!((found - expected).abs() < 1e-9, "{bounds:?}");
        }
        let joints = Shape::Skeleton {
            joints: vec![[5.0, 6.0, 2.0], [0.0, 0.0, 0.0], [7.0, 9.0, 1.0]],
        };
        assert_eq!(joints.bounds(), Some([5.0, 6.0, 2.0, 3.0]));
        assert_eq!(Shape::Skeleton { joints: vec![] }.bounds(), None);
    }
}
