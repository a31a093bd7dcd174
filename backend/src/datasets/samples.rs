//! The samples of a version, page by page.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::datasets::{SampleView, SamplesQuery};
use api_types::page::limit;
use api_types::{ErrorCode, Page};

use super::{reference_or_main, resolve, sample_view};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// Samples looked at for one page: a rare condition makes short pages, not long requests.
const SCANNED: usize = 20_000;

/// The samples of a version in key order, those that meet a condition. A page may be short, or empty,
/// and still have a next one.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path), SamplesQuery),
    responses((status = 200, body = Page<SampleView>))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/samples")]
pub async fn list_samples(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<SamplesQuery>,
) -> Result<web::Json<Page<SampleView>>, Problem> {
    let text = query.condition.as_deref().unwrap_or_default();
    let condition = dataset::Query::parse(text).map_err(|error| {
        Problem::new(ErrorCode::QueryInvalid, error.message.clone())
            .at(format!("where, character {}", error.position))
    })?;
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let version = source.version().await?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let mut rows = match &after {
        Some(after) => version.scan_after(after).await?,
        None => version.scan().await?,
    };
    let limit = limit(query.limit) as usize;
    let mut items: Vec<SampleView> = Vec::new();
    let mut last = None;
    for _ in 0..SCANNED {
        if items.len() == limit {
            break;
        }
        let Some((sample, labels)) = rows.next().await? else {
            return Ok(web::Json(Page::all(items)));
        };
        if condition.matches(&sample, &labels) {
            let view = sample_view(
                &member,
                &source.dataset.name,
                &source.commit,
                &sample,
                &labels,
            );
            items.push(view);
        }
        last = Some(sample.key);
    }
    let more = rows.next().await?.is_some();
    Ok(web::Json(Page {
        items,
        next_cursor: last
            .filter(|_| more)
            .map(|key| cursor::encode(key.as_str())),
    }))
}
