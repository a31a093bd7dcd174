//! Commits.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::page::limit;
use api_types::versioning::{CommitCounts, CommitDetail, CommitView, CommitsQuery};
use api_types::{ErrorCode, Page};
use chrono::DateTime;
use ids::Hash;
use version_store::Commit;

use super::gates::result_views;
use super::graph::Pointing;
use super::named::inputs;
use super::settle::resolution_view;
use crate::datasets::{reference_or_main, resolve};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// The history of a version, the newest first.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), CommitsQuery),
    responses((status = 200, body = Page<CommitView>))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/commits")]
pub async fn list_commits(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<CommitsQuery>,
) -> Result<web::Json<Page<CommitView>>, Problem> {
    // The cursor holds the commit the walk began at: a branch that moves does not disturb it.
    let (reference, skip) = match &query.cursor {
        Some(text) => place(&cursor::decode(text)?)?,
        None => (reference_or_main(query.reference.as_ref()).to_owned(), 0),
    };
    let source = resolve(&state, &member, &path.1, &reference).await?;
    let limit = limit(query.limit) as usize;
    let mut found = source
        .repository
        .log_page(&source.commit, skip, limit + 1)
        .await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = format!("{} {}", source.commit, skip + limit);
    Ok(web::Json(Page {
        items: found
            .iter()
            .map(|(hash, commit)| view(hash, commit))
            .collect(),
        next_cursor: more.then(|| cursor::encode(&next)),
    }))
}

fn place(cursor: &str) -> Result<(String, usize), Problem> {
    let parts = cursor.split_once(' ');
    let parsed = parts.and_then(|(commit, skip)| {
        let commit: Hash = commit.parse().ok()?;
        Some((commit.to_string(), skip.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor")
    })
}

/// A commit, with what points at it and what it was made from.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), ("hash" = String, Path)),
    responses((status = 200, body = CommitDetail))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/commits/{hash}")]
pub async fn get_commit(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, String)>,
) -> Result<web::Json<CommitDetail>, Problem> {
    let source = resolve(&state, &member, &path.1, &path.2).await?;
    let commit = source.repository.store().commit(&source.commit).await?;
    let pointing = Pointing::read(&state.db, &source.dataset).await?;
    let report = source.repository.gate_report(&source.commit).await?;
    Ok(web::Json(CommitDetail {
        commit: view(&source.commit, &commit),
        refs: pointing.at(&source.commit),
        inputs: inputs(&state.db, &member, &commit.lineage).await?,
        resolutions: commit.resolutions.iter().map(resolution_view).collect(),
        gates: result_views(report.map(|report| report.results).unwrap_or_default()),
    }))
}

pub(super) fn view(hash: &Hash, commit: &Commit) -> CommitView {
    CommitView {
        hash: *hash,
        tree: commit.tree,
        parents: commit.parents.clone(),
        author: commit.author.clone(),
        message: commit.message.clone(),
        time: DateTime::from_timestamp_millis(commit.time_ms).unwrap_or_default(),
        counts: CommitCounts {
            samples: commit.counts.samples,
            labels: commit.counts.labels,
        },
        lineage: serde_json::to_value(&commit.lineage).unwrap_or_default(),
    }
}
