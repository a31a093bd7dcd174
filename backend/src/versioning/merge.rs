//! Merging into a branch: what it would come to, and doing it.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post, web};
use api_types::jobs::JobView;
use api_types::versioning::{MergePreview, MergePreviewRequest, MergeResult, NewMerge};
use gates::Join;

use super::branches::branch;
use super::joined::Joined;
use super::landing::Landing;
use super::preview::{Page, planned, preview};
use super::settle::settle;
use crate::datasets::{resolve, stored_hash};
use crate::http::etag::Guarded;
use crate::http::json::said;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// What merging would come to. Nothing is written.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    request_body = MergePreviewRequest,
    responses((status = 200, body = MergePreview))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/merge/preview")]
pub async fn preview_merge(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    body: Json<MergePreviewRequest>,
) -> Result<web::Json<MergePreview>, Problem> {
    let wanted = &body.value;
    let source = resolve(&state, &member, &path.1, &wanted.from).await?;
    let row = branch(&state.db, &source.dataset, &wanted.into).await?;
    let ours = stored_hash(&row.commit_hash)?;
    let theirs = source.commit;
    let settle = settle(&wanted.policies, &wanted.resolutions)?;
    let repository = source.repository.clone();
    let plan = planned(async move { repository.plan_merge(&ours, &theirs, &settle).await }).await?;
    let page = Page::of(wanted.cursor.as_deref(), wanted.limit, &plan)?;
    let shown = preview(&member, &source, (&wanted.into, page), plan).await?;
    Ok(web::Json(shown))
}

/// Merges into a branch. A merge with conflicts that nothing settles changes nothing.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The commit the branch must be at, as \"HASH\"")
    ),
    request_body = NewMerge,
    responses(
        (status = 201, body = MergeResult),
        (status = 202, description = "It takes longer: the job whose result is the MergeResult", body = JobView)
    )
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/merges")]
pub async fn create_merge(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    guarded: Guarded,
    body: Json<NewMerge>,
) -> Result<HttpResponse, Problem> {
    let wanted = &body.value;
    let source = resolve(&state, &member, &path.1, &wanted.from).await?;
    let settle = settle(&wanted.policies, &wanted.resolutions)?;
    let message = said(wanted.message.as_ref());
    let message = message.unwrap_or_else(|| format!("merge {} into {}", wanted.from, wanted.into));
    let joined = Joined {
        landing: Landing {
            state: &state,
            member: &member,
            source: &source,
            branch: &wanted.into,
        },
        join: Join::Merge(source.commit),
        settle,
        message,
    };
    joined.land(&guarded, body.hash).await
}
