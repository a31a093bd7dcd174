//! Drafts a standard from what a dataset holds.

use ::dataset::DatasetProfile;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::standards::{GenerateStandard, StandardView};

use super::{create, rows};
use crate::datasets;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Drafts a standard: media types, classes and class balance come from the samples and labels of a
/// version. The user edits and publishes it.
#[utoipa::path(
    tag = "standards",
    params(("workspace" = String, Path, description = "Workspace")),
    request_body = GenerateStandard,
    responses((status = 201, description = "Drafted", body = StandardView))
)]
#[post("/api/v1/workspaces/{workspace}/standards/generate")]
pub async fn generate_standard(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    body: Json<GenerateStandard>,
) -> Result<HttpResponse, Problem> {
    let GenerateStandard {
        dataset,
        reference,
        name,
    } = body.value;
    rows::require_name(&name)?;
    let reference = reference.as_deref().unwrap_or("main");
    let source = datasets::resolve(&state, &member, &dataset, reference).await?;
    let version = source.version().await?;
    let mut profile = DatasetProfile::default();
    let mut samples = version.scan().await?;
    while let Some((sample, labels)) = samples.next().await? {
        profile.add(&sample, &labels);
    }
    let draft = ::standard::generate(&name, &profile);
    let row = create::insert(&state, &member, name, &draft).await?;
    Ok(HttpResponse::Created().json(rows::view(&state.db, &row).await?))
}
