//! The names that a workspace has for what lineage and provenance name by hash or id.

use std::collections::{BTreeSet, HashMap};

use api_types::versioning::{CommitInputs, NamedProject, NamedVersion};
use db::DatabaseConnection;
use db::entity::{model, model_version, project, standard, standard_version};
use ids::Hash;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;
use version_store::Lineage;

use crate::http::Member;
use crate::problem::Problem;

/// The names of standard or model versions, by hash.
pub(super) struct Names(HashMap<Hash, NamedVersion>);

impl Names {
    /// The name of a version; only its hash where the workspace does not have it.
    pub(super) fn of(&self, hash: &Hash) -> NamedVersion {
        self.0.get(hash).cloned().unwrap_or(NamedVersion {
            hash: *hash,
            id: None,
            name: None,
            version: None,
        })
    }

    /// The names of these standard versions.
    pub(super) async fn of_standards(
        database: &DatabaseConnection,
        member: &Member,
        hashes: &BTreeSet<Hash>,
    ) -> Result<Self, Problem> {
        let versions = standard_version::Entity::find()
            .filter(standard_version::Column::WorkspaceId.eq(member.workspace_id))
            .filter(standard_version::Column::Hash.is_in(texts(hashes)))
            .all(database)
            .await?;
        let ids = versions.iter().map(|row| row.standard_id);
        let parents = standard::Entity::find()
            .filter(standard::Column::WorkspaceId.eq(member.workspace_id))
            .filter(standard::Column::Id.is_in(ids))
            .all(database)
            .await?;
        let parents: HashMap<Uuid, String> =
            parents.into_iter().map(|row| (row.id, row.name)).collect();
        let rows = versions
            .iter()
            .map(|row| (row.hash.as_str(), row.standard_id, row.version));
        Ok(Self::join(rows, &parents))
    }

    /// The names of these model versions.
    pub(super) async fn of_models(
        database: &DatabaseConnection,
        member: &Member,
        hashes: &BTreeSet<Hash>,
    ) -> Result<Self, Problem> {
        let versions = model_version::Entity::find()
            .filter(model_version::Column::WorkspaceId.eq(member.workspace_id))
            .filter(model_version::Column::Hash.is_in(texts(hashes)))
            .all(database)
            .await?;
        let ids = versions.iter().map(|row| row.model_id);
        let parents = model::Entity::find()
            .filter(model::Column::WorkspaceId.eq(member.workspace_id))
            .filter(model::Column::Id.is_in(ids))
            .all(database)
            .await?;
        let parents: HashMap<Uuid, String> =
            parents.into_iter().map(|row| (row.id, row.name)).collect();
        let rows = versions
            .iter()
            .map(|row| (row.hash.as_str(), row.model_id, row.version));
        Ok(Self::join(rows, &parents))
    }

    fn join<'a>(
        versions: impl Iterator<Item = (&'a str, Uuid, i32)>,
        parents: &HashMap<Uuid, String>,
    ) -> Self {
        let mut found: HashMap<Hash, NamedVersion> = HashMap::new();
        for (hash, parent, version) in versions {
            let Ok(hash) = hash.parse::<Hash>() else {
                continue;
            };
            let named = NamedVersion {
                hash,
                id: Some(parent),
                name: parents.get(&parent).cloned(),
                version: Some(version),
            };
            // Of equal versions, the first that was published.
            let kept = found.entry(hash).or_insert_with(|| named.clone());
            if (named.version, named.id) < (kept.version, kept.id) {
                *kept = named;
            }
        }
        Self(found)
    }
}

fn texts(hashes: &BTreeSet<Hash>) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

/// What a commit was made from, with names.
pub(super) async fn inputs(
    database: &DatabaseConnection,
    member: &Member,
    lineage: &Lineage,
) -> Result<CommitInputs, Problem> {
    let ids = lineage
        .projects
        .iter()
        .filter_map(|id| id.parse::<Uuid>().ok());
    let projects = project::Entity::find()
        .filter(project::Column::WorkspaceId.eq(member.workspace_id))
        .filter(project::Column::Id.is_in(ids))
        .all(database)
        .await?;
    let projects: HashMap<String, String> = projects
        .into_iter()
        .map(|row| (row.id.to_string(), row.name))
        .collect();
    let standards = lineage.standards.iter().copied().collect();
    let standards = Names::of_standards(database, member, &standards).await?;
    let models = lineage.models.iter().copied().collect();
    let models = Names::of_models(database, member, &models).await?;
    Ok(CommitInputs {
        projects: lineage
            .projects
            .iter()
            .map(|id| NamedProject {
                id: id.clone(),
                name: projects.get(id).cloned(),
            })
            .collect(),
        standards: lineage
            .standards
            .iter()
            .map(|hash| standards.of(hash))
            .collect(),
        models: lineage.models.iter().map(|hash| models.of(hash)).collect(),
        sources: lineage.sources.clone(),
    })
}
