//! Everything that is needed to work on a task, put together.

use api_types::labeling::{
    AnnotationView, AssignmentView, DraftView, PredictionView, PreviousView, TaskStandard, TaskView,
};
use db::entity::{Decision, annotation, draft, model, model_version, prediction, review, task};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::facts::{self, ProjectFacts};
use super::locked::{LockedTask, task_state, time};
use super::people::{people, person};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

impl LockedTask {
    /// The lease that the person got or holds.
    pub(crate) fn lease_of(&self, user: Uuid) -> Option<AssignmentView> {
        let active = |a: &&workflow::Assignment| a.state == workflow::AssignmentState::Active;
        let lease = self
            .state
            .assignments
            .iter()
            .filter(active)
            .rfind(|a| a.user == user)?;
        Some(AssignmentView {
            fence: lease.fence,
            expires_at: time(lease.expires_at_ms),
            kind: lease.purpose,
        })
    }
}

/// The task as the member sees it.
pub(crate) async fn task_view(
    state: &AppState,
    member: &Member,
    project: &ProjectFacts,
    row: &task::Model,
    assignment: Option<AssignmentView>,
) -> Result<TaskView, Problem> {
    let source = facts::source(state, member, project, &row.sample_key).await?;
    let draft = match &assignment {
        Some(_) => saved_draft(state, row.id, member.user_id).await?,
        None => None,
    };
    let previous = match row.returned_to {
        Some(user) if user == member.user_id => previous(state, row.id, user).await?,
        _ => None,
    };
    Ok(TaskView {
        id: row.id,
        project_id: row.project_id,
        seq: row.seq.unsigned_abs(),
        state: task_state(row.state),
        dataset: project.dataset.clone(),
        source_commit: project.commit,
        sample: facts::sample_view(member, project, &source),
        standard: TaskStandard {
            version_id: project.standard.id,
            hash: project.standard.hash,
            content: project.standard.content.clone(),
        },
        assignment,
        draft,
        predictions: predictions(state, row.id).await?,
        previous,
    })
}

async fn saved_draft(
    state: &AppState,
    task_id: Uuid,
    user_id: Uuid,
) -> Result<Option<DraftView>, Problem> {
    let Some(row) = draft::Entity::find_by_id((task_id, user_id))
        .one(&state.db)
        .await?
    else {
        return Ok(None);
    };
    let result = serde_json::from_value(row.result).map_err(Problem::internal)?;
    Ok(Some(DraftView {
        revision: row.revision.unsigned_abs(),
        result,
    }))
}

async fn predictions(state: &AppState, task_id: Uuid) -> Result<Vec<PredictionView>, Problem> {
    let rows = prediction::Entity::find()
        .filter(prediction::Column::TaskId.eq(task_id))
        .order_by_desc(prediction::Column::CreatedAt)
        .all(&state.db)
        .await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(PredictionView {
            id: row.id,
            model_name: model_name(state, row.model_version_id).await?,
            model_version_id: row.model_version_id,
            score: row.score,
            result: serde_json::from_value(row.result).map_err(Problem::internal)?,
        });
    }
    Ok(views)
}

/// The name of the model of a version; names never change, so they are remembered.
async fn model_name(state: &AppState, version_id: Uuid) -> Result<String, Problem> {
    if let Some(name) = state.labeling.models.get(&version_id).await {
        return Ok(name);
    }
    let version = model_version::Entity::find_by_id(version_id)
        .one(&state.db)
        .await?;
    let model_id = version.map(|version| version.model_id).unwrap_or_default();
    let model = model::Entity::find_by_id(model_id).one(&state.db).await?;
    let name = model.map(|model| model.name).unwrap_or_default();
    state.labeling.models.insert(version_id, name.clone()).await;
    Ok(name)
}

/// The person's answer that was sent back last, and what the reviewer wrote.
async fn previous(
    state: &AppState,
    task_id: Uuid,
    user_id: Uuid,
) -> Result<Option<PreviousView>, Problem> {
    let rejected = review::Entity::find()
        .filter(review::Column::TaskId.eq(task_id))
        .filter(review::Column::Decision.eq(Decision::Reject))
        .order_by_desc(review::Column::CreatedAt)
        .order_by_desc(review::Column::Id)
        .one(&state.db)
        .await?;
    let Some(rejected) = rejected else {
        return Ok(None);
    };
    let answer = annotation::Entity::find_by_id(rejected.annotation_id)
        .filter(annotation::Column::UserId.eq(user_id))
        .one(&state.db)
        .await?;
    let Some(answer) = answer else {
        return Ok(None);
    };
    let known = people(&state.db, [user_id]).await?;
    Ok(Some(PreviousView {
        annotation: annotation_view(answer, &known)?,
        review_comment: rejected.comment,
    }))
}

/// A stored answer.
pub(crate) fn annotation_view(
    row: annotation::Model,
    known: &std::collections::HashMap<Uuid, api_types::access::UserView>,
) -> Result<AnnotationView, Problem> {
    Ok(AnnotationView {
        id: row.id,
        user: person(known, row.user_id),
        result: serde_json::from_value(row.result).map_err(Problem::internal)?,
        prediction_id: row.prediction_id,
        created_at: row.created_at,
    })
}
