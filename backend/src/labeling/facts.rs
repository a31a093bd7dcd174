//! What never changes of a project, kept in memory: a next and a submit ask the database only for what does.

use std::sync::Arc;
use std::time::Duration;

use dataset::{LabelRow, Sample};
use db::DatabaseConnection;
use db::entity::{self, project, standard_version, task};
use ids::Hash;
use moka::future::Cache;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use standard::StandardContent;
use uuid::Uuid;
use version_store::Version;
use workflow::WorkflowSettings;

use super::progress::Tally;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A project can be closed; that is seen within this time.
const PROJECT_TTL: Duration = Duration::from_secs(10);

/// A published standard.
#[derive(Debug)]
pub(crate) struct Published {
    /// The version.
    pub id: Uuid,
    /// The hash of its content.
    pub hash: Hash,
    /// What it says.
    pub content: StandardContent,
}

/// What is known of a project without asking again.
#[derive(Debug)]
pub(crate) struct ProjectFacts {
    /// The row, as it was read.
    pub row: project::Model,
    /// The dataset's name.
    pub dataset: String,
    /// The version its samples are read from.
    pub commit: Hash,
    /// Its workflow.
    pub settings: WorkflowSettings,
    /// Its standard.
    pub standard: Arc<Published>,
}

/// A sample with its labels, as the project's version holds it.
pub(crate) type Source = (Sample, Vec<LabelRow>);

/// What the rooms of labeling and review remember; everything in it can be read again.
#[derive(Clone)]
pub struct Memory {
    projects: Cache<Uuid, Arc<ProjectFacts>>,
    standards: Cache<Uuid, Arc<Published>>,
    versions: Cache<(Uuid, Hash), Version>,
    samples: Cache<(Uuid, String), Arc<Source>>,
    places: Cache<(Uuid, Uuid), i32>,
    tasks: Cache<Uuid, Arc<TaskFacts>>,
    pub(super) models: Cache<Uuid, String>,
    pub(super) tallies: Cache<(Uuid, u64, u64), Arc<Tally>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            projects: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(PROJECT_TTL)
                .build(),
            standards: Cache::new(1_000),
            versions: Cache::new(64),
            samples: Cache::new(10_000),
            places: Cache::new(100_000),
            tasks: Cache::new(100_000),
            models: Cache::new(1_000),
            tallies: Cache::new(100),
        }
    }
}

impl Memory {
    /// After which task of the project the person's next is looked for.
    pub(crate) async fn place(&self, project_id: Uuid, user_id: Uuid) -> i32 {
        self.places.get(&(project_id, user_id)).await.unwrap_or(0)
    }

    /// Lets go of versions, samples and tasks: some may have been erased.
    pub(crate) fn forget(&self) {
        self.versions.invalidate_all();
        self.samples.invalidate_all();
        self.tasks.invalidate_all();
        self.tallies.invalidate_all();
    }

    /// Remembers which task of the project the person got.
    pub(crate) async fn set_place(&self, project_id: Uuid, user_id: Uuid, seq: i32) {
        self.places.insert((project_id, user_id), seq).await;
    }
}

/// A project of the member's workspace.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn project(
    state: &AppState,
    member: &Member,
    project_id: Uuid,
) -> Result<Arc<ProjectFacts>, Problem> {
    let memory = &state.labeling;
    if let Some(facts) = memory.projects.get(&project_id).await
        && facts.row.workspace_id == member.workspace_id
    {
        return Ok(facts);
    }
    let row = project::Entity::find_by_id(project_id)
        .filter(project::Column::WorkspaceId.eq(member.workspace_id))
        .one(&state.db)
        .await?
        .ok_or_else(|| Problem::not_found("project"))?;
    let dataset = entity::dataset::Entity::find_by_id(row.dataset_id)
        .one(&state.db)
        .await?
        .ok_or_else(|| Problem::not_found("dataset"))?;
    let settings = serde_json::from_value(row.workflow.clone()).map_err(Problem::internal)?;
    let facts = Arc::new(ProjectFacts {
        dataset: dataset.name,
        commit: row.source_commit.parse().map_err(Problem::internal)?,
        settings,
        standard: published(memory, &state.db, row.standard_version_id).await?,
        row,
    });
    // While tasks are being made the state changes soon; ask again then.
    if facts.row.state == entity::ProjectState::Active {
        memory.projects.insert(project_id, facts.clone()).await;
    }
    Ok(facts)
}

