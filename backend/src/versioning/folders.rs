//! Giving a folder of samples another name.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::versioning::{MergeResult, MoveFolder};
use version_store::Changes;

use super::edit::Edit;
use super::landing::Landing;
use crate::datasets::resolve;
use crate::http::etag::Guarded;
use crate::http::json::said;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Commits to a branch that the samples of a folder are in another one.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The commit the branch must be at, as \"HASH\"")
    ),
    request_body = MoveFolder,
    responses((status = 201, body = MergeResult))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/folder-moves")]
pub async fn move_folder(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    guarded: Guarded,
    body: Json<MoveFolder>,
) -> Result<HttpResponse, Problem> {
    let wanted = &body.value;
    moved(wanted)?;
    let source = resolve(&state, &member, &path.1, &wanted.branch).await?;
    let message = said(wanted.message.as_ref());
    let message = message.unwrap_or_else(|| format!("move {} to {}", wanted.from, wanted.to));
    let edit = Edit {
        landing: Landing {
            state: &state,
            member: &member,
            source: &source,
            branch: &wanted.branch,
        },
        message,
    };
    edit.land(&guarded, body.hash, || moved(wanted)).await
}

fn moved(wanted: &MoveFolder) -> Result<Changes, Problem> {
    let mut changes = Changes::new();
    changes.move_folder(&wanted.from, &wanted.to)?;
    Ok(changes)
}
