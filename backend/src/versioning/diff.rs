//! What differs between two versions.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::page::limit;
use api_types::versioning::{DiffEventView, DiffQuery, DiffStatView, DiffView};
use version_store::{DiffEvent, DiffStat};

use crate::datasets::resolve;
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// What differs from one version to another, in key order. A page ends with the last difference of a
/// sample.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), DiffQuery),
    responses((status = 200, body = DiffView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/diff")]
pub async fn get_diff(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<DiffQuery>,
) -> Result<web::Json<DiffView>, Problem> {
    let before = resolve(&state, &member, &path.1, &query.a).await?;
    let after = resolve(&state, &member, &path.1, &query.b).await?;
    let (a, b) = (before.commit, after.commit);
    let stat = after.repository.diff_stat(&a, &b).await?;
    let begun = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let mut differences = match &begun {
        Some(key) => after.repository.diff_after(&a, &b, key).await?,
        None => after.repository.diff(&a, &b).await?,
    };
    let (events, more) = differences.page(limit(query.limit) as usize).await?;
    let last = events.last().filter(|_| more);
    Ok(web::Json(DiffView {
        a,
        b,
        stat: stat_view(stat),
        next_cursor: last.map(|event| cursor::encode(&event.key)),
        items: events.into_iter().map(event_view).collect(),
    }))
}

pub(super) fn stat_view(stat: DiffStat) -> DiffStatView {
    DiffStatView {
        samples_added: stat.samples_added,
        samples_removed: stat.samples_removed,
        samples_changed: stat.samples_changed,
        labels_added: stat.labels_added,
        labels_removed: stat.labels_removed,
        labels_changed: stat.labels_changed,
    }
}

pub(super) fn event_view(event: DiffEvent) -> DiffEventView {
    let kind = serde_json::to_value(event.kind).unwrap_or_default();
    DiffEventView {
        kind: kind.as_str().unwrap_or_default().to_owned(),
        key: event.key,
        name: event.name,
        layer: event.layer,
        item_id: event.item_id,
        old: event.old,
        new: event.new,
        iou: event.iou,
    }
}