/// A published standard of any workspace: ask only for one that a row of the caller's workspace names.
pub(crate) async fn published(
    memory: &Memory,
    database: &DatabaseConnection,
    version_id: Uuid,
) -> Result<Arc<Published>, Problem> {
    if let Some(found) = memory.standards.get(&version_id).await {
        return Ok(found);
    }
    let row = standard_version::Entity::find_by_id(version_id)
        .one(database)
        .await?
        .ok_or_else(|| Problem::not_found("standard version"))?;
    let found = Arc::new(Published {
        id: row.id,
        hash: row.hash.parse().map_err(Problem::internal)?,
        content: serde_json::from_value(row.content).map_err(Problem::internal)?,
    });
    memory.standards.insert(version_id, found.clone()).await;
    Ok(found)
}

/// The sample of a task, with its labels, from the project's version.
///
/// # Errors
/// `not_found` when the version does not hold it, or the store does not answer.
pub(crate) async fn source(
    state: &AppState,
    member: &Member,
    facts: &ProjectFacts,
    key: &str,
) -> Result<Arc<Source>, Problem> {
    let memory = &state.labeling;
    let id = (facts.row.id, key.to_owned());
    if let Some(found) = memory.samples.get(&id).await {
        return Ok(found);
    }
    let place = (facts.row.dataset_id, facts.commit);
    let version = match memory.versions.get(&place).await {
        Some(version) => version,
        None => {
            let repository = crate::datasets::repository(state, member, &facts.dataset).await?;
            let version = repository.version(&facts.commit).await?;
            memory.versions.insert(place, version.clone()).await;
            version
        }
    };
    let sample = version
        .sample(key)
        .await?
        .ok_or_else(|| Problem::not_found("sample"))?;
    let labels = version.labels(key).await?;
    let found = Arc::new((sample, labels));
    memory.samples.insert(id, found.clone()).await;
    Ok(found)
}

/// Refuses work on a project that does not hand any out.
pub(crate) fn require_active(facts: &ProjectFacts) -> Result<(), Problem> {
    match facts.row.state {
        entity::ProjectState::Active => Ok(()),
        entity::ProjectState::Generating => Err(Problem::new(
            api_types::ErrorCode::ProjectNotActive,
            "the project's tasks are being made",
        )),
        entity::ProjectState::Closed => Err(Problem::new(
            api_types::ErrorCode::ProjectNotActive,
            "the project is closed",
        )),
    }
}

/// What never changes of a task.
#[derive(Debug)]
pub(crate) struct TaskFacts {
    /// The task.
    pub id: Uuid,
    /// Its workspace.
    pub workspace_id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// Its sample.
    pub sample_key: String,
}

impl Memory {
    /// Remembers a task that was just read.
    pub(crate) async fn note_task(&self, row: &task::Model) -> Arc<TaskFacts> {
        let facts = Arc::new(TaskFacts {
            id: row.id,
            workspace_id: row.workspace_id,
            project_id: row.project_id,
            sample_key: row.sample_key.clone(),
        });
        self.tasks.insert(row.id, facts.clone()).await;
        facts
    }
}

/// A task of the member's workspace, with its project.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn task(
    state: &AppState,
    member: &Member,
    task_id: Uuid,
) -> Result<(Arc<TaskFacts>, Arc<ProjectFacts>), Problem> {
    let known = state.labeling.tasks.get(&task_id).await;
    let facts = match known.filter(|facts| facts.workspace_id == member.workspace_id) {
        Some(facts) => facts,
        None => {
            let row = task::Entity::find_by_id(task_id)
                .filter(task::Column::WorkspaceId.eq(member.workspace_id))
                .one(&state.db)
                .await?
                .ok_or_else(|| Problem::not_found("task"))?;
            state.labeling.note_task(&row).await
        }
    };
    let project = project(state, member, facts.project_id).await?;
    Ok((facts, project))
}

/// The sample of a task on the wire.
pub(crate) fn sample_view(
    member: &Member,
    project: &ProjectFacts,
    source: &Source,
) -> api_types::datasets::SampleView {
    crate::datasets::sample_view(
        member,
        &project.dataset,
        &project.commit,
        &source.0,
        &source.1,
    )
}
