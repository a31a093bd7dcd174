//! The graph of commits, with the branches and tags that point at them.

use std::collections::HashMap;

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::page::limit;
use api_types::versioning::{GraphCommit, GraphQuery, RefKindView, RefName};
use api_types::{ErrorCode, Page};
use db::DatabaseConnection;
use db::entity::{RefKind, dataset as dataset_row, ref_row};
use ids::Hash;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::commits::view;
use crate::datasets::{dataset, repository, resolve, stored_hash};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// What a cursor says in place of a commit when the walk begins at all refs.
const ALL: &str = "*";

/// Commits, children before their parents and otherwise the newest first, with the refs that point at
/// them. Where a ref moves between two pages, a commit may come twice.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), GraphQuery),
    responses((status = 200, body = Page<GraphCommit>))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/graph")]
pub async fn get_graph(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<GraphQuery>,
) -> Result<web::Json<Page<GraphCommit>>, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let repository = repository(&state, &member, &dataset.name).await?;
    let pointing = Pointing::read(&state.db, &dataset).await?;
    let (from, skip) = match &query.cursor {
        Some(text) => place(&cursor::decode(text)?)?,
        None => {
            let reference = query.reference.as_deref();
            let from = match reference {
                Some(reference) => Some(resolve(&state, &member, &path.1, reference).await?.commit),
                None => None,
            };
            (from, 0)
        }
    };
    let starts = from.map_or_else(|| pointing.commits(), |commit| vec![commit]);
    let limit = limit(query.limit) as usize;
    let mut found = repository.log_of_many(&starts, skip, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let begun = from.map_or_else(|| ALL.to_owned(), |commit| commit.to_string());
    let next = format!("{begun} {}", skip + limit);
    let items = found.iter().map(|(hash, commit)| GraphCommit {
        commit: view(hash, commit),
        refs: pointing.at(hash),
    });
    Ok(web::Json(Page {
        items: items.collect(),
        next_cursor: more.then(|| cursor::encode(&next)),
    }))
}

fn place(cursor: &str) -> Result<(Option<Hash>, usize), Problem> {
    let parts = cursor.split_once(' ');
    let parsed = parts.and_then(|(begun, skip)| {
        let from = match begun {
            ALL => None,
            begun => Some(begun.parse::<Hash>().ok()?),
        };
        Some((from, skip.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor")
    })
}

/// Which refs point where.
pub(super) struct Pointing(HashMap<Hash, Vec<RefName>>);

impl Pointing {
    /// The refs of a dataset, as they are now.
    pub(super) async fn read(
        database: &DatabaseConnection,
        dataset: &dataset_row::Model,
    ) -> Result<Self, Problem> {
        let rows = ref_row::Entity::find()
            .filter(ref_row::Column::DatasetId.eq(dataset.id))
            .order_by_asc(ref_row::Column::Name)
            .all(database)
            .await?;
        let mut found: HashMap<Hash, Vec<RefName>> = HashMap::new();
        for row in rows {
            let kind = match row.kind {
                RefKind::Branch => RefKindView::Branch,
                RefKind::Tag => RefKindView::Tag,
            };
            let commit = stored_hash(&row.commit_hash)?;
            let name = row.name;
            found
                .entry(commit)
                .or_default()
                .push(RefName { kind, name });
        }
        Ok(Self(found))
    }

    /// Those at a commit, by name.
    pub(super) fn at(&self, commit: &Hash) -> Vec<RefName> {
        self.0.get(commit).cloned().unwrap_or_default()
    }

    fn commits(&self) -> Vec<Hash> {
        let mut commits: Vec<Hash> = self.0.keys().copied().collect();
        commits.sort_unstable();
        commits
    }
}
