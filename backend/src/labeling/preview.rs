//! Shows which samples would become tasks.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::labeling::{PreviewProject, ProjectPreview};

use super::create_project::parse_query;
use crate::datasets;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// So many samples are shown.
const SHOWN: usize = 24;

/// How many samples of a version a query takes, and the first of them.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace")),
    request_body = PreviewProject,
    responses((status = 200, description = "The samples", body = ProjectPreview))
)]
#[post("/api/v1/workspaces/{workspace}/projects/preview")]
pub async fn preview_project(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    body: Json<PreviewProject>,
) -> Result<HttpResponse, Problem> {
    let query = parse_query(&body.value.query)?;
    let reference = body.value.reference.as_deref().unwrap_or("main");
    let source = datasets::resolve(&state, &member, &body.value.dataset, reference).await?;
    let version = source.version().await?;
    let mut preview = ProjectPreview {
        count: 0,
        samples: Vec::new(),
    };
    let mut rows = version.scan().await?;
    while let Some((sample, labels)) = rows.next().await? {
        if !query.matches(&sample, &labels) {
            continue;
        }
        preview.count += 1;
        if preview.samples.len() < SHOWN {
            preview.samples.push(datasets::sample_view(
                &member,
                &source.dataset.name,
                &source.commit,
                &sample,
                &labels,
            ));
        } else if query.takes_all() {
            // All are taken: the version knows how many there are.
            preview.count = version.sample_count();
            break;
        }
    }
    Ok(HttpResponse::Ok().json(preview))
}
