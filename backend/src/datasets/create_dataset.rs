//! Making, listing and finding datasets.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post, web};
use api_types::datasets::{DatasetView, NewDataset};
use api_types::{ErrorCode, Page};
use db::entity::dataset as row;
use db::environment::{new_id, now};
use db::is_unique_violation;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{dataset, dataset_view};
use crate::http::{Answer, Effect, Json, Member, once_if};
use crate::problem::Problem;
use crate::state::AppState;

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 10_000;

/// The workspace's datasets.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path)),
    responses((status = 200, body = Page<DatasetView>))
)]
#[get("/api/v1/workspaces/{workspace}/datasets")]
pub async fn list_datasets(
    state: Data<AppState>,
    member: Member,
) -> Result<web::Json<Page<DatasetView>>, Problem> {
    let rows = row::Entity::find()
        .filter(row::Column::WorkspaceId.eq(member.workspace_id))
        .order_by_asc(row::Column::Name)
        .all(&state.db)
        .await?;
    let views = rows
        .into_iter()
        .map(|row| dataset_view(&state, &member, row));
    let views = futures::future::try_join_all(views).await?;
    Ok(web::Json(Page::all(views)))
}

/// Makes a dataset, without a version.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path)),
    responses((status = 201, body = DatasetView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets")]
pub async fn create_dataset(
    state: Data<AppState>,
    member: Member,
    effect: Option<Effect>,
    body: Json<NewDataset>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value;
    version_store::check_dataset_name(&asked.name)
        .map_err(|error| Problem::from(error).at("/name"))?;
    if asked.description.chars().count() > MAX_DESCRIPTION {
        let detail = format!("a description has at most {MAX_DESCRIPTION} characters");
        return Err(Problem::new(ErrorCode::InvalidBody, detail).at("/description"));
    }
    let fresh = row::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        name: asked.name,
        description: asked.description,
        created_at: now(),
        created_by: member.user_id,
    };
    let answer = db::write_transaction(&state.db, async |transaction| {
        once_if(
            transaction,
            effect.as_ref(),
            body.hash,
            async |transaction| {
                let inserted = fresh
                    .clone()
                    .into_active_model()
                    .reset_all()
                    .insert(transaction)
                    .await;
                let made = inserted.map_err(|error| {
                    if is_unique_violation(&error) {
                        let detail = format!("there is a dataset {} already", fresh.name);
                        Problem::new(ErrorCode::DatasetExists, detail).at("/name")
                    } else {
                        error.into()
                    }
                })?;
                let view = DatasetView {
                    id: made.id,
                    name: made.name,
                    description: made.description,
                    created_at: made.created_at,
                    head: None,
                };
                Answer::new(StatusCode::CREATED, &view)
            },
        )
        .await
    })
    .await?;
    Ok(answer.into())
}

/// A dataset.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, body = DatasetView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}")]
pub async fn get_dataset(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
) -> Result<web::Json<DatasetView>, Problem> {
    let row = dataset(&state.db, &member, &path.1).await?;
    Ok(web::Json(dataset_view(&state, &member, row).await?))
}
