//! Makes a standard with a draft.

use ::standard::StandardContent;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::standards::{NewStandard, StandardView};
use db::entity::standard;
use db::environment::{new_id, now};
use db::is_unique_violation;
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::rows;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Makes a standard. Its draft may still be unfinished: what is wrong with it is told, not refused.
#[utoipa::path(
    tag = "standards",
    params(("workspace" = String, Path, description = "Workspace")),
    request_body = NewStandard,
    responses((status = 201, description = "Made", body = StandardView))
)]
#[post("/api/v1/workspaces/{workspace}/standards")]
pub async fn create_standard(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    body: Json<NewStandard>,
) -> Result<HttpResponse, Problem> {
    let NewStandard { name, content } = body.value;
    let content = content.unwrap_or_else(|| StandardContent {
        title: name.clone(),
        ..Default::default()
    });
    let row = insert(&state, &member, name, &content).await?;
    Ok(HttpResponse::Created().json(rows::view(&state.db, &row).await?))
}

/// Stores a new standard with this draft.
///
/// # Errors
/// `standard_exists` when the workspace has one with this name.
pub(super) async fn insert(
    state: &AppState,
    member: &Member,
    name: String,
    draft: &StandardContent,
) -> Result<standard::Model, Problem> {
    rows::require_name(&name)?;
    let now = now();
    let row = standard::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        name,
        draft: serde_json::to_value(draft).map_err(Problem::internal)?,
        draft_revision: 1,
        created_by: member.user_id,
        created_at: now,
        updated_at: now,
    };
    let inserted = row.into_active_model().reset_all().insert(&state.db).await;
    inserted.map_err(|error| {
        if is_unique_violation(&error) {
            Problem::new(
                ErrorCode::StandardExists,
                "there is a standard with this name",
            )
            .at("name")
        } else {
            error.into()
        }
    })
}
