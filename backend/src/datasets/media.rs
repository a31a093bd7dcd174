//! Pictures of samples. User bytes never leave as they came: what is sent was drawn by us.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use api_types::ErrorCode;
use api_types::datasets::{MediaQuery, MediaSize};
use ids::Hash;

use super::{reference_or_main, resolve};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A picture of a sample, as PNG or JPEG.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path), MediaQuery),
    responses(
        (status = 200, description = "The picture", content_type = "image/png", body = Vec<u8>),
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
    let blob = blob
        .filter(|blob| blob.media_type.starts_with("image/"))
        .ok_or_else(|| {
            Problem::new(ErrorCode::NoPicture, "this field is missing or no picture").at("field")
        })?;
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
    let read = async { Ok(version.blob(&blob.hash).await?) };
    let raster = Box::pin(state.pictures.draw(blob.hash, size, read)).await?;
    Ok(HttpResponse::Ok()
        .content_type(raster.media_type)
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(raster.bytes.clone()))
}
