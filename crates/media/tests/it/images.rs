//! Probing, verification, thumbnails and decoding.
use std::io::Cursor;

use image::{DynamicImage, ImageFormat as Codec, Rgb, RgbImage, Rgba, RgbaImage};
use media::{Area, Channels, Error, Limits, Picture, decode, probe, reencode, thumbnail, verify};

fn picture(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (x * 7 % 256) as u8,
            (y * 5 % 256) as u8,
            ((x * y) % 251) as u8,
        ])
    }))
}

fn encoded(picture: &DynamicImage, codec: Codec) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), codec)
        .unwrap();
    bytes
}

#[test]
fn facts_come_from_the_bytes() {
    for (codec, media_type) in [
        (Codec::Jpeg, "image/jpeg"),
        (Codec::Png, "image/png"),
        (Codec::WebP, "image/webp"),
        (Codec::Gif, "image/gif"),
        (Codec::Bmp, "image/bmp"),
        (Codec::Tiff, "image/tiff"),
    ] {
        let bytes = encoded(&picture(31, 17), codec);
        let facts = verify(&bytes, &Limits::default()).unwrap();
        assert_eq!(
            (facts.media_type(), facts.width, facts.height),
            (media_type, 31, 17)
        );
    }
}

#[test]
fn every_truncation_is_refused() {
    for codec in [Codec::Jpeg, Codec::Png, Codec::WebP, Codec::Gif, Codec::Bmp] {
        let bytes = encoded(&picture(64, 48), codec);
        for keep in [
            bytes.len() / 4,
            bytes.len() / 2,
            bytes.len() * 9 / 10,
            bytes.len() - 3,
        ] {
            let error = verify(&bytes[..keep], &Limits::default());
            // A GIF holds its last frame's data before a two-byte trailer: losing only the
            // trailer loses no pixel.
            if codec == Codec::Gif && keep == bytes.len() - 3 {
                continue;
            }
            assert!(error.is_err(), "{codec:?} cut to {keep} of {}", bytes.len());
        }
    }
    let jpeg = encoded(&picture(64, 48), Codec::Jpeg);
    let error = verify(&jpeg[..jpeg.len() / 2], &Limits::default()).unwrap_err();
    assert_eq!(error.code(), "image_truncated");
    // Bytes after the end of the picture are common in the wild and harmless.
    let mut tail = jpeg;
    tail.extend_from_slice(b"trailing");
    verify(&tail, &Limits::default()).unwrap();
}

#[test]
fn a_small_file_that_claims_many_pixels_is_refused_before_decoding() {
    let mut png = encoded(&picture(8, 8), Codec::Png);
    png[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000u32.to_be_bytes());
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let error = probe(&png, &Limits::default()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::ImageTooLarge {
                width: 60_000,
                height: 60_000,
                ..
            }
        ),
        "{error}"
    );
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

#[test]
fn what_is_no_image_is_unsupported() {
    for bytes in [
        &b""[..],
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
    ] {
        let error = verify(bytes, &Limits::default()).unwrap_err();
        assert_eq!(error.code(), "unsupported_media_type");
    }
    // A JPEG start with nothing behind it is an image, but none that decodes.
    assert!(verify(&[0xFF, 0xD8, 0xFF, 0xE0], &Limits::default()).is_err());
}

#[test]
fn orientation_is_applied_everywhere() {
    // 2 wide, 1 high: red then blue; orientation 6 turns it by 90 degrees clockwise.
    let mut source = RgbImage::new(16, 8);
    for (x, _, pixel) in source.enumerate_pixels_mut() {
        *pixel = if x < 8 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        };
    }
    let jpeg = encoded(&DynamicImage::ImageRgb8(source), Codec::Jpeg);
    let mut turned = jpeg[..2].to_vec();
    let exif: &[u8] = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    turned.extend_from_slice(&[0xFF, 0xE1]);
    turned.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    turned.extend_from_slice(exif);
    turned.extend_from_slice(&jpeg[2..]);

    let facts = verify(&turned, &Limits::default()).unwrap();
    assert_eq!((facts.width, facts.height), (8, 16));
    let pixels = decode(&turned, Channels::Rgb, None, &Limits::default()).unwrap();
    assert_eq!((pixels.width, pixels.height), (8, 16));
    assert!(
        pixels.data[0] > 200 && pixels.data[2] < 60,
        "red is at the top"
    );
    let last = &pixels.data[pixels.data.len() - 3..];
    assert!(last[2] > 200 && last[0] < 60, "blue is at the bottom");
    let raster = reencode(&turned, &Limits::default()).unwrap();
    assert_eq!((raster.width, raster.height), (8, 16));
}

#[test]
fn thumbnails_fit_and_are_never_enlarged() {
    let bytes = encoded(&picture(400, 100), Codec::Png);
    let small = thumbnail(&bytes, 128, &Limits::default()).unwrap();
    assert_eq!(
        (small.width, small.height, small.media_type),
        (128, 32, "image/png")
    );
    let same = thumbnail(&bytes, 2000, &Limits::default()).unwrap();
    assert_eq!(
        (same.width, same.height, same.media_type),
        (400, 100, "image/jpeg")
    );
    assert_eq!(
        verify(&same.bytes, &Limits::default())
            .unwrap()
            .media_type(),
        "image/jpeg"
    );
    assert!(thumbnail(&bytes, 0, &Limits::default()).is_err());
}

