//! Shows a standard with its draft.

use actix_web::http::header::{ETAG, EntityTag, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use api_types::standards::StandardView;
use uuid::Uuid;

use super::rows;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A standard with its draft and its published versions. The ETag is the draft's revision.
#[utoipa::path(
    tag = "standards",
    params(("workspace" = String, Path, description = "Workspace"), ("standard" = Uuid, Path, description = "Standard")),
    responses((status = 200, description = "The standard", body = StandardView))
)]
#[get("/api/v1/workspaces/{workspace}/standards/{standard}")]
pub async fn get_standard(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    let row = rows::find(&state.db, member.workspace_id, path.1).await?;
    let view = rows::view(&state.db, &row).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag(view.summary.draft_revision)?))
        .json(view))
}

/// The revision as an ETag.
pub(super) fn etag(revision: u32) -> Result<HeaderValue, Problem> {
    let tag = EntityTag::new_strong(revision.to_string());
    HeaderValue::from_str(&tag.to_string()).map_err(Problem::internal)
}
