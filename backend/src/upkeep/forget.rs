//! Forgetting what was erased: a worker erases, and this process remembers rows, pictures and indexes.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use db::entity::{dataset, erasure, workspace};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::AppState;

/// How often the notes of erasures are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Notes looked at: of so many new ones between two looks none is overlooked.
const NOTES: u64 = 200;

/// Looks for new notes of erasures and forgets those workspaces' versions, until it is dropped.
pub(crate) async fn forget_what_was_erased(state: Data<AppState>) {
    let mut known: Option<HashSet<Uuid>> = None;
    loop {
        match look(&state, known.as_ref()).await {
            Ok(notes) => known = Some(notes),
            Err(problem) => tracing::warn!(%problem, "the notes of erasures can't be read"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The notes there are; for those that are not known yet something is forgotten. At the first look
/// nothing is remembered in memory, but indexes may lie on the disk.
async fn look(state: &AppState, known: Option<&HashSet<Uuid>>) -> Result<HashSet<Uuid>, Problem> {
    let rows = erasure::Entity::find()
        .order_by_desc(erasure::Column::Id)
        .limit(NOTES)
        .all(&state.db)
        .await?;
    let is_new = |row: &&erasure::Model| !known.is_some_and(|known| known.contains(&row.id));
    let workspaces: HashSet<Uuid> = rows
        .iter()
        .filter(is_new)
        .map(|row| row.workspace_id)
        .collect();
    for workspace_id in workspaces {
        forget(state, workspace_id).await?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn forget(state: &AppState, workspace_id: Uuid) -> Result<(), Problem> {
    let Some(row) = workspace::Entity::find_by_id(workspace_id)
        .one(&state.db)
        .await?
    else {
        return Ok(());
    };
    state.stores.forget(&row.slug).await;
    state.pictures.forget();
    state.labeling.forget();
    let datasets: Vec<Uuid> = dataset::Entity::find()
        .select_only()
        .column(dataset::Column::Id)
        .filter(dataset::Column::WorkspaceId.eq(workspace_id))
        .into_tuple()
        .all(&state.db)
        .await?;
    for dataset_id in datasets {
        state.indexes.forget(dataset_id).await?;
    }
    Ok(())
}
