//! Importing what was uploaded: a job.

use ::jobs::{Import, JobPayload};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::datasets::{ImportFormat, NewImport};
use api_types::jobs::JobView;
use db::DatabaseTransaction;
use db::entity::{UploadState, upload_file};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set,
};

use super::{dataset, uploads};
use crate::http::{Answer, Effect, Json, Member, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::problem::Problem;
use crate::state::AppState;
use crate::versioning::require_branch_name;

/// Characters of the name of what is imported, at most.
const MAX_SOURCE_CHARS: usize = 300;

/// Imports an upload: closes it and makes the job that reads it.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 202, body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/imports")]
pub async fn begin_import(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    effect: Option<Effect>,
    body: Json<NewImport>,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let asked = body.value;
    let import = Import {
        dataset_id: dataset.id,
        upload_id: asked.upload_id,
        format: match asked.format {
            ImportFormat::Folder => ::jobs::ImportFormat::Folder,
            ImportFormat::Jsonl => ::jobs::ImportFormat::Jsonl,
            ImportFormat::Csv => ::jobs::ImportFormat::Csv,
            ImportFormat::Files => ::jobs::ImportFormat::Files,
            ImportFormat::Parquet => ::jobs::ImportFormat::Parquet,
            ImportFormat::Checkout => ::jobs::ImportFormat::Checkout,
        },
        branch: asked.branch.unwrap_or_else(|| "main".to_owned()),
        label_from_folder: asked.label_from_folder.unwrap_or(true),
        message: asked.message.unwrap_or_else(|| "Import".to_owned()),
        author: member.email.clone(),
        source: asked.source,
    };
    require_branch_name(&import.branch)?;
    require_source_name(import.source.as_deref())?;
    let answer = db::write_transaction(&state.db, async |transaction| {
        once_if(
            transaction,
            effect.as_ref(),
            body.hash,
            async |transaction| begin(transaction, &member, import.clone()).await,
        )
        .await
    })
    .await?;
    Ok(respond(&member, answer))
}

/// It is shown as a name: on one line, and not too long for one.
fn require_source_name(name: Option<&str>) -> Result<(), Problem> {
    let Some(name) = name else { return Ok(()) };
    let length = name.chars().count();
    if length == 0 || length > MAX_SOURCE_CHARS || name.chars().any(char::is_control) {
        let detail =
            format!("a source has 1 to {MAX_SOURCE_CHARS} characters, none of them for control");
        return Err(Problem::new(ErrorCode::InvalidName, detail).at("/source"));
    }
    Ok(())
}

async fn begin(
    transaction: &DatabaseTransaction,
    member: &Member,
    import: Import,
) -> Result<Answer, Problem> {
    let upload = uploads::locked(transaction, member, import.dataset_id, import.upload_id).await?;
    if upload.state != UploadState::Open {
        let detail = "the upload was imported already";
        return Err(Problem::new(ErrorCode::UploadClosed, detail).at("/upload_id"));
    }
    let files = upload_file::Entity::find()
        .filter(upload_file::Column::UploadId.eq(upload.id))
        .count(transaction)
        .await?;
    if files == 0 {
        let detail = "the upload has no files";
        return Err(Problem::new(ErrorCode::UploadEmpty, detail).at("/upload_id"));
    }
    let mut upload = upload.into_active_model();
    upload.state = Set(UploadState::Importing);
    upload.update(transaction).await?;
    accepted(enqueue(transaction, member, JobPayload::Import(import)).await?)
}
