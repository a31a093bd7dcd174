//! JPEG straight into the caller's memory: the format that trainers read most.
use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::pixels::Channels;
use crate::raster::Limits;
use crate::structure::check_complete;
use crate::{Error, ImageFormat, Result};

/// A JPEG whose header was read and passed the limits.
pub(crate) struct Jpeg<'a> {
    decoder: JpegDecoder<ZCursor<&'a [u8]>>,
    size: (u32, u32),
    /// What its pixels decode to: as they are where they are grey, else red, green and blue.
    channels: Channels,
}

impl<'a> Jpeg<'a> {
    /// # Errors
    /// [`Error::ImageTruncated`], [`Error::ImageInvalid`], [`Error::ImageTooLarge`].
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        // The decoder would paint what is missing grey.
        check_complete(ImageFormat::Jpeg, bytes)?;
        // Checked against our own limits below.
        let options = DecoderOptions::default()
            .set_strict_mode(false)
            .set_max_width(usize::MAX)
            .set_max_height(usize::MAX);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().map_err(|error| invalid(&error))?;
        // A JPEG's sides are 16-bit numbers.
        let (width, height) = decoder.dimensions().unwrap_or_default();
        let (width, height) = (width as u32, height as u32);
        let channels = match decoder.input_colorspace() {
            Some(ColorSpace::Luma) => Channels::Grey,
            _ => Channels::Rgb,
        };
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > limits.max_side
            || pixels > limits.max_pixels
            || pixels * 3 > limits.max_decoded_bytes
        {
            return Err(Error::ImageTooLarge {
                width,
                height,
                max_side: limits.max_side,
                max_pixels: limits.max_pixels,
            });
        }
        let wanted = match channels {
            Channels::Grey => ColorSpace::Luma,
            Channels::Rgb => ColorSpace::RGB,
        };
        let options = decoder.options().jpeg_set_out_colorspace(wanted);
        decoder.set_options(options);
        Ok(Self {
            decoder,
            size: (width, height),
            channels,
        })
    }

    /// Width and height in the header, before orientation, in pixels.
    pub(crate) const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// A broken EXIF block is no reason to refuse a picture that decodes.
    pub(crate) fn orientation(&self) -> Orientation {
        let exif = self.decoder.exif();
        exif.and_then(|exif| Orientation::from_exif_chunk(exif))
            .unwrap_or(Orientation::NoTransforms)
    }

    /// Whether the pixels decode to these channels without another step.
    pub(crate) fn has(&self, channels: Channels) -> bool {
        self.channels == channels
    }

    /// All pixels, before orientation, in their own channels.
    pub(crate) fn decode_into(mut self, out: &mut [u8]) -> Result<()> {
        let bytes = self.size.0 as usize * self.size.1 as usize * self.channels.count();
        if out.len() != bytes {
            return Err(Error::Resize(format!(
                "{} bytes do not hold the picture",
                out.len()
            )));
        }
        self.decoder
            .decode_into(out)
            .map_err(|error| invalid(&error))
    }

    /// All pixels, before orientation.
    pub(crate) fn decode(self, channels: Channels, out: &mut Vec<u8>) -> Result<()> {
        let (width, height) = self.size;
        let own = self.channels;
        out.resize(width as usize * height as usize * own.count(), 0);
        self.decode_into(out)?;
        match (own, channels) {
            (Channels::Grey, Channels::Rgb) => {
                *out = out.iter().flat_map(|grey| [*grey; 3]).collect();
            }
            (Channels::Rgb, Channels::Grey) => {
                let picture = image::RgbImage::from_raw(width, height, std::mem::take(out));
                let grey = picture.map(|rgb| image::DynamicImage::from(rgb).into_luma8());
                *out = grey.map(image::GrayImage::into_raw).unwrap_or_default();
            }
            _ => {}
        }
        Ok(())
    }
}

fn invalid(error: &DecodeErrors) -> Error {
    let (format, detail) = (ImageFormat::Jpeg.name(), error.to_string());
    match error {
        DecodeErrors::ExhaustedData => Error::ImageTruncated { format, detail },
        _ => Error::ImageInvalid { format, detail },
    }
}
