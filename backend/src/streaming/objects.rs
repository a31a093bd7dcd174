//! One object of the version store, or a range of it.

use std::ops::Range;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, route};
use api_types::ErrorCode;
use blob_store::ObjectRoot;
use futures::stream;
use version_store::is_store_path;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Bytes read from the store at a time.
const PART_BYTES: u64 = 4 * 1024 * 1024;

/// An object of the workspace's version store, or the range that a `Range` header names. Other objects
/// of the workspace (uploads, models) are not there for this route.
#[utoipa::path(
    tag = "streaming",
    params(("workspace" = String, Path), ("path" = String, Path)),
    responses(
        (status = 200, description = "The object", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The range", content_type = "application/octet-stream", body = Vec<u8>)
    )
)]
#[route(
    "/api/v1/workspaces/{workspace}/store/objects/{path:.*}",
    method = "GET",
    method = "HEAD"
)]
pub async fn get_object(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let path = path.into_inner().1;
    let missing = || Problem::not_found("object");
    if !is_store_path(&path) {
        return Err(missing());
    }
    let store = state.stores.workspace(&member.slug).await?;
    // A path with dots or empty parts is no path of a store: that too is simply not there.
    let info = match store.root.head(&path).await {
        Err(blob_store::Error::InvalidPath { .. }) | Ok(None) => return Err(missing()),
        Ok(Some(info)) => info,
        Err(error) => return Err(error.into()),
    };
    let asked = request
        .headers()
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let range = asked.map_or(Ok(None), |text| parse(text, info.bytes))?;
    let status = if range.is_some() {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    let mut response = HttpResponse::build(status);
    response
        .content_type("application/octet-stream")
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, keep(&path)));
    if let Some(range) = &range {
        let text = format!("bytes {}-{}/{}", range.start, range.end - 1, info.bytes);
        response.insert_header((header::CONTENT_RANGE, text));
    }
    let range = range.unwrap_or(0..info.bytes);
    let length = range.end - range.start;
    if *request.method() == Method::HEAD {
        return Ok(response.no_chunking(length).streaming(Nothing));
    }
    body(response, store.root.clone(), path, range).await
}

/// Packs, commits and index files are named by their hash and never change; refs do.
fn keep(path: &str) -> &'static str {
    let fixed = ["packs/", "commits/", "index/"];
    if fixed.iter().any(|folder| path.starts_with(folder)) {
        "private, max-age=31536000, immutable"
    } else {
        "no-store"
    }
}

async fn body(
    mut response: HttpResponseBuilder,
    root: ObjectRoot,
    path: String,
    range: Range<u64>,
) -> Result<HttpResponse, Problem> {
    if range.end - range.start <= PART_BYTES {
        let bytes = root.get_range(&path, range).await?;
        return Ok(response.body(bytes));
    }
    let length = range.end - range.start;
    let parts = stream::try_unfold((root, path, range), |(root, path, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let end = range.end.min(range.start + PART_BYTES);
        let part = root.get_range(&path, range.start..end).await?;
        Ok::<_, blob_store::Error>(Some((part, (root, path, end..range.end))))
    });
    Ok(response.no_chunking(length).streaming(Box::pin(parts)))
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
        let detail = format!("the object has {bytes} bytes");
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

/// The body of an answer to HEAD, whose length is told and whose bytes are not sent.
struct Nothing;

impl futures::Stream for Nothing {
    type Item = Result<actix_web::web::Bytes, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(None)
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
