//! How much of two shapes is shared: what agreement and pairing are reckoned from.

use crate::Shape;

/// Shapes without a surface count as this many source pixels wide on each side, so that two clicks on one thing overlap.
const REACH_PX: f64 = 5.0;
/// Rows in which the surfaces of turned and many-cornered shapes are measured; the error is below a thousandth for
/// shapes that fill a tenth of their bounds.
const ROWS: u32 = 512;
/// Corners that stand for an ellipse.
const ELLIPSE_CORNERS: u32 = 96;

impl Shape {
    /// Intersection over union in `[0, 1]` of two shapes of one kind; `None` for shapes of different kinds, and for
    /// classes and relations, which are nowhere.
    ///
    /// Boxes, masks, spans and intervals are exact; ellipses, polygons and turned boxes are measured in rows. Points,
    /// lines and skeletons have no surface: the rectangles around them, five pixels larger on each side, are compared.
    #[must_use]
    pub fn iou(&self, other: &Self) -> Option<f64> {
        let shared = match (self, other) {
            (Self::Box { .. }, Self::Box { .. }) => rectangles(self.bounds()?, other.bounds()?),
            (Self::Span { start, end }, Self::Span { start: s, end: e }) => {
                stretches([*start, *end].map(f64::from), [*s, *e].map(f64::from))
            }
            (Self::Interval { start, end }, Self::Interval { start: s, end: e }) => {
                stretches([*start, *end], [*s, *e])
            }
            (Self::Mask { .. }, Self::Mask { .. }) => masks(self, other)?,
            _ if self.kind() != other.kind() => return None,
            _ => match (self.ring(), other.ring()) {
                (Some(a), Some(b)) => rings(&a, &b),
                _ => rectangles(grown(self.bounds()?), grown(other.bounds()?)),
            },
        };
        Some(shared.of_union())
    }

    /// The corners of a shape with a surface that is no upright rectangle.
    fn ring(&self) -> Option<Vec<[f64; 2]>> {
        let turned = |cx: f64, cy: f64, angle: f64, x: f64, y: f64| {
            let (sin, cos) = angle.to_radians().sin_cos();
            [cx + x * cos - y * sin, cy + x * sin + y * cos]
        };
        match self {
            Self::Polygon { points } => Some(points.clone()),
            Self::RotatedBox {
                cx,
                cy,
                width,
                height,
                angle,
            } => Some(
                [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]
                    .map(|[x, y]| turned(*cx, *cy, *angle, x * width, y * height))
                    .to_vec(),
            ),
            Self::Ellipse {
                cx,
                cy,
                rx,
                ry,
                angle,
            } => Some(
                (0..ELLIPSE_CORNERS)
                    .map(|i| {
                        let around =
                            f64::from(i) * std::f64::consts::TAU / f64::from(ELLIPSE_CORNERS);
                        turned(*cx, *cy, *angle, rx * around.cos(), ry * around.sin())
                    })
                    .collect(),
            ),
            _ => None,
        }
    }
}

/// Sizes of two sets and of what both have.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    both: f64,
    a: f64,
    b: f64,
}

impl Shared {
    fn of_union(self) -> f64 {
        let union = self.a + self.b - self.both;
        if union > 0.0 { self.both / union } else { 0.0 }
    }
}

fn stretches([start, end]: [f64; 2], [other_start, other_end]: [f64; 2]) -> Shared {
    Shared {
        both: (end.min(other_end) - start.max(other_start)).max(0.0),
        a: end - start,
        b: other_end - other_start,
    }
}

fn rectangles([x, y, width, height]: [f64; 4], [u, v, across, down]: [f64; 4]) -> Shared {
    let horizontal = stretches([x, x + width], [u, u + across]);
    let vertical = stretches([y, y + height], [v, v + down]);
    Shared {
        both: horizontal.both * vertical.both,
        a: width * height,
        b: across * down,
    }
}

const fn grown([x, y, width, height]: [f64; 4]) -> [f64; 4] {
    let by = REACH_PX;
    [x - by, y - by, width + 2.0 * by, height + 2.0 * by]
}

/// Surfaces by the even-odd rule, summed over rows through the bounds of both.
fn rings(a: &[[f64; 2]], b: &[[f64; 2]]) -> Shared {
    let heights = a.iter().chain(b).map(|point| point[1]);
    let (top, bottom) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(top, bottom), y| {
        (top.min(y), bottom.max(y))
    });
    let mut sum = Shared::default();
    for row in 0..ROWS {
        let y = top + (bottom - top) * (f64::from(row) + 0.5) / f64::from(ROWS);
        let (in_a, in_b) = (crossings(a, y), crossings(b, y));
        sum.a += in_a.iter().map(|[from, to]| to - from).sum::<f64>();
        sum.b += in_b.iter().map(|[from, to]| to - from).sum::<f64>();
        sum.both += common(&in_a, &in_b);
    }
    sum
}

