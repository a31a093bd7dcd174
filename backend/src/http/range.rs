//! The part of a body that a `Range` header asks for.

use std::ops::Range;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use api_types::ErrorCode;

use crate::problem::Problem;

/// The range of a body of so many bytes that a request asks for, if it does.
///
/// # Errors
/// [`ErrorCode::RangeNotSatisfiable`] when it lies outside.
pub(crate) fn asked_range(
    request: &HttpRequest,
    bytes: u64,
) -> Result<Option<Range<u64>>, Problem> {
    let asked = request.headers().get(header::RANGE);
    let asked = asked.and_then(|value| value.to_str().ok());
    asked.map_or(Ok(None), |text| parse(text, bytes))
}

/// The beginning of an answer with a range of a body of so many bytes, or with all of it.
pub(crate) fn ranged_response(range: Option<&Range<u64>>, bytes: u64) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    if let Some(range) = range {
        let text = format!("bytes {}-{}/{bytes}", range.start, range.end - 1);
        response
            .status(StatusCode::PARTIAL_CONTENT)
            .insert_header((header::CONTENT_RANGE, text));
    }
    response.insert_header((header::ACCEPT_RANGES, "bytes"));
    response
}

/// A single range; None for forms that may be ignored, as HTTP allows.
fn parse(text: &str, bytes: u64) -> Result<Option<Range<u64>>, Problem> {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|spec| spec.split_once('-'))
    else {
        return Ok(None);
    };
    let outside = || {
        let detail = format!("it has {bytes} bytes");
        Problem::new(ErrorCode::RangeNotSatisfiable, detail).at("range")
    };
    let range = match (
        first.trim().parse::<u64>().ok(),
        last.trim().parse::<u64>().ok(),
    ) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(bytes),
        (Some(first), None) if last.trim().is_empty() => first..bytes,
        (None, Some(suffix)) if first.trim().is_empty() => bytes.saturating_sub(suffix)..bytes,
        _ => return Ok(None),
    };
    if range.start >= range.end {
        Err(outside())
    } else {
        Ok(Some(range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let ok = |text| parse(text, 10).unwrap();
        assert_eq!(ok("bytes=0-3"), Some(0..4));
        assert_eq!(ok("bytes=4-"), Some(4..10));
        assert_eq!(ok("bytes=-3"), Some(7..10));
        assert_eq!(ok("bytes=-30"), Some(0..10));
        assert_eq!(ok("bytes=5-99"), Some(5..10));
        for ignored in [
            "bytes=0-1,4-5",
            "items=0-1",
            "bytes=3-1",
            "bytes=a-b",
            "bytes=-",
        ] {
            assert_eq!(ok(ignored), None, "{ignored}");
        }
        assert!(parse("bytes=10-", 10).is_err() && parse("bytes=-0", 10).is_err());
        assert!(parse("bytes=0-0", 0).is_err());
    }
}
