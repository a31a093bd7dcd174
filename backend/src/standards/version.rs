//! Shows a published version.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use api_types::standards::{StandardVersionSummary, StandardVersionView};
use uuid::Uuid;

use super::rows;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A published version with its content.
#[utoipa::path(
    tag = "standards",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("standard" = Uuid, Path, description = "Standard"),
        ("version" = u32, Path, description = "Its number, from 1"),
    ),
    responses((status = 200, description = "The version", body = StandardVersionView))
)]
#[get("/api/v1/workspaces/{workspace}/standards/{standard}/versions/{version}")]
pub async fn get_standard_version(
    state: Data<AppState>,
    path: Path<(String, Uuid, u32)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    let (_, standard_id, version) = path.into_inner();
    let row = rows::find_version(&state.db, member.workspace_id, standard_id, version).await?;
    let emails = rows::emails(&state.db, std::iter::once(row.published_by)).await?;
    let view = StandardVersionView {
        summary: StandardVersionSummary {
            id: row.id,
            version: row.version.unsigned_abs(),
            hash: row.hash.parse().map_err(Problem::internal)?,
            published_at: row.published_at,
            published_by: emails.get(&row.published_by).cloned().unwrap_or_default(),
        },
        standard_id,
        content: serde_json::from_value(row.content).map_err(Problem::internal)?,
    };
    Ok(HttpResponse::Ok().json(view))
}
