//! Turning pictures upright: pixels, sizes, and where an area lay before.
use image::metadata::Orientation;

use crate::pixels::{Area, Channels};

/// The size of a picture before it is turned upright, from its size after; and the other way round.
pub(crate) fn size_before(orientation: Orientation, (width, height): (u32, u32)) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

/// Where `area` of the upright picture lies in the stored one, which has the size `stored`.
pub(crate) fn area_before(orientation: Orientation, area: Area, stored: (u32, u32)) -> Area {
    let (width, height) = (f64::from(stored.0), f64::from(stored.1));
    let Area { x, y, .. } = area;
    let (right, bottom) = (x + area.width, y + area.height);
    let (x, y) = match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::FlipHorizontal => (width - right, y),
        Orientation::FlipVertical => (x, height - bottom),
        Orientation::Rotate180 => (width - right, height - bottom),
        Orientation::Rotate90 => (y, height - right),
        Orientation::Rotate270 => (width - bottom, x),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate270FlipH => (width - bottom, height - right),
    };
    let is_turned = size_before(orientation, (0, 1)) == (1, 0);
    let (width, height) = match is_turned {
        true => (area.height, area.width),
        false => (area.width, area.height),
    };
    Area {
        x: x.max(0.0),
        y: y.max(0.0),
        width,
        height,
    }
}

/// Turns stored pixels of a size upright.
pub(crate) fn turn(
    orientation: Orientation,
    channels: Channels,
    (stored, (width, height)): (&[u8], (u32, u32)),
    out: &mut [u8],
) {
    let (width, height) = (width as usize, height as usize);
    let upright = size_before(orientation, (width as u32, height as u32));
    let step = channels.count();
    if orientation == Orientation::NoTransforms {
        out.copy_from_slice(stored);
        return;
    }
    let mut pixels = out.chunks_exact_mut(step);
    for y in 0..upright.1 as usize {
        for x in 0..upright.0 as usize {
            let (from_x, from_y) = match orientation {
                Orientation::NoTransforms => (x, y),
                Orientation::FlipHorizontal => (width - 1 - x, y),
                Orientation::FlipVertical => (x, height - 1 - y),
                Orientation::Rotate180 => (width - 1 - x, height - 1 - y),
                Orientation::Rotate90 => (y, height - 1 - x),
                Orientation::Rotate270 => (width - 1 - y, x),
                Orientation::Rotate90FlipH => (y, x),
                Orientation::Rotate270FlipH => (width - 1 - y, height - 1 - x),
            };
            let at = (from_y * width + from_x) * step;
            if let Some(pixel) = pixels.next() {
                pixel.copy_from_slice(&stored[at..at + step]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;

    #[test]
    fn turning_is_what_the_image_crate_does() {
        let stored = RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8, y as u8, 7]));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut wanted = DynamicImage::from(stored.clone());
            wanted.apply_orientation(orientation);
            let mut out = vec![0; stored.as_raw().len()];
            turn(
                orientation,
                Channels::Rgb,
                (stored.as_raw(), (5, 3)),
                &mut out,
            );
            assert_eq!(&out, wanted.as_bytes(), "{exif}");
            let size = size_before(orientation, (5, 3));
            assert_eq!(size, (wanted.width(), wanted.height()), "{exif}");
            // The pixel under an area of one pixel is the one that the area was mapped to.
            for (x, y) in [(0, 0), (1, 2), (2, 1)] {
                let area = Area {
                    x: f64::from(x),
                    y: f64::from(y),
                    width: 1.0,
                    height: 1.0,
                };
                let before = area_before(orientation, area, (5, 3));
                let lying = stored.get_pixel(before.x as u32, before.y as u32);
                assert_eq!(*lying, wanted.to_rgb8()[(x, y)], "{exif} at {x}, {y}");
            }
        }
    }
}
