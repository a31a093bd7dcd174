//! Lists the projects of a workspace.

use std::collections::HashMap;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::Page;
use api_types::labeling::ProjectSummary;
use api_types::page::PageQuery;
use db::entity::{dataset, project};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::get_project::summary;
use super::progress;
use crate::http::Member;
use crate::http::cursor::newest_first;
use crate::problem::Problem;
use crate::state::AppState;

/// The projects of the workspace, newest first.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), PageQuery),
    responses((status = 200, description = "A page", body = Page<ProjectSummary>))
)]
#[get("/api/v1/workspaces/{workspace}/projects")]
pub async fn list_projects(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    page: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let select =
        project::Entity::find().filter(project::Column::WorkspaceId.eq(member.workspace_id));
    let (rows, next_cursor) = newest_first(&state.db, select, project::Column::Id, &page).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let counts = progress::counts(&state, &ids).await?;
    let datasets: HashMap<Uuid, String> = dataset::Entity::find()
        .filter(dataset::Column::Id.is_in(rows.iter().map(|row| row.dataset_id)))
        .all(&state.db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let dataset = datasets.get(&row.dataset_id).cloned().unwrap_or_default();
        items.push(summary(
            row,
            dataset,
            counts.get(&row.id).copied().unwrap_or_default(),
        )?);
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}
