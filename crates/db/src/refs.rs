//! Moving a branch: compare and swap of its row.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use crate::entity::{RefKind, ref_row};

/// A branch of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'a> {
    /// The dataset.
    pub dataset_id: Uuid,
    /// The branch's name.
    pub name: &'a str,
}

/// Moves a branch from one commit to another. False, and nothing changed, when it is not at `from`.
///
/// # Errors
/// Failures of the database.
pub async fn swap<C: ConnectionTrait>(
    connection: &C,
    branch: Branch<'_>,
    (from, to): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = ref_row::Entity::update_many()
        .col_expr(ref_row::Column::CommitHash, Expr::value(to))
        .col_expr(ref_row::Column::UpdatedAt, Expr::value(now))
        .filter(ref_row::Column::DatasetId.eq(branch.dataset_id))
        .filter(ref_row::Column::Kind.eq(RefKind::Branch.to_value()))
        .filter(ref_row::Column::Name.eq(branch.name))
        .filter(ref_row::Column::CommitHash.eq(from));
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Makes a branch. False, and nothing changed, when it is there already.
///
/// # Errors
/// Failures of the database.
pub async fn create<C: ConnectionTrait>(
    connection: &C,
    branch: Branch<'_>,
    at: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = ref_row::ActiveModel {
        dataset_id: Set(branch.dataset_id),
        kind: Set(RefKind::Branch),
        name: Set(branch.name.to_owned()),
        commit_hash: Set(at.to_owned()),
        protected: Set(false),
        updated_at: Set(now),
    };
    let key = [
        ref_row::Column::DatasetId,
        ref_row::Column::Kind,
        ref_row::Column::Name,
    ];
    let rows = ref_row::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(connection)
        .await?;
    Ok(rows == 1)
}
