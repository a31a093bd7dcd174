//! The built front end, from inside the binary.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use ids::Hash;
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../frontend/dist"]
#[allow_missing = true]
struct Built;

const NOT_BUILT: &str = "<!doctype html><title>Strata</title><p>This build has no front end. \
    The API is at <a href=\"/api/openapi.json\">/api/openapi.json</a>.";

/// Answers what no route does: a file of the front end, or its start page for addresses of its own.
///
/// # Errors
/// `not_found` below `/api`, and for what is not read with GET or HEAD.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    let reads = matches!(request.method().as_str(), "GET" | "HEAD");
    if !reads || path == "api" || path.starts_with("api/") {
        return Err(Problem::not_found("address"));
    }
    if let Some(file) = Built::get(path).filter(|_| !path.is_empty()) {
        return Ok(answer(&request, &file, path.starts_with("assets/")));
    }
    // A missing picture or script is missing; an address without an extension is a page.
    if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
    {
        return Err(Problem::not_found("file"));
    }
    Ok(match Built::get("index.html") {
        Some(page) => answer(&request, &page, false),
        None => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(NOT_BUILT),
    })
}

fn answer(request: &HttpRequest, file: &rust_embed::EmbeddedFile, immutable: bool) -> HttpResponse {
    let tag = format!(
        "\"{}\"",
        Hash::from_bytes(file.metadata.sha256_hash()).short()
    );
    // Built assets have their hash in their name.
    let keep = if immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, keep))
            .finish();
    }
    HttpResponse::Ok()
        .content_type(file.metadata.mimetype())
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, keep))
        .body(file.data.clone().into_owned())
}
