//! Undoing a commit on a branch: what it would come to, and doing it.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post, web};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use api_types::versioning::{MergePreview, MergeResult, NewRevert, RevertPreviewRequest};
use gates::Join;

use super::branches::branch;
use super::joined::Joined;
use super::landing::Landing;
use super::preview::{Page, planned, preview};
use super::settle::settle;
use crate::datasets::{Source, resolve, stored_hash};
use crate::http::etag::Guarded;
use crate::http::json::said;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// What undoing a commit would come to. Nothing is written.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    request_body = RevertPreviewRequest,
    responses((status = 200, body = MergePreview))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/revert/preview")]
pub async fn preview_revert(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    body: Json<RevertPreviewRequest>,
) -> Result<web::Json<MergePreview>, Problem> {
    let wanted = &body.value;
    let source = resolve(&state, &member, &path.1, &wanted.commit).await?;
    undone_message(&source).await?;
    let row = branch(&state.db, &source.dataset, &wanted.branch).await?;
    let onto = stored_hash(&row.commit_hash)?;
    let commit = source.commit;
    let settle = settle(&wanted.policies, &wanted.resolutions)?;
    let repository = source.repository.clone();
    let plan =
        planned(async move { repository.plan_revert(&commit, &onto, &settle).await }).await?;
    let page = Page::of(wanted.cursor.as_deref(), wanted.limit, &plan)?;
    let shown = preview(&member, &source, (&wanted.branch, page), plan).await?;
    Ok(web::Json(shown))
}

/// Undoes on a branch what a commit changed against its first parent. With conflicts that nothing
/// settles it changes nothing.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The commit the branch must be at, as \"HASH\"")
    ),
    request_body = NewRevert,
    responses(
        (status = 201, body = MergeResult),
        (status = 202, description = "It takes longer: the job whose result is the MergeResult", body = JobView)
    )
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/reverts")]
pub async fn create_revert(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    guarded: Guarded,
    body: Json<NewRevert>,
) -> Result<HttpResponse, Problem> {
    let wanted = &body.value;
    let source = resolve(&state, &member, &path.1, &wanted.commit).await?;
    let undone = undone_message(&source).await?;
    let settle = settle(&wanted.policies, &wanted.resolutions)?;
    let message = said(wanted.message.as_ref()).unwrap_or_else(|| {
        let first = undone.lines().next().unwrap_or_default();
        format!(
            "revert \"{first}\"\n\nThis undoes commit {}.",
            source.commit
        )
    });
    let joined = Joined {
        landing: Landing {
            state: &state,
            member: &member,
            source: &source,
            branch: &wanted.branch,
        },
        join: Join::Revert(source.commit),
        settle,
        message,
    };
    joined.land(&guarded, body.hash).await
}

/// What the commit to be undone says of itself. A first commit can't be undone.
async fn undone_message(source: &Source) -> Result<String, Problem> {
    let commit = source.repository.store().commit(&source.commit).await?;
    if commit.parents.is_empty() {
        let detail = format!("{} is a first commit", source.commit.short());
        return Err(Problem::new(ErrorCode::RevertFirstCommit, detail).at("/commit"));
    }
    Ok(commit.message)
}
