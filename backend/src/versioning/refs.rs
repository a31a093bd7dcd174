//! Branches and tags. The truth is in the database; a job copies each into the store.

use ::jobs::JobPayload;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, post, web};
use api_types::ErrorCode;
use api_types::versioning::{NewBranch, NewTag, RefView, RefsView};
use db::entity::{RefKind, ref_row};
use db::environment::now;
use db::{DatabaseTransaction, is_unique_violation};
use ids::Hash;
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::branches::branch;
use super::guard::{Moving, may_go, may_move};
use crate::datasets::{Source, dataset, repository, resolve, stored_hash};
use crate::http::etag::IfMatch;
use crate::http::{Answer, Effect, Json, Member, once_if};
use crate::jobs::enqueue;
use crate::problem::Problem;
use crate::state::AppState;

/// The branch that can't be deleted.
const MAIN: &str = "main";

/// The branches and tags.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, body = RefsView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/refs")]
pub async fn list_refs(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
) -> Result<web::Json<RefsView>, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let rows = ref_row::Entity::find()
        .filter(ref_row::Column::DatasetId.eq(dataset.id))
        .order_by_asc(ref_row::Column::Name)
        .all(&state.db)
        .await?;
    let (branches, tags): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.kind == RefKind::Branch);
    let views = |rows: Vec<ref_row::Model>| rows.iter().map(view).collect::<Result<Vec<_>, _>>();
    Ok(web::Json(RefsView {
        branches: views(branches)?,
        tags: views(tags)?,
    }))
}

/// Makes a branch.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 201, body = RefView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/branches")]
pub async fn create_branch(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    effect: Option<Effect>,
    body: Json<NewBranch>,
) -> Result<HttpResponse, Problem> {
    check_name("branch", &body.value.name)?;
    let source = resolve(&state, &member, &path.1, &body.value.from).await?;
    let moving = Moving {
        branch: body.value.name.clone(),
        old: None,
        new: Some(source.commit),
    };
    may_move(&state, &member, &source.repository, moving).await?;
    let row = fresh(&source, RefKind::Branch, &body.value.name);
    make(&state, &member, (effect.as_ref(), body.hash), row).await
}

/// Makes a tag. Tags never move.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 201, body = RefView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/tags")]
pub async fn create_tag(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    effect: Option<Effect>,
    body: Json<NewTag>,
) -> Result<HttpResponse, Problem> {
    check_name("tag", &body.value.name)?;
    let source = resolve(&state, &member, &path.1, &body.value.at).await?;
    let row = fresh(&source, RefKind::Tag, &body.value.name);
    make(&state, &member, (effect.as_ref(), body.hash), row).await
}

