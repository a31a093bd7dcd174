//! Compares two versions of a standard, or one with the draft.

use ::standard::{StandardContent, difference};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::ErrorCode;
use api_types::standards::{StandardDiff, StandardDiffQuery};
use uuid::Uuid;

use super::rows;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// What changed from one version to another, or to the draft.
#[utoipa::path(
    tag = "standards",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("standard" = Uuid, Path, description = "Standard"),
        StandardDiffQuery,
    ),
    responses((status = 200, description = "The changes", body = StandardDiff))
)]
#[get("/api/v1/workspaces/{workspace}/standards/{standard}/diff")]
pub async fn diff_standard(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    query: Query<StandardDiffQuery>,
) -> Result<HttpResponse, Problem> {
    let from = side(&state, &member, path.1, (&query.from, "from")).await?;
    let to = side(&state, &member, path.1, (&query.to, "to")).await?;
    Ok(HttpResponse::Ok().json(StandardDiff {
        changes: difference(&from, &to),
    }))
}

async fn side(
    state: &AppState,
    member: &Member,
    standard_id: Uuid,
    (named, place): (&str, &str),
) -> Result<StandardContent, Problem> {
    if named == "draft" {
        let row = rows::find(&state.db, member.workspace_id, standard_id).await?;
        return rows::draft(&row);
    }
    let number = named.parse().map_err(|_| {
        let detail = "name a version by its number, or say draft";
        Problem::new(ErrorCode::InvalidParameter, detail).at(place)
    })?;
    let row = rows::find_version(&state.db, member.workspace_id, standard_id, number).await?;
    serde_json::from_value(row.content).map_err(Problem::internal)
}