/// The stretches of a row that lie inside a ring, in order.
fn crossings(ring: &[[f64; 2]], y: f64) -> Vec<[f64; 2]> {
    let next = ring.iter().cycle().skip(1);
    let mut at: Vec<f64> = ring
        .iter()
        .zip(next)
        .filter(|([_, from], [_, to])| (*from <= y) != (*to <= y))
        .map(|([x, from], [to_x, to])| x + (y - from) / (to - from) * (to_x - x))
        .collect();
    at.sort_by(f64::total_cmp);
    at.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// The length that two ordered lists of stretches have in common.
fn common(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    let (mut i, mut j, mut length) = (0, 0, 0.0);
    while let (Some([a_from, a_to]), Some([b_from, b_to])) = (a.get(i), b.get(j)) {
        length += (a_to.min(*b_to) - a_from.max(*b_from)).max(0.0);
        if a_to <= b_to {
            i += 1;
        } else {
            j += 1;
        }
    }
    length
}

fn masks(a: &Shape, b: &Shape) -> Option<Shared> {
    let (of_a, of_b) = (stretches_by_row(a)?, stretches_by_row(b)?);
    let size = |rows: &[(u32, [f64; 2])]| rows.iter().map(|(_, [from, to])| to - from).sum();
    let mut both = 0.0;
    let mut rest = of_b.as_slice();
    for of_row in of_a.chunk_by(|x, y| x.0 == y.0) {
        let row = of_row[0].0;
        rest = &rest[rest.partition_point(|(y, _)| *y < row)..];
        let same = &rest[..rest.partition_point(|(y, _)| *y == row)];
        let only =
            |stretches: &[(u32, [f64; 2])]| stretches.iter().map(|s| s.1).collect::<Vec<_>>();
        both += common(&only(of_row), &only(same));
    }
    Some(Shared {
        both,
        a: size(&of_a),
        b: size(&of_b),
    })
}

/// The pixels of a mask that are on: row of the picture, and from where to where. In order.
fn stretches_by_row(shape: &Shape) -> Option<Vec<(u32, [f64; 2])>> {
    let Shape::Mask {
        x,
        y,
        width,
        counts,
        ..
    } = shape
    else {
        return None;
    };
    let mut stretches = Vec::new();
    let mut at = 0_u64;
    for (i, count) in counts.iter().enumerate() {
        let end = at + u64::from(*count);
        while i % 2 == 1 && at < end {
            let (row, column) = (at / u64::from(*width), at % u64::from(*width));
            let length = (end - at).min(u64::from(*width) - column);
            let from = f64::from(*x) + column as f64;
            stretches.push((y + row as u32, [from, from + length as f64]));
            at += length;
        }
        at = end;
    }
    Some(stretches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Shape {
        serde_json::from_str(json).unwrap()
    }

    fn iou(a: &str, b: &str) -> Option<f64> {
        shape(a).iou(&shape(b))
    }

    #[test]
    fn half_overlapping_shapes_share_a_third() {
        let pairs = [
            (
                r#"{"kind":"box","x":0,"y":0,"width":2,"height":1}"#,
                r#"{"kind":"box","x":1,"y":0,"width":2,"height":1}"#,
            ),
            (
                r#"{"kind":"span","start":0,"end":2}"#,
                r#"{"kind":"span","start":1,"end":3}"#,
            ),
            (
                r#"{"kind":"interval","start":0.5,"end":1.5}"#,
                r#"{"kind":"interval","start":1.0,"end":2.0}"#,
            ),
            (
                r#"{"kind":"mask","x":3,"y":1,"width":2,"height":2,"counts":[0,4]}"#,
                r#"{"kind":"mask","x":4,"y":1,"width":3,"height":2,"counts":[0,2,1,2,1]}"#,
            ),
            (
                r#"{"kind":"polygon","points":[[0,0],[20,0],[20,10],[0,10]]}"#,
                r#"{"kind":"polygon","points":[[10,0],[30,0],[30,10],[10,10]]}"#,
            ),
            (
                r#"{"kind":"rotated_box","cx":0,"cy":0,"width":20,"height":10,"angle":0}"#,
                r#"{"kind":"rotated_box","cx":10,"cy":0,"width":10,"height":20,"angle":90}"#,
            ),
        ];
        for (a, b) in pairs {
            let found = iou(a, b).unwrap();
            assert!((found - 1.0 / 3.0).abs() < 1e-9, "{a} {b}: {found}");
            let whole = iou(a, a).unwrap();
            assert!((whole - 1.0).abs() < 1e-9, "{a}: {whole}");
        }
    }

    #[test]
    fn a_turned_ellipse_covers_itself_turned_half_round() {
        let at = |angle: f64| Shape::Ellipse {
            cx: 50.0,
            cy: 40.0,
            rx: 30.0,
            ry: 10.0,
            angle,
        };
        assert!(at(20.0).iou(&at(200.0)).unwrap() > 0.999);
        assert!(at(20.0).iou(&at(110.0)).unwrap() < 0.5);
    }

    #[test]
    fn points_near_each_other_overlap_and_kinds_do_not_mix() {
        let point = r#"{"kind":"point","x":5,"y":5}"#;
        assert_eq!(iou(point, point), Some(1.0));
        let far = iou(point, r#"{"kind":"point","x":20,"y":5}"#);
        assert_eq!(far, Some(0.0));
        let class = r#"{"kind":"classification"}"#;
        assert_eq!(iou(point, class), None);
        assert_eq!(iou(class, class), None);
    }
}
