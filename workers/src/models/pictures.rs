//! Reading and decoding the pictures of some tasks into what a model takes.

use dataset::Field;
use inference::Manifest;
use media::{Channels, Limits, Pixels};
use version_store::Version;

use crate::failure::Result;

/// Blobs read at a time.
const READ_AT_ONCE: usize = 16;
/// What is decoded at most: smaller than what import takes, since many are decoded at a time.
const LIMITS: Limits = Limits {
    max_side: 20_000,
    max_pixels: 100_000_000,
    max_decoded_bytes: 512 << 20,
};

/// A picture, or why there is none.
pub(crate) type Read = std::result::Result<Pixels, String>;

/// Reads field `field` of each sample and decodes it to the size the manifest asks for. What cannot
/// be decoded is told, in its place; what cannot be read fails the whole.
pub(crate) async fn read(
    version: &Version,
    field: &str,
    keys: &[String],
    manifest: &Manifest,
) -> Result<Vec<Read>> {
    let size = (manifest.input.width, manifest.input.height);
    let channels = if manifest.input.channels == 1 {
        Channels::Grey
    } else {
        Channels::Rgb
    };
    let mut bytes = Vec::with_capacity(keys.len());
    for some in keys.chunks(READ_AT_ONCE) {
        let mut reads = Vec::with_capacity(some.len());
        for key in some {
            reads.push(read_one(version, field, key));
        }
        bytes.extend(futures::future::try_join_all(reads).await?);
    }
    let decoded = tokio::task::spawn_blocking(move || {
        bytes
            .into_iter()
            .map(|bytes| {
                media::decode(&bytes?, channels, Some(size), &LIMITS).map_err(|e| e.to_string())
            })
            .collect()
    });
    Ok(decoded.await?)
}

async fn read_one(
    version: &Version,
    field: &str,
    key: &str,
) -> Result<std::result::Result<bytes::Bytes, String>> {
    let Some(sample) = version.sample(key).await? else {
        return Ok(Err("the sample is not in the version".to_owned()));
    };
    match sample.fields.get(field) {
        Some(Field::Blob(blob)) if blob.media_type.starts_with("image/") => {
            Ok(Ok(version.blob(&blob.hash).await?))
        }
        _ => Ok(Err(format!("its field {field:?} holds no picture"))),
    }
}
