//! Which media types are worth compressing and cutting.

/// Media types whose bytes are compressed by whoever made them: they never shrink, and two of them
/// share no stretch of bytes. Types that end with `/` stand for all that begin so.
const COMPRESSED: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/jp2",
    "image/jxl",
    "video/",
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/webm",
    "application/gzip",
    "application/pdf",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-bzip2",
    "application/x-xz",
    "application/zip",
    "application/zstd",
];

/// Whether the bytes of a media type are compressed. What is not known is not.
pub(crate) fn is_compressed(media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    COMPRESSED.iter().any(|known| {
        let head = plain.get(..known.len());
        let is_alike = head.is_some_and(|head| head.eq_ignore_ascii_case(known));
        is_alike && (known.ends_with('/') || plain.len() == known.len())
    })
}

#[cfg(test)]
mod tests {
    use super::is_compressed;

    #[test]
    fn known_types_are_told_apart() {
        for yes in [
            "image/jpeg",
            "IMAGE/PNG",
            "video/mp4",
            "audio/ogg; codecs=opus",
        ] {
            assert!(is_compressed(yes), "{yes}");
        }
        for no in [
            "",
            "image/tiff",
            "text/plain",
            "application/octet-stream",
            "audio/wav",
            "image/jpegx",
        ] {
            assert!(!is_compressed(no), "{no}");
        }
    }
}
