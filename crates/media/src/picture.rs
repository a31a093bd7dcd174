//! A picture whose header was read: how large it is, and then any part of it in any size.
use std::cell::RefCell;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;

use crate::jpeg::Jpeg;
use crate::pixels::{Area, Channels};
use crate::raster::{Limits, Opened, open};
use crate::turn::{area_before, size_before, turn};
use crate::{Error, ImageFormat, Result, sniff};

/// Memory that a thread keeps for the next picture at most, in bytes.
const KEPT_BYTES: usize = 32 << 20;

thread_local! {
    /// The decoded picture and the tools, kept from picture to picture.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

#[derive(Default)]
struct Scratch {
    decoded: Vec<u8>,
    /// The resized part before it is turned upright.
    lying: Vec<u8>,
    resizer: Resizer,
}

/// An encoded picture that passed the limits; its pixels are not decoded yet.
pub struct Picture<'a> {
    source: Source<'a>,
    orientation: Orientation,
    /// Width and height as a person sees it, in pixels.
    size: (u32, u32),
}

enum Source<'a> {
    Jpeg(Box<Jpeg<'a>>),
    Other(Opened<'a>),
}

impl<'a> Picture<'a> {
    /// Reads the header of `bytes` and checks it against `limits`.
    ///
    /// # Errors
    /// As [`crate::probe`]; [`Error::ImageTruncated`] for a JPEG that has no end.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        if sniff(bytes) == Some(ImageFormat::Jpeg) {
            let jpeg = Jpeg::open(bytes, limits)?;
            let orientation = jpeg.orientation();
            return Ok(Self {
                size: size_before(orientation, jpeg.size()),
                orientation,
                source: Source::Jpeg(Box::new(jpeg)),
            });
        }
        let opened = open(bytes, limits)?;
        Ok(Self {
            size: opened.upright(),
            orientation: opened.orientation,
            source: Source::Other(opened),
        })
    }

    /// Width and height as a person sees the picture, in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Decodes `area` upright and brings it to `size` (width, height), bilinear over all pixels that a new one
    /// covers. `out` has height * width * channels bytes.
    ///
    /// # Errors
    /// Pixels that do not decode, or an area that does not lie within the picture.
    pub fn pixels_into(
        self,
        channels: Channels,
        area: Area,
        size: (u32, u32),
        out: &mut [u8],
    ) -> Result<()> {
        SCRATCH.with_borrow_mut(|scratch| {
            let done = self.with_scratch(channels, area, (size, out), scratch);
            if scratch.decoded.capacity() > KEPT_BYTES {
                scratch.decoded = Vec::new();
            }
            if scratch.lying.capacity() > KEPT_BYTES {
                scratch.lying = Vec::new();
            }
            done
        })
    }

    fn with_scratch(
        self,
        channels: Channels,
        area: Area,
        (size, out): ((u32, u32), &mut [u8]),
        scratch: &mut Scratch,
    ) -> Result<()> {
        let orientation = self.orientation;
        let as_it_is = self.size == size && area == Area::whole(size);
        let stored = size_before(orientation, self.size);
        let lying_area = area_before(orientation, area, stored);
        let lying_size = size_before(orientation, size);
        let Scratch {
            decoded,
            lying,
            resizer,
        } = scratch;
        let upright = orientation == Orientation::NoTransforms;
        match self.source {
            // Straight to where it is wanted.
            Source::Jpeg(jpeg) if as_it_is && upright && jpeg.has(channels) => {
                return jpeg.decode_into(out);
            }
            Source::Jpeg(jpeg) => jpeg.decode(channels, decoded)?,
            Source::Other(opened) => {
                let picture = opened.decode_lying()?;
                *decoded = match channels {
                    Channels::Grey => picture.into_luma8().into_raw(),
                    Channels::Rgb => picture.into_rgb8().into_raw(),
                };
            }
        }
        if as_it_is {
            turn(orientation, channels, (decoded, stored), out);
            return Ok(());
        }
        if upright {
            return resize(
                resizer,
                channels,
                (decoded, stored),
                lying_area,
                (out, size),
            );
        }
        lying.resize(out.len(), 0);
        resize(
            resizer,
            channels,
            (decoded, stored),
            lying_area,
            (lying, lying_size),
        )?;
        turn(orientation, channels, (lying, lying_size), out);
        Ok(())
    }
}

fn resize(
    resizer: &mut Resizer,
    channels: Channels,
    (from, from_size): (&[u8], (u32, u32)),
    area: Area,
    (to, to_size): (&mut [u8], (u32, u32)),
) -> Result<()> {
    let kind = match channels {
        Channels::Grey => PixelType::U8,
        Channels::Rgb => PixelType::U8x3,
    };
    let failed = |error: String| Error::Resize(error);
    let from = ImageRef::new(from_size.0, from_size.1, from, kind)
        .map_err(|error| failed(error.to_string()))?;
    let mut to = Image::from_slice_u8(to_size.0, to_size.1, to, kind)
        .map_err(|error| failed(error.to_string()))?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(area.x, area.y, area.width, area.height);
    resizer
        .resize(&from, &mut to, &options)
        .map_err(|error| failed(error.to_string()))
}
