//! How the shape of a label becomes bytes and comes back.

use annotation::Shape;

use crate::codec::{Decoded, Reader, put_bytes, put_f64, put_varint};

/// The highest number of a shape; a row with a higher one is of a newer Strata.
pub(crate) const NEWEST_SHAPE: u8 = 11;

/// Writes a shape: its number and its members.
pub(crate) fn put_shape(out: &mut Vec<u8>, shape: &Shape) -> Decoded<()> {
    match shape {
        Shape::Classification => out.push(0),
        Shape::Box {
            x,
            y,
            width,
            height,
        } => put_numbers(out, 1, &[*x, *y, *width, *height])?,
        Shape::RotatedBox {
            cx,
            cy,
            width,
            height,
            angle,
        } => put_numbers(out, 2, &[*cx, *cy, *width, *height, *angle])?,
        Shape::Ellipse {
            cx,
            cy,
            rx,
            ry,
            angle,
        } => put_numbers(out, 3, &[*cx, *cy, *rx, *ry, *angle])?,
        Shape::Polygon { points } => put_points(out, 4, points)?,
        Shape::Polyline { points } => put_points(out, 5, points)?,
        Shape::Point { x, y } => put_numbers(out, 6, &[*x, *y])?,
        Shape::Skeleton { joints } => put_points(out, 7, joints)?,
        Shape::Mask {
            x,
            y,
            width,
            height,
            counts,
        } => {
            out.push(8);
            for number in [x, y, width, height] {
                put_varint(out, u64::from(*number));
            }
            put_varint(out, counts.len() as u64);
            for count in counts {
                put_varint(out, u64::from(*count));
            }
        }
        Shape::Span { start, end } => {
            out.push(9);
            put_varint(out, u64::from(*start));
            put_varint(out, u64::from(*end));
        }
        Shape::Interval { start, end } => put_numbers(out, 10, &[*start, *end])?,
        Shape::Relation { from, to } => {
            out.push(11);
            put_bytes(out, from.as_bytes());
            put_bytes(out, to.as_bytes());
        }
    }
    Ok(())
}

/// Reads what [`put_shape`] wrote.
pub(crate) fn read_shape(reader: &mut Reader<'_>) -> Decoded<Shape> {
    Ok(match reader.byte()? {
        0 => Shape::Classification,
        1 => Shape::Box {
            x: reader.f64()?,
            y: reader.f64()?,
            width: reader.f64()?,
            height: reader.f64()?,
        },
        2 => Shape::RotatedBox {
            cx: reader.f64()?,
            cy: reader.f64()?,
            width: reader.f64()?,
            height: reader.f64()?,
            angle: reader.f64()?,
        },
        3 => Shape::Ellipse {
            cx: reader.f64()?,
            cy: reader.f64()?,
            rx: reader.f64()?,
            ry: reader.f64()?,
            angle: reader.f64()?,
        },
        4 => Shape::Polygon {
            points: points(reader)?,
        },
        5 => Shape::Polyline {
            points: points(reader)?,
        },
        6 => Shape::Point {
            x: reader.f64()?,
            y: reader.f64()?,
        },
        7 => Shape::Skeleton {
            joints: points(reader)?,
        },
        8 => Shape::Mask {
            x: natural(reader)?,
            y: natural(reader)?,
            width: natural(reader)?,
            height: natural(reader)?,
            counts: (0..reader.length()?)
                .map(|_| natural(reader))
                .collect::<Decoded<_>>()?,
        },
        9 => Shape::Span {
            start: natural(reader)?,
            end: natural(reader)?,
        },
        10 => Shape::Interval {
            start: reader.f64()?,
            end: reader.f64()?,
        },
        11 => Shape::Relation {
            from: reader.text()?.to_owned(),
            to: reader.text()?.to_owned(),
        },
        _ => return Err("it has an unknown shape"),
    })
}

fn put_numbers(out: &mut Vec<u8>, tag: u8, numbers: &[f64]) -> Decoded<()> {
    out.push(tag);
    put_finite(out, numbers)
}

fn put_points<const N: usize>(out: &mut Vec<u8>, tag: u8, points: &[[f64; N]]) -> Decoded<()> {
    out.push(tag);
    put_varint(out, points.len() as u64);
    put_finite(out, points.as_flattened())
}

fn put_finite(out: &mut Vec<u8>, numbers: &[f64]) -> Decoded<()> {
    for number in numbers {
        if !number.is_finite() {
            return Err("a shape has a coordinate that is not a finite number");
        }
        put_f64(out, *number);
    }
    Ok(())
}

fn points<const N: usize>(reader: &mut Reader<'_>) -> Decoded<Vec<[f64; N]>> {
    let point = |reader: &mut Reader<'_>| {
        let mut point = [0.0; N];
        for number in &mut point {
            *number = reader.f64()?;
        }
        Ok(point)
    };
    (0..reader.length()?).map(|_| point(reader)).collect()
}

fn natural(reader: &mut Reader<'_>) -> Decoded<u32> {
    u32::try_from(reader.varint()?).map_err(|_| "a number of a shape is out of range")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each, in the order of their numbers.
    const SHAPES: &str = r#"[
            {"kind":"classification"},
            {"kind":"box","x":1.5,"y":2,"width":3,"height":4},
            {"kind":"rotated_box","cx":5,"cy":6,"width":7,"height":8,"angle":30},
            {"kind":"ellipse","cx":5,"cy":6,"rx":7,"ry":8,"angle":30},
            {"kind":"polygon","points":[[0,0],[4,0],[0,4.25]]},
            {"kind":"polyline","points":[[0,0],[4,0]]},
            {"kind":"point","x":9,"y":10},
            {"kind":"skeleton","joints":[[1,2,2],[0,0,0]]},
            {"kind":"mask","x":1,"y":2,"width":300,"height":4,"counts":[3,1000,197]},
            {"kind":"span","start":3,"end":300},
            {"kind":"interval","start":0.25,"end":1.5},
            {"kind":"relation","from":"s1","to":"s2"}
        ]"#;

    #[test]
    fn every_shape_comes_back_and_its_truncations_are_refused() {
        let shapes: Vec<Shape> = serde_json::from_str(SHAPES).unwrap();
        for (tag, shape) in shapes.iter().enumerate() {
            let mut bytes = Vec::new();
            put_shape(&mut bytes, shape).unwrap();
            assert_eq!(usize::from(bytes[0]), tag);
            let mut reader = Reader::new(&bytes);
            assert_eq!(read_shape(&mut reader).unwrap(), *shape);
            reader.end().unwrap();
            for length in 0..bytes.len() {
                assert!(read_shape(&mut Reader::new(&bytes[..length])).is_err());
            }
        }
        assert_eq!(shapes.len(), usize::from(NEWEST_SHAPE) + 1);
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let endless = Shape::Point {
            x: f64::INFINITY,
            y: 0.0,
        };
        assert!(put_shape(&mut Vec::new(), &endless).is_err());
    }
}
