//! One branch: where it is, moving it, giving it another name.

use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post, put};
use api_types::ErrorCode;
use api_types::versioning::{MoveBranch, RefView, RenameBranch};
use db::DatabaseTransaction;
use db::entity::{RefKind, dataset as dataset_row, ref_row};
use db::environment::now;
use db::refs::{Branch, swap};
use ids::Hash;
use jobs::JobPayload;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::guard::{Moving, may_go, may_move};
use super::refs::{check_name, delete_row, insert, is_fixed, view};
use crate::datasets::{dataset, repository, resolve, stored_hash};
use crate::http::etag::{Guarded, etag, moved};
use crate::http::{Answer, Effect, Json, Member, once_if};
use crate::jobs::enqueue;
use crate::problem::Problem;
use crate::state::AppState;

/// A branch. The ETag is the commit it is at.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("name" = String, Path, description = "With %2F for each /")
    ),
    responses((status = 200, body = RefView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}")]
pub async fn get_branch(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let row = branch(&state.db, &dataset, &path.2).await?;
    let view = view(&row)?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag(&view.commit)))
        .json(view))
}

/// Moves a branch to another commit, wherever that is: what only the branch led to is left behind.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("name" = String, Path, description = "With %2F for each /"),
        ("If-Match" = String, Header, description = "The commit the branch is at, as \"HASH\"")
    ),
    request_body = MoveBranch,
    responses((status = 200, body = RefView))
)]
#[put("/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}")]
pub async fn move_branch(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
    guarded: Guarded,
    body: Json<MoveBranch>,
) -> Result<HttpResponse, Problem> {
    let from = guarded.expected.required()?;
    let target = resolve(&state, &member, &path.1, &body.value.to).await?;
    let dataset = &target.dataset;
    let to = target.commit;
    let current = branch(&state.db, dataset, &path.2).await?;
    if stored_hash(&current.commit_hash)? == from {
        let moving = Moving {
            branch: path.2.clone(),
            old: Some(from),
            new: Some(to),
        };
        may_move(&state, &member, &target.repository, moving).await?;
    }
    let answer = db::write_transaction(&state.db, async |transaction| {
        let work = async |transaction: &DatabaseTransaction| {
            let step = Step {
                branch: &path.2,
                from,
                to,
            };
            if !advance(transaction, &member, dataset, step).await? {
                let row = branch(transaction, dataset, &path.2).await?;
                return Err(moved(&stored_hash(&row.commit_hash)?));
            }
            let row = branch(transaction, dataset, &path.2).await?;
            Answer::new(StatusCode::OK, &view(&row)?)
        };
        once_if(transaction, guarded.effect.as_ref(), body.hash, work).await
    })
    .await?;
    let mut response = HttpResponse::from(answer);
    if let Ok(tag) = etag(&to).parse() {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

/// Gives a branch another name.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("name" = String, Path, description = "With %2F for each /")
    ),
    request_body = RenameBranch,
    responses((status = 200, body = RefView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}/rename")]
pub async fn rename_branch(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
    effect: Option<Effect>,
    body: Json<RenameBranch>,
) -> Result<HttpResponse, Problem> {
    check_name("branch", &body.value.name)?;
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let repository = repository(&state, &member, &dataset.name).await?;
    let current = branch(&state.db, &dataset, &path.2).await?;
    let at = stored_hash(&current.commit_hash)?;
    may_go(&state, &member, &repository, (&path.2, at)).await?;
    let moving = Moving {
        branch: body.value.name.clone(),
        old: None,
        new: Some(at),
    };
    may_move(&state, &member, &repository, moving).await?;
    let answer = db::write_transaction(&state.db, async |transaction| {
        let work = async |transaction: &DatabaseTransaction| {
            let old = branch(transaction, &dataset, &path.2).await?;
            if old.commit_hash != current.commit_hash {
                let detail = "the branch moved in the meantime";
                return Err(Problem::new(ErrorCode::RefMoved, detail));
            }
            if is_fixed(&old) {
                let detail = format!("the branch {} can't have another name", old.name);
                return Err(Problem::new(ErrorCode::RefProtected, detail));
            }
            let renamed = ref_row::Model {
                name: body.value.name.clone(),
                updated_at: now(),
                ..old.clone()
            };
            delete_row(transaction, &member, old).await?;
            let row = insert(transaction, &member, renamed).await?;
            Answer::new(StatusCode::OK, &view(&row)?)
        };
        once_if(transaction, effect.as_ref(), body.hash, work).await
    })
    .await?;
    Ok(answer.into())
}

/// The row of a branch.
pub(super) async fn branch<C: ConnectionTrait>(
    connection: &C,
    dataset: &dataset_row::Model,
    name: &str,
) -> Result<ref_row::Model, Problem> {
    ref_row::Entity::find_by_id((dataset.id, RefKind::Branch, name.to_owned()))
        .one(connection)
        .await?
        .ok_or_else(|| Problem::not_found("branch"))
}

/// Where a branch is to go, and where it must be for that.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) branch: &'a str,
    pub(super) from: Hash,
    pub(super) to: Hash,
}

/// Moves a branch and enqueues what follows from it. False, and nothing changed, when it is elsewhere.
pub(super) async fn advance(
    transaction: &DatabaseTransaction,
    member: &Member,
    dataset: &dataset_row::Model,
    step: Step<'_>,
) -> Result<bool, Problem> {
    let branch = Branch {
        dataset_id: dataset.id,
        name: step.branch,
    };
    let (from, to) = (step.from.to_string(), step.to.to_string());
    if !swap(transaction, branch, (&from, &to), now()).await? {
        return Ok(false);
    }
    for payload in JobPayload::after_move(dataset.id, step.branch, step.to) {
        enqueue(transaction, member, payload).await?;
    }
    Ok(true)
}
