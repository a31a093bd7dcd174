//! The names that a workspace has for what lineage and provenance name by hash or id.

use std::collections::{BTreeSet, HashMap};

use api_types::versioning::{CommitInputs, NamedProject, NamedVersion};
use db::DatabaseConnection;
use db::entity::{model, model_version, project, standard, standard_version};
use ids::Hash;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
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
        use db::entity::{standard::Column as Parent, standard_version::Column as Version};
        let versions = standard_version::Entity::find()
            .select_only()
            .columns([Version::Hash, Version::StandardId, Version::Version])
            .filter(Version::WorkspaceId.eq(member.workspace_id))
            .filter(Version::Hash.is_in(texts(hashes)));
        let parents = standard::Entity::find()
            .select_only()
            .columns([Parent::Id, Parent::Name])
            .filter(Parent::WorkspaceId.eq(member.workspace_id));
        Self::read(database, versions, (parents, Parent::Id)).await
    }

    /// The names of these model versions.
    pub(super) async fn of_models(
        database: &DatabaseConnection,
        member: &Member,
        hashes: &BTreeSet<Hash>,
    ) -> Result<Self, Problem> {
        use db::entity::{model::Column as Parent, model_version::Column as Version};
        let versions = model_version::Entity::find()
            .select_only()
            .columns([Version::Hash, Version::ModelId, Version::Version])
            .filter(Version::WorkspaceId.eq(member.workspace_id))
            .filter(Version::Hash.is_in(texts(hashes)));
        let parents = model::Entity::find()
            .select_only()
            .columns([Parent::Id, Parent::Name])
            .filter(Parent::WorkspaceId.eq(member.workspace_id));
        Self::read(database, versions, (parents, Parent::Id)).await
    }

    /// `versions` selects hash, parent and number; `parents`, with its column of ids, id and name.
    async fn read<V: EntityTrait, P: EntityTrait>(
        database: &DatabaseConnection,
        versions: Select<V>,
        (parents, id): (Select<P>, P::Column),
    ) -> Result<Self, Problem> {
        let versions: Vec<(String, Uuid, i32)> = versions.into_tuple().all(database).await?;
        let ids = versions.iter().map(|(_, parent, _)| *parent);
        let parents = parents.filter(id.is_in(ids)).into_tuple();
        let parents: HashMap<Uuid, String> = parents.all(database).await?.into_iter().collect();
        Ok(Self::join(&versions, &parents))
    }

    fn join(versions: &[(String, Uuid, i32)], parents: &HashMap<Uuid, String>) -> Self {
        let mut found: HashMap<Hash, NamedVersion> = HashMap::new();
        for (hash, parent, version) in versions {
            let (parent, version) = (*parent, *version);
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
