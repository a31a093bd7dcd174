//! Pictures, texts and recordings of samples. Pictures never leave as they came: what is sent was drawn by us. Texts and
//! recordings leave as types that no browser runs.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use api_types::ErrorCode;
use api_types::datasets::{MediaQuery, MediaSize};
use dataset::BlobField;
use futures::stream;
use ids::Hash;

use super::{reference_or_main, resolve};
use crate::http::{Member, asked_range, ranged_response};
use crate::problem::Problem;
use crate::state::AppState;

/// Bytes that are read at a time.
const PART_BYTES: u64 = 16 * 1024 * 1024;

/// A field of a sample: a picture as PNG or JPEG, a text as plain text, a recording as it is, whole or a range of it.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path), MediaQuery),
    responses(
        (status = 200, description = "The picture, text or recording", content_type = "image/png", body = Vec<u8>),
        (status = 206, description = "A range of a text or recording", content_type = "audio/wav", body = Vec<u8>),
        (status = 304, description = "It is the one you have")
    )
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/media")]
pub async fn get_media(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<MediaQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let version = source.version().await?;
    let sample = version.sample(&query.key).await?;
    let sample = sample.ok_or_else(|| Problem::not_found("sample").at("key"))?;
    let field = query.field.as_deref().unwrap_or("image");
    let blob = sample.fields.get(field).and_then(|field| field.blob());
    let blob = blob.ok_or_else(no_picture)?;
    let size = query.size.unwrap_or_default();
    let tag = format!(
        "\"{}-{}\"",
        blob.hash.short(),
        if size == MediaSize::Thumb { "t" } else { "f" }
    );
    // What a commit hash names never changes.
    let fixed = reference.parse::<Hash>().is_ok();
    let keep = if fixed {
        "private, max-age=31536000, immutable"
    } else {
        "private, no-cache"
    };
    let known = request.headers().get(header::IF_NONE_MATCH);
    if known.is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, keep))
            .finish());
    }
    if !blob.media_type.starts_with("image/") {
        let media_type = sent_as(&blob.media_type).ok_or_else(no_picture)?;
        let mut response = as_it_is(&request, &version, blob, media_type)?;
        let headers = response.headers_mut();
        headers.insert(
            header::ETAG,
            header::HeaderValue::from_str(&tag).map_err(Problem::internal)?,
        );
        headers.insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static(keep),
        );
        return Ok(response);
    }
    let read = async { Ok(version.blob(&blob.hash).await?) };
    let raster = Box::pin(state.pictures.draw(blob.hash, size, read)).await?;
    Ok(HttpResponse::Ok()
        .content_type(raster.media_type)
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(raster.bytes.clone()))
}

fn no_picture() -> Problem {
    let detail = "this field is missing, or neither a picture, a text nor a recording";
    Problem::new(ErrorCode::NoPicture, detail).at("field")
}

/// The type that a text or a recording is sent as: never one that a browser would run.
fn sent_as(media_type: &str) -> Option<&'static str> {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    Some(match plain {
        "audio/wav" | "audio/x-wav" | "audio/wave" => "audio/wav",
        "audio/mpeg" => "audio/mpeg",
        "audio/flac" => "audio/flac",
        "audio/ogg" => "audio/ogg",
        "audio/mp4" => "audio/mp4",
        "application/json" | "application/x-ndjson" => "text/plain; charset=utf-8",
        text if text.starts_with("text/") => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// The bytes of a blob, or the range that is asked for, read part by part.
fn as_it_is(
    request: &HttpRequest,
    version: &version_store::Version,
    blob: &BlobField,
    media_type: &'static str,
) -> Result<HttpResponse, Problem> {
    let range = asked_range(request, blob.bytes)?;
    let mut response = ranged_response(range.as_ref(), blob.bytes);
    let range = range.unwrap_or(0..blob.bytes);
    let length = range.end - range.start;
    let store = version.store().clone();
    let parts = stream::try_unfold(
        (store, blob.hash, range),
        |(store, hash, range)| async move {
            if range.is_empty() {
                return Ok(None);
            }
            let end = range.end.min(range.start + PART_BYTES);
            let part = store.blob_range(&hash, range.start..end).await?;
            Ok::<_, version_store::Error>(Some((part, (store, hash, end..range.end))))
        },
    );
    Ok(response
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .no_chunking(length)
        .streaming(Box::pin(parts)))
}
