//! One object of the version store, or a range of it.

use std::ops::Range;

use actix_web::http::{Method, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, route};
use blob_store::ObjectRoot;
use futures::stream;
use version_store::is_store_path;

use crate::http::{Member, asked_range, ranged_response};
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
    let range = asked_range(&request, info.bytes)?;
    let mut response = ranged_response(range.as_ref(), info.bytes);
    response
        .content_type("application/octet-stream")
        .insert_header((header::CACHE_CONTROL, keep(&path)));
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
