//! Which objects the version store has.

use actix_web::web::{Data, Query};
use actix_web::{get, web};
use api_types::streaming::{StoreListQuery, StoreListing, StoreObject};
use version_store::is_store_path;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Objects of one answer.
const PAGE: usize = 1000;
/// Where the version store has objects. Staged uploads, models and derived files are not listed.
const FOLDERS: [&str; 8] = [
    "commits", "gates", "index", "packs", "reflog", "refs", "segments", "views",
];
const MARKER: &str = "strata.json";

/// The objects of the workspace's version store, in path order. A prefix is of whole path segments.
#[utoipa::path(
    tag = "streaming",
    params(("workspace" = String, Path), StoreListQuery),
    responses((status = 200, body = StoreListing))
)]
#[get("/api/v1/workspaces/{workspace}/store/list")]
pub async fn list_objects(
    state: Data<AppState>,
    member: Member,
    query: Query<StoreListQuery>,
) -> Result<web::Json<StoreListing>, Problem> {
    let store = state.stores.workspace(&member.slug).await?;
    let prefix = query
        .prefix
        .as_deref()
        .unwrap_or_default()
        .trim_matches('/');
    let mut found = Vec::new();
    if prefix.is_empty() {
        for folder in FOLDERS {
            found.extend(store.root.list(folder).await?);
        }
        found.extend(store.root.head(MARKER).await?);
    } else if FOLDERS.contains(&prefix.split('/').next().unwrap_or_default()) {
        found = store.root.list(prefix).await?;
    }
    let after = query.after.as_deref().unwrap_or_default();
    found.retain(|info| info.path.as_str() > after && is_store_path(&info.path));
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more);
    Ok(web::Json(StoreListing {
        next: last.map(|info| info.path.clone()),
        objects: found
            .into_iter()
            .map(|info| StoreObject {
                path: info.path,
                bytes: info.bytes,
            })
            .collect(),
    }))
}
