//! Reading standards and their versions, always within a workspace.

use std::collections::HashMap;

use ::standard::StandardContent;
use api_types::ErrorCode;
use api_types::standards::{StandardSummary, StandardVersionSummary, StandardView};
use db::entity::{standard, standard_version, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::problem::Problem;

/// A version without its content, which can be large.
type VersionRow = (Uuid, Uuid, i32, String, Uuid, chrono::DateTime<chrono::Utc>);

/// A standard of the workspace.
pub(super) async fn find<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    standard_id: Uuid,
) -> Result<standard::Model, Problem> {
    standard::Entity::find_by_id(standard_id)
        .filter(standard::Column::WorkspaceId.eq(workspace_id))
        .one(connection)
        .await?
        .ok_or_else(|| Problem::not_found("standard"))
}

/// A version of a standard, with its content.
pub(super) async fn find_version<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    standard_id: Uuid,
    version: u32,
) -> Result<standard_version::Model, Problem> {
    let number = i32::try_from(version).map_err(|_| Problem::not_found("version"))?;
    standard_version::Entity::find()
        .filter(standard_version::Column::WorkspaceId.eq(workspace_id))
        .filter(standard_version::Column::StandardId.eq(standard_id))
        .filter(standard_version::Column::Version.eq(number))
        .one(connection)
        .await?
        .ok_or_else(|| Problem::not_found("version"))
}

/// The published versions of some standards, newest first, without their content.
pub(super) async fn versions<C: ConnectionTrait>(
    connection: &C,
    standard_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<StandardVersionSummary>>, Problem> {
    let rows: Vec<VersionRow> = standard_version::Entity::find()
        .select_only()
        .column(standard_version::Column::Id)
        .column(standard_version::Column::StandardId)
        .column(standard_version::Column::Version)
        .column(standard_version::Column::Hash)
        .column(standard_version::Column::PublishedBy)
        .column(standard_version::Column::PublishedAt)
        .filter(standard_version::Column::StandardId.is_in(standard_ids.iter().copied()))
        .order_by_desc(standard_version::Column::Version)
        .into_tuple()
        .all(connection)
        .await?;
    let emails = emails(connection, rows.iter().map(|row| row.4)).await?;
    let mut found: HashMap<Uuid, Vec<StandardVersionSummary>> = HashMap::new();
    for (id, standard_id, version, hash, published_by, published_at) in rows {
        found
            .entry(standard_id)
            .or_default()
            .push(StandardVersionSummary {
                id,
                version: version.unsigned_abs(),
                hash: hash.parse().map_err(Problem::internal)?,
                published_at,
                published_by: emails.get(&published_by).cloned().unwrap_or_default(),
            });
    }
    Ok(found)
}

/// The addresses of some people.
pub(super) async fn emails<C: ConnectionTrait>(
    connection: &C,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Problem> {
    let ids: std::collections::BTreeSet<Uuid> = ids.collect();
    let rows: Vec<(Uuid, String)> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .column(user::Column::Email)
        .filter(user::Column::Id.is_in(ids))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The draft of a row.
pub(super) fn draft(row: &standard::Model) -> Result<StandardContent, Problem> {
    serde_json::from_value(row.draft.clone()).map_err(Problem::internal)
}

/// A row in a list.
pub(super) fn summary(
    row: &standard::Model,
    versions: Vec<StandardVersionSummary>,
) -> StandardSummary {
    StandardSummary {
        id: row.id,
        name: row.name.clone(),
        draft_revision: row.draft_revision.unsigned_abs(),
        updated_at: row.updated_at,
        versions,
    }
}

/// A row with its draft and versions.
pub(super) async fn view<C: ConnectionTrait>(
    connection: &C,
    row: &standard::Model,
) -> Result<StandardView, Problem> {
    let versions = versions(connection, &[row.id])
        .await?
        .remove(&row.id)
        .unwrap_or_default();
    let draft = draft(row)?;
    Ok(StandardView {
        summary: summary(row, versions),
        violations: draft.check(),
        draft,
    })
}

/// What a name of a standard or a project may be: 1 to 200 characters without control characters.
pub(crate) fn require_name(name: &str) -> Result<(), Problem> {
    let right = !name.trim().is_empty()
        && name.chars().count() <= 200
        && !name.chars().any(char::is_control);
    if right {
        return Ok(());
    }
    let detail = "a name has 1 to 200 characters and no control characters";
    Err(Problem::new(ErrorCode::InvalidName, detail).at("name"))
}
