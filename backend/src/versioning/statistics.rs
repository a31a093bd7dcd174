//! What a version holds, counted by a job.

use ::jobs::JobPayload;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::jobs::JobView;
use api_types::versioning::{
    ClassCount, ImageSizeCount, LengthBin, RefQuery, SplitCount, StatisticsView, TextLengths,
};
use db::environment::{new_id, now};
use ids::Hash;
use interchange::Statistics;
use job_queue::{Job, NewJob};

use crate::datasets::{Source, reference_or_main, resolve};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// The newest jobs among which one that counts the version is looked for.
const LOOKED_AT: u64 = 200;

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
    let job = counting(&state, &member, &source).await?;
    Ok(HttpResponse::Accepted().json(crate::jobs::view(job)))
}

/// The job that counts the version: the one under way, or a new one.
async fn counting(state: &AppState, member: &Member, source: &Source) -> Result<Job, Problem> {
    let payload = JobPayload::ProfileVersion {
        dataset_id: source.dataset.id,
        commit: source.commit,
    };
    let wanted = serde_json::to_value(&payload).map_err(Problem::internal)?;
    db::write_transaction(&state.db, async |transaction| {
        let newest = job_queue::list(transaction, member.workspace_id, None, LOOKED_AT).await?;
        let under_way = newest
            .into_iter()
            .find(|job| job.payload == wanted && !job.state.is_final());
        if let Some(job) = under_way {
            return Ok(job);
        }
        let new = NewJob {
            workspace_id: Some(member.workspace_id),
            created_by: Some(member.user_id),
            payload: payload.clone(),
        };
        Ok(job_queue::enqueue(transaction, new, now(), new_id()).await?)
    })
    .await
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
