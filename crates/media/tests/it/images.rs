//! Probing, verification, thumbnails and decoding.
use std::io::Cursor;

use image::{DynamicImage, ImageFormat as Codec, Rgb, RgbImage, Rgba, RgbaImage};
use media::{Channels, Error, Limits, decode, probe, reencode, thumbnail, verify};

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
