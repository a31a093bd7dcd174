//! What a version holds, counted by a job.

use ::jobs::JobPayload;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::jobs::JobView;
use api_types::versioning::{
    ClassCount, ImageSizeCount, LengthBin, RefQuery, SplitCount, StatisticsView, TextLengths,
};
use ids::Hash;
use interchange::Statistics;

use crate::datasets::{reference_or_main, resolve};
use crate::http::Member;
use crate::jobs::{accepted, enqueue_once, respond};
use crate::problem::Problem;
use crate::state::AppState;

/// The statistics of a version, or the job that counts them.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), RefQuery),
    responses(
        (status = 200, body = StatisticsView),
        (status = 202, description = "They are being counted", body = JobView)
    )
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/statistics")]
pub async fn get_statistics(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<RefQuery>,
) -> Result<HttpResponse, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let store = state.stores.workspace(&member.slug).await?;
    let object = format!("derived/statistics/{}.json", source.commit);
    if let Some(bytes) = store.root.get_opt(&object).await? {
        let counted: Statistics = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
        return Ok(HttpResponse::Ok().json(view(source.commit, counted)));
    }
    let payload = JobPayload::ProfileVersion {
        dataset_id: source.dataset.id,
        commit: source.commit,
    };
    let job = db::write_transaction(&state.db, async |transaction| {
        enqueue_once(transaction, &member, payload.clone()).await
    })
    .await?;
    Ok(respond(&member, accepted(job)?))
}

fn view(commit: Hash, counted: Statistics) -> StatisticsView {
    let class = |row: interchange::ClassCount| ClassCount {
        layer: row.layer,
        class: row.class,
        count: row.count,
    };
    let split = |row: interchange::SplitCount| SplitCount {
        split: Some(row.split).filter(|split| !split.is_empty()),
        count: row.count,
    };
    let size = |row: interchange::ImageSizeCount| ImageSizeCount {
        width: row.width,
        height: row.height,
        count: row.count,
    };
    let bin = |row: interchange::LengthBin| LengthBin {
        from: row.from,
        to: row.to,
        count: row.count,
    };
    StatisticsView {
        commit,
        samples: counted.samples,
        classes: counted.classes.into_iter().map(class).collect(),
        splits: counted.splits.into_iter().map(split).collect(),
        image_sizes: counted.image_sizes.into_iter().map(size).collect(),
        text_lengths: TextLengths {
            bins: counted.text_lengths.bins.into_iter().map(bin).collect(),
        },
    }
}