#[test]
fn transparency_stays_lossless() {
    let see_through = RgbaImage::from_pixel(100, 100, Rgba([1, 2, 3, 128]));
    let bytes = encoded(&DynamicImage::ImageRgba8(see_through), Codec::Png);
    assert_eq!(
        reencode(&bytes, &Limits::default()).unwrap().media_type,
        "image/png"
    );
}

#[test]
fn decoding_resizes_to_the_asked_shape() {
    let bytes = encoded(&picture(40, 30), Codec::Png);
    let rgb = decode(&bytes, Channels::Rgb, Some((8, 4)), &Limits::default()).unwrap();
    assert_eq!(rgb.data.len(), 8 * 4 * 3);
    let grey = decode(&bytes, Channels::Grey, None, &Limits::default()).unwrap();
    assert_eq!(grey.data.len(), 40 * 30);
    let plain = decode(&bytes, Channels::Rgb, None, &Limits::default()).unwrap();
    assert_eq!(plain.data, picture(40, 30).to_rgb8().into_raw());
    assert!(decode(&bytes, Channels::Rgb, Some((0, 4)), &Limits::default()).is_err());
}

/// A JPEG of a smooth picture with an EXIF orientation.
fn turned_jpeg(orientation: u8) -> Vec<u8> {
    let smooth = RgbImage::from_fn(64, 32, |x, y| {
        Rgb([(x * 4) as u8, (y * 8) as u8, ((x + y) * 2) as u8])
    });
    let jpeg = encoded(&DynamicImage::ImageRgb8(smooth), Codec::Jpeg);
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif[25] = orientation;
    let mut turned = jpeg[..2].to_vec();
    turned.extend_from_slice(&[0xFF, 0xE1]);
    turned.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    turned.extend_from_slice(&exif);
    turned.extend_from_slice(&jpeg[2..]);
    turned
}

fn part(bytes: &[u8], area: Area, size: (u32, u32)) -> Vec<u8> {
    let picture = Picture::open(bytes, &Limits::default()).unwrap();
    let mut out = vec![0; size.0 as usize * size.1 as usize * 3];
    picture
        .pixels_into(Channels::Rgb, area, size, &mut out)
        .unwrap();
    out
}

#[test]
fn a_part_of_a_turned_picture_is_that_part_of_the_upright_one() {
    for orientation in 1..=8 {
        let turned = turned_jpeg(orientation);
        let upright = decode(&turned, Channels::Rgb, None, &Limits::default()).unwrap();
        let (width, height) = (upright.width, upright.height);
        let straight = RgbImage::from_raw(width, height, upright.data).unwrap();
        let straight = encoded(&DynamicImage::ImageRgb8(straight), Codec::Png);
        let area = Area {
            x: f64::from(width) * 0.25,
            y: f64::from(height) * 0.125,
            width: f64::from(width) * 0.5,
            height: f64::from(height) * 0.75,
        };
        for size in [(7, 5), (40, 40)] {
            let (found, wanted) = (part(&turned, area, size), part(&straight, area, size));
            let most = found.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(1), "{orientation} {size:?} {most:?}");
        }
    }
}

#[test]
fn every_depth_becomes_eight_bits_a_channel() {
    let wide = image::ImageBuffer::from_fn(4, 1, |x, _| image::Rgb([x as u16 * 0x4000, 0xFFFF, 0]));
    let wide = encoded(&DynamicImage::ImageRgb16(wide), Codec::Png);
    let rgb = decode(&wide, Channels::Rgb, None, &Limits::default()).unwrap();
    assert_eq!(rgb.data[..6], [0, 255, 0, 64, 255, 0]);
    let see_through = RgbaImage::from_pixel(2, 1, Rgba([10, 20, 30, 0]));
    let see_through = encoded(&DynamicImage::ImageRgba8(see_through), Codec::Png);
    let rgb = decode(&see_through, Channels::Rgb, None, &Limits::default()).unwrap();
    assert_eq!(rgb.data, [10, 20, 30, 10, 20, 30]);
    let grey = image::GrayImage::from_pixel(16, 8, image::Luma([77]));
    let grey = encoded(&DynamicImage::ImageLuma8(grey), Codec::Jpeg);
    let rgb = decode(&grey, Channels::Rgb, None, &Limits::default()).unwrap();
    assert!(rgb.data.len() == 16 * 8 * 3 && rgb.data.iter().all(|value| value.abs_diff(77) <= 1));
    let back = decode(&grey, Channels::Grey, Some((4, 4)), &Limits::default()).unwrap();
    assert!(back.data.len() == 16 && back.data.iter().all(|value| value.abs_diff(77) <= 1));
}

#[test]
fn a_cut_jpeg_is_no_grey_picture() {
    let jpeg = turned_jpeg(1);
    for keep in [30, jpeg.len() / 2, jpeg.len() - 2] {
        let error = decode(&jpeg[..keep], Channels::Rgb, None, &Limits::default()).unwrap_err();
        assert_eq!(error.code(), "image_truncated", "{keep}");
    }
}
