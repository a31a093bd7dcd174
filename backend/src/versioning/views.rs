//! Parquet views of a version: a job makes them.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::jobs::JobView;
use api_types::versioning::BuildViews;
use db::DatabaseTransaction;
use jobs::JobPayload;

use crate::datasets::resolve;
use crate::http::{Effect, Json, Member, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::problem::Problem;
use crate::state::AppState;

/// Makes the Parquet views of a version in its store. Those of a branch's head are made without being asked for.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    request_body = BuildViews,
    responses((status = 202, body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/views")]
pub async fn build_views(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    effect: Option<Effect>,
    body: Json<BuildViews>,
) -> Result<HttpResponse, Problem> {
    let source = resolve(&state, &member, &path.1, &body.value.reference).await?;
    let answer = db::write_transaction(&state.db, async |transaction| {
        let work = async |transaction: &DatabaseTransaction| {
            let payload = JobPayload::BuildView {
                dataset_id: source.dataset.id,
                commit: source.commit,
            };
            accepted(enqueue(transaction, &member, payload).await?)
        };
        once_if(transaction, effect.as_ref(), body.hash, work).await
    })
    .await?;
    Ok(respond(&member, answer))
}
