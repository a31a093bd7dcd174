//! Searching the samples of a branch.

use std::sync::Arc;

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::ErrorCode;
use api_types::page::limit;
use api_types::search::{SearchQuery, SearchResults};
use ids::Hash;
use search_index::{Error, Index};

use crate::datasets::{Source, reference_or_main, resolve, sample_view};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// How far back an indexed version is looked for.
const LOOKED_BACK: usize = 20;

/// Searches the newest indexed version of a branch: words, phrases and fields over keys, text, labels
/// and metadata.
#[utoipa::path(
    tag = "search",
    params(("workspace" = String, Path), ("dataset" = String, Path), SearchQuery),
    responses((status = 200, body = SearchResults))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/search")]
pub async fn search_samples(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<SearchQuery>,
) -> Result<web::Json<SearchResults>, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let (commit, index) = newest(&state, &member, &source).await?;
    let wrong =
        |_| Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor");
    let offset: usize = match &query.cursor {
        Some(text) => cursor::decode(text)?.parse().map_err(wrong)?,
        None => 0,
    };
    let limit = limit(query.limit) as usize;
    let text = query.q.clone();
    let searching = tokio::task::spawn_blocking(move || index.search(&text, offset, limit));
    let page = searching
        .await
        .map_err(Problem::internal)?
        .map_err(refused)?;
    let version = source.repository.version(&commit).await?;
    let mut items = Vec::with_capacity(page.keys.len());
    for key in &page.keys {
        if let Some(sample) = version.sample(key).await? {
            let labels = version.labels(key).await?;
            items.push(sample_view(
                &member,
                &source.dataset.name,
                &commit,
                &sample,
                &labels,
            ));
        }
    }
    Ok(web::Json(SearchResults {
        items,
        total: page.total as u64,
        indexed_commit: Some(commit),
        next_cursor: page
            .next_offset
            .map(|offset| cursor::encode(&offset.to_string())),
    }))
}

/// The newest version at or behind the asked one that has an index.
async fn newest(
    state: &AppState,
    member: &Member,
    source: &Source,
) -> Result<(Hash, Arc<Index>), Problem> {
    let store = state.stores.workspace(&member.slug).await?;
    let mut commit = source.commit;
    for _ in 0..LOOKED_BACK {
        if let Some(index) = state
            .indexes
            .get(&store.root, source.dataset.id, commit)
            .await?
        {
            return Ok((commit, index));
        }
        match source
            .repository
            .store()
            .commit(&commit)
            .await?
            .parents
            .first()
        {
            Some(parent) => commit = *parent,
            None => break,
        }
    }
    let detail = "the search index was not built yet; try again in a moment";
    Err(Problem::new(ErrorCode::NotIndexed, detail))
}

fn refused(error: Error) -> Problem {
    match error {
        Error::Query(error) => Problem::new(ErrorCode::QueryInvalid, error.message.clone())
            .at(format!("q, character {}", error.position)),
        Error::PageTooDeep(_) => {
            Problem::new(ErrorCode::InvalidCursor, error.to_string()).at("cursor")
        }
        other => Problem::internal(other),
    }
}
