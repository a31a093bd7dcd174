//! One sample, with where its labels come from.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::datasets::{LabelProvenance, SampleDetail, SampleQuery};

use super::{reference_or_main, resolve, sample_view};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A sample of a version, with the origin of each of its labels.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path), SampleQuery),
    responses((status = 200, body = SampleDetail))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/sample")]
pub async fn get_sample(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<SampleQuery>,
) -> Result<web::Json<SampleDetail>, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let version = source.version().await?;
    let sample = version.sample(&query.key).await?;
    let sample = sample.ok_or_else(|| Problem::not_found("sample").at("key"))?;
    let labels = version.labels(&query.key).await?;
    let provenance = version.provenance(&query.key).await?;
    let provenance = provenance
        .into_iter()
        .map(|(key, provenance)| LabelProvenance {
            layer: key.layer,
            item_id: key.item,
            provenance,
        })
        .collect();
    Ok(web::Json(SampleDetail {
        sample: sample_view(
            &member,
            &source.dataset.name,
            &source.commit,
            &sample,
            &labels,
        ),
        commit: source.commit,
        provenance,
    }))
}
