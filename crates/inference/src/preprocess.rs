//! From pixels to the input tensor.
use crate::{Error, InputSpec, Layout, Result};

/// A decoded picture: rows from the top, channels interleaved, 8 bits each.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Width in pixels; the manifest's.
    pub width: u32,
    /// Height in pixels; the manifest's.
    pub height: u32,
    /// Numbers per pixel; the manifest's.
    pub channels: u32,
    /// `height * width * channels` bytes.
    pub data: &'a [u8],
}

/// The float32 input of `batch`, in the layout that `input` names.
pub fn tensor(input: &InputSpec, batch: &[Picture<'_>]) -> Result<Vec<f32>> {
    let channels = input.channels as usize;
    let plane = input.width as usize * input.height as usize;
    let mut values = vec![0f32; batch.len() * plane * channels];
    for (picture, out) in batch.iter().zip(values.chunks_exact_mut(plane * channels)) {
        check(input, picture)?;
        for (at, byte) in picture.data.iter().enumerate() {
            let (pixel, channel) = (at / channels, at % channels);
            let mean = input.mean.get(channel).copied().unwrap_or(0.0);
            let deviation = input.std.get(channel).copied().unwrap_or(1.0);
            let place = match input.layout {
                Layout::Nchw => channel * plane + pixel,
                Layout::Nhwc => at,
            };
            out[place] = (f32::from(*byte) * input.scale - mean) / deviation;
        }
    }
    Ok(values)
}

/// The shape of a batch of `count`, in the layout that `input` names.
pub fn shape(input: &InputSpec, count: usize) -> [i64; 4] {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let (width, height, channels) = (
        i64::from(input.width),
        i64::from(input.height),
        i64::from(input.channels),
    );
    match input.layout {
        Layout::Nchw => [count, channels, height, width],
        Layout::Nhwc => [count, height, width, channels],
    }
}

fn check(input: &InputSpec, picture: &Picture<'_>) -> Result<()> {
    let length = input.width as usize * input.height as usize * input.channels as usize;
    if (picture.width, picture.height, picture.channels)
        == (input.width, input.height, input.channels)
        && picture.data.len() == length
    {
        return Ok(());
    }
    Err(Error::Picture {
        got: format!(
            "{} x {} x {} in {} bytes",
            picture.width,
            picture.height,
            picture.channels,
            picture.data.len()
        ),
        wanted: format!("{} x {} x {}", input.width, input.height, input.channels),
    })
}
