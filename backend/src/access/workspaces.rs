//! Workspaces.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post, web};
use api_types::access::{NewWorkspace, Role, WorkspaceView};
use api_types::{ErrorCode, Page};
use db::entity::{member, workspace};
use db::environment::{new_id, now};
use db::{DatabaseConnection, DatabaseTransaction, is_unique_violation};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{members, text};
use crate::http::caller::role_of;
use crate::http::{Caller, Json};
use crate::problem::Problem;
use crate::state::AppState;

/// The caller's workspaces.
#[utoipa::path(tag = "access", responses((status = 200, body = Page<WorkspaceView>)))]
#[get("/api/v1/workspaces")]
pub async fn list_workspaces(
    state: Data<AppState>,
    caller: Caller,
) -> Result<web::Json<Page<WorkspaceView>>, Problem> {
    Ok(web::Json(Page::all(of(&state.db, &caller).await?)))
}

/// Makes a workspace, of which the caller is the owner.
#[utoipa::path(tag = "access", responses((status = 201, body = WorkspaceView)))]
#[post("/api/v1/workspaces")]
pub async fn create_workspace(
    state: Data<AppState>,
    caller: Caller,
    body: Json<NewWorkspace>,
) -> Result<HttpResponse, Problem> {
    if caller.token.is_some() {
        let detail = "an API token is good for its own workspace only";
        return Err(Problem::new(ErrorCode::Forbidden, detail));
    }
    let slug = text::slug(&body.value.slug)?;
    let name = text::display_name(&body.value.name, "/name")?;
    let view = db::write_transaction(&state.db, async |transaction| {
        let space = insert(transaction, &slug, &name).await?;
        let owner = db::entity::Role::Owner;
        members::insert_member(transaction, space.id, caller.user_id, owner).await?;
        Ok::<_, Problem>(WorkspaceView {
            slug: space.slug,
            name: space.name,
            role: Role::Owner,
        })
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    slug: &str,
    name: &str,
) -> Result<workspace::Model, Problem> {
    let row = workspace::Model {
        id: new_id(),
        slug: slug.to_owned(),
        name: name.to_owned(),
        created_at: now(),
    };
    let inserted = row
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    inserted.map_err(|error| {
        if is_unique_violation(&error) {
            let detail = format!("there is a workspace {slug} already");
            Problem::new(ErrorCode::WorkspaceExists, detail).at("/slug")
        } else {
            error.into()
        }
    })
}

/// Where the caller is a member, and as what.
pub(super) async fn of(
    database: &DatabaseConnection,
    caller: &Caller,
) -> Result<Vec<WorkspaceView>, Problem> {
    let rows = member::Entity::find()
        .filter(member::Column::UserId.eq(caller.user_id))
        .all(database)
        .await?;
    let rows: Vec<member::Model> = rows
        .into_iter()
        .filter(|row| {
            caller
                .token
                .is_none_or(|scope| scope.workspace_id == row.workspace_id)
        })
        .collect();
    let spaces = workspace::Entity::find()
        .filter(workspace::Column::Id.is_in(rows.iter().map(|row| row.workspace_id)))
        .order_by_asc(workspace::Column::Slug)
        .all(database)
        .await?;
    let view = |space: workspace::Model| {
        let row = rows.iter().find(|row| row.workspace_id == space.id)?;
        let role = role_of(row.role);
        Some(WorkspaceView {
            slug: space.slug,
            name: space.name,
            role: caller.token.map_or(role, |scope| role.min(scope.role)),
        })
    };
    Ok(spaces.into_iter().filter_map(view).collect())
}
