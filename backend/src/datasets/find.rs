//! From names in an address to a dataset, its repository and one of its versions.

use db::entity::{RefKind, dataset as dataset_row, ref_row};
use ids::Hash;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use version_store::{Repository, Version};

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// One version of a dataset of the caller's workspace.
pub struct Source {
    /// The dataset.
    pub dataset: dataset_row::Model,
    /// Where its content is.
    pub repository: Repository,
    /// Which version.
    pub commit: Hash,
}

impl Source {
    /// Opens the version.
    ///
    /// # Errors
    /// When the store does not answer or is damaged.
    pub async fn version(&self) -> Result<Version, Problem> {
        Ok(self.repository.version(&self.commit).await?)
    }
}

/// The reference a caller gave, or `main`.
#[must_use]
pub fn reference_or_main(reference: Option<&String>) -> &str {
    reference.map_or("main", String::as_str)
}

/// The dataset `name` of the caller's workspace.
///
/// # Errors
/// `not_found`.
pub async fn dataset(
    database: &DatabaseConnection,
    member: &Member,
    name: &str,
) -> Result<dataset_row::Model, Problem> {
    dataset_row::Entity::find()
        .filter(dataset_row::Column::WorkspaceId.eq(member.workspace_id))
        .filter(dataset_row::Column::Name.eq(name))
        .one(database)
        .await?
        .ok_or_else(|| Problem::not_found("dataset"))
}

/// The repository of the dataset `name` in the workspace's store.
///
/// # Errors
/// When the store does not answer.
pub async fn repository(
    state: &AppState,
    member: &Member,
    name: &str,
) -> Result<Repository, Problem> {
    let store = state.stores.workspace(&member.slug).await?;
    Ok(store.store.repository(name)?)
}

/// The version that `reference` names: a branch, a tag, a commit hash (or its beginning), each with
/// `~n`. Branches and tags are those of the database.
///
/// # Errors
/// `not_found` for the dataset, `ref_not_found` for the reference.
pub async fn resolve(
    state: &AppState,
    member: &Member,
    dataset_name: &str,
    reference: &str,
) -> Result<Source, Problem> {
    let dataset = dataset(&state.db, member, dataset_name).await?;
    let repository = repository(state, member, &dataset.name).await?;
    let (name, steps) = match reference.split_once('~') {
        Some((name, steps)) => (name, Some(steps)),
        None => (reference, None),
    };
    let named = match head(&state.db, &dataset, RefKind::Branch, name).await? {
        Some(commit) => Some(commit),
        None => head(&state.db, &dataset, RefKind::Tag, name).await?,
    };
    let commit = match (named, steps) {
        (Some(commit), None) => commit,
        (Some(commit), Some(steps)) => repository.resolve(&format!("{commit}~{steps}")).await?,
        (None, _) if is_hash(name) => repository.resolve(reference).await?,
        (None, _) => return Err(unknown(reference)),
    };
    Ok(Source {
        dataset,
        repository,
        commit,
    })
}

/// Where a branch or tag points; None when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn head(
    database: &DatabaseConnection,
    dataset: &dataset_row::Model,
    kind: RefKind,
    name: &str,
) -> Result<Option<Hash>, Problem> {
    let row = ref_row::Entity::find_by_id((dataset.id, kind, name.to_owned()))
        .one(database)
        .await?;
    row.map(|row| stored_hash(&row.commit_hash)).transpose()
}

/// A hash as the database holds it.
///
/// # Errors
/// `internal` when it is none.
pub fn stored_hash(text: &str) -> Result<Hash, Problem> {
    text.parse()
        .map_err(|_| Problem::internal("a stored hash is none"))
}

fn is_hash(name: &str) -> bool {
    (6..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn unknown(reference: &str) -> Problem {
    let detail = format!("{reference:?} names no branch, tag or commit of the dataset");
    Problem::new(api_types::ErrorCode::RefNotFound, detail).at("ref")
}