/// Deletes a branch. Its commits stay.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("name" = String, Path, description = "With %2F for each /")
    ),
    responses((status = 204, description = "The branch is gone"))
)]
#[delete("/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}")]
pub async fn delete_branch(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
    expected: IfMatch,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let current = branch(&state.db, &dataset, &path.2).await?;
    let repository = repository(&state, &member, &dataset.name).await?;
    let at = stored_hash(&current.commit_hash)?;
    may_go(&state, &member, &repository, (&path.2, at)).await?;
    db::write_transaction(&state.db, async |transaction| {
        let row = branch(transaction, &dataset, &path.2).await?;
        if is_fixed(&row) {
            let detail = format!("the branch {} can't be deleted", row.name);
            return Err(Problem::new(ErrorCode::RefProtected, detail));
        }
        expected.check(&stored_hash(&row.commit_hash)?)?;
        delete_row(transaction, &member, row).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes a tag. Its commit stays.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("name" = String, Path, description = "With %2F for each /")
    ),
    responses((status = 204, description = "The tag is gone"))
)]
#[delete("/api/v1/workspaces/{workspace}/datasets/{dataset}/tags/{name}")]
pub async fn delete_tag(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    db::write_transaction(&state.db, async |transaction| {
        let row = ref_row::Entity::find_by_id((dataset.id, RefKind::Tag, path.2.clone()))
            .one(transaction)
            .await?
            .ok_or_else(|| Problem::not_found("tag"))?;
        delete_row(transaction, &member, row).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whether the branch can neither be deleted nor have another name.
pub(super) fn is_fixed(row: &ref_row::Model) -> bool {
    row.protected || row.name == MAIN
}

/// Deletes a ref if it is still as it was read, here and, by a job, in the store.
pub(super) async fn delete_row(
    transaction: &DatabaseTransaction,
    member: &Member,
    row: ref_row::Model,
) -> Result<(), Problem> {
    mirror(transaction, member, &row).await?;
    let deleted = ref_row::Entity::delete_many()
        .filter(ref_row::Column::DatasetId.eq(row.dataset_id))
        .filter(ref_row::Column::Kind.eq(row.kind.to_value()))
        .filter(ref_row::Column::Name.eq(row.name))
        .filter(ref_row::Column::CommitHash.eq(row.commit_hash))
        .exec(transaction)
        .await?;
    if deleted.rows_affected == 0 {
        let detail = "the ref moved while it was being deleted";
        return Err(Problem::new(ErrorCode::RefMoved, detail));
    }
    Ok(())
}

pub(super) fn check_name(what: &'static str, name: &str) -> Result<(), Problem> {
    version_store::check_ref_name(what, name).map_err(|error| Problem::from(error).at("/name"))
}

fn fresh(source: &Source, kind: RefKind, name: &str) -> ref_row::Model {
    ref_row::Model {
        dataset_id: source.dataset.id,
        kind,
        name: name.to_owned(),
        commit_hash: source.commit.to_string(),
        protected: false,
        updated_at: now(),
    }
}

/// Makes the ref, once for each Idempotency-Key and body.
async fn make(
    state: &AppState,
    member: &Member,
    (effect, body): (Option<&Effect>, Hash),
    row: ref_row::Model,
) -> Result<HttpResponse, Problem> {
    let answer = db::write_transaction(&state.db, async |transaction| {
        let work = async |transaction: &DatabaseTransaction| {
            create(transaction, member, row.clone()).await
        };
        once_if(transaction, effect, body, work).await
    })
    .await?;
    Ok(answer.into())
}

async fn create(
    transaction: &DatabaseTransaction,
    member: &Member,
    row: ref_row::Model,
) -> Result<Answer, Problem> {
    let row = insert(transaction, member, row).await?;
    Answer::new(StatusCode::CREATED, &view(&row)?)
}

/// Makes a ref, here and, by a job, in the store.
pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    member: &Member,
    row: ref_row::Model,
) -> Result<ref_row::Model, Problem> {
    let name = row.name.clone();
    let inserted = row
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    let row = inserted.map_err(|error| {
        if is_unique_violation(&error) {
            let detail = format!("there is a ref {name} already");
            Problem::new(ErrorCode::RefExists, detail).at("/name")
        } else {
            error.into()
        }
    })?;
    mirror(transaction, member, &row).await?;
    Ok(row)
}

pub(super) async fn mirror(
    transaction: &DatabaseTransaction,
    member: &Member,
    row: &ref_row::Model,
) -> Result<(), Problem> {
    let kind = match row.kind {
        RefKind::Branch => "branch",
        RefKind::Tag => "tag",
    };
    let payload = JobPayload::MirrorRef {
        dataset_id: row.dataset_id,
        ref_kind: kind.to_owned(),
        name: row.name.clone(),
    };
    enqueue(transaction, member, payload).await.map(drop)
}

pub(super) fn view(row: &ref_row::Model) -> Result<RefView, Problem> {
    Ok(RefView {
        name: row.name.clone(),
        commit: stored_hash(&row.commit_hash)?,
        protected: row.kind == RefKind::Branch && is_fixed(row),
    })
}
