//! Where a project stands, counted.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use annotation::{AnnotationResult, Shape};
use api_types::labeling::{Agreement, AnnotatorProgress, ProjectProgress, TaskCounts};
use db::entity::{
    AssignmentKind, AssignmentState, Decision, TaskState, annotation as answer, assignment, review,
    task,
};
use futures::TryStreamExt;
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use uuid::Uuid;

use super::facts::ProjectFacts;
use super::people::{people, person};
use crate::problem::Problem;
use crate::state::AppState;

/// What is counted by reading answers; it changes only when an answer comes or is accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    by_class: BTreeMap<String, u64>,
    agreement: Option<Agreement>,
}

/// How many tasks of each project stand where.
pub(super) async fn counts(
    state: &AppState,
    project_ids: &[Uuid],
) -> Result<HashMap<Uuid, TaskCounts>, Problem> {
    let ids = || project_ids.iter().copied();
    let rows: Vec<(Uuid, TaskState, bool, i64)> = task::Entity::find()
        .select_only()
        .column(task::Column::ProjectId)
        .column(task::Column::State)
        .column(task::Column::Returned)
        .column_as(task::Column::Id.count(), "tasks")
        .filter(task::Column::ProjectId.is_in(ids()))
        .group_by(task::Column::ProjectId)
        .group_by(task::Column::State)
        .group_by(task::Column::Returned)
        .into_tuple()
        .all(&state.db)
        .await?;
    let mut found: HashMap<Uuid, TaskCounts> = HashMap::new();
    for (project, task_state, returned, tasks) in rows {
        let (counts, tasks) = (found.entry(project).or_default(), tasks.unsigned_abs());
        counts.total += tasks;
        match task_state {
            TaskState::Open => counts.open += tasks,
            TaskState::InReview => counts.in_review += tasks,
            TaskState::Accepted => counts.accepted += tasks,
            TaskState::Skipped => counts.skipped += tasks,
        }
        counts.returned += if returned { tasks } else { 0 };
    }
    let leased: Vec<(Uuid, i64)> = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::ProjectId)
        .column_as(assignment::Column::Id.count(), "leases")
        .filter(assignment::Column::ProjectId.is_in(ids()))
        .filter(assignment::Column::State.eq(AssignmentState::Active))
        .filter(assignment::Column::Kind.eq(AssignmentKind::Label))
        .group_by(assignment::Column::ProjectId)
        .into_tuple()
        .all(&state.db)
        .await?;
    for (project, leases) in leased {
        found.entry(project).or_default().leased = leases.unsigned_abs();
    }
    Ok(found)
}

/// Where one project stands.
pub(super) async fn progress(
    state: &AppState,
    project: &ProjectFacts,
) -> Result<ProjectProgress, Problem> {
    let id = project.row.id;
    let counts = counts(state, &[id]).await?.remove(&id).unwrap_or_default();
    let by_annotator = by_annotator(state, project).await?;
    let submitted = by_annotator.iter().map(|who| who.submitted).sum();
    let tally = tally(state, project, counts.accepted, submitted).await?;
    Ok(ProjectProgress {
        counts,
        by_class: tally.by_class.clone(),
        by_annotator,
        agreement: tally.agreement.clone(),
    })
}

async fn by_annotator(
    state: &AppState,
    project: &ProjectFacts,
) -> Result<Vec<AnnotatorProgress>, Problem> {
    let answered: Vec<(Uuid, AssignmentState, i64)> = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::UserId)
        .column(assignment::Column::State)
        .column_as(assignment::Column::Id.count(), "answers")
        .filter(assignment::Column::ProjectId.eq(project.row.id))
        .filter(assignment::Column::Kind.eq(AssignmentKind::Label))
        .filter(
            assignment::Column::State
                .is_in([AssignmentState::Submitted, AssignmentState::Returned]),
        )
        .group_by(assignment::Column::UserId)
        .group_by(assignment::Column::State)
        .into_tuple()
        .all(&state.db)
        .await?;
    let accepted = accepted_by_author(state, project).await?;
    let known = people(&state.db, answered.iter().map(|row| row.0)).await?;
    let mut found: BTreeMap<Uuid, AnnotatorProgress> = BTreeMap::new();
    for (user, answer_state, answers) in answered {
        let who = found.entry(user).or_insert_with(|| AnnotatorProgress {
            user: person(&known, user),
            submitted: 0,
            accepted: accepted.get(&user).copied().unwrap_or(0),
            rejected: 0,
        });
        who.submitted += answers.unsigned_abs();
        if answer_state == AssignmentState::Returned {
            who.rejected += answers.unsigned_abs();
        }
    }
    Ok(found.into_values().collect())
}

/// How many answers of each person were accepted: by a reviewer, or because nobody has to.
async fn accepted_by_author(
    state: &AppState,
    project: &ProjectFacts,
) -> Result<HashMap<Uuid, u64>, Problem> {
    let mut select = answer::Entity::find()
        .select_only()
        .column(answer::Column::UserId)
        .column_as(answer::Column::Id.count(), "answers")
        .filter(answer::Column::ProjectId.eq(project.row.id));
    select = if project.settings.review {
        select
            .join(JoinType::InnerJoin, reviews_of_answer())
            .filter(review::Column::Decision.is_in([Decision::Accept, Decision::Fix]))
    } else {
        select
            .join(JoinType::InnerJoin, task_it_stands_for())
            .filter(task::Column::State.eq(TaskState::Accepted))
    };
    let rows: Vec<(Uuid, i64)> = select
        .group_by(answer::Column::UserId)
        .into_tuple()
        .all(&state.db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(user, answers)| (user, answers.unsigned_abs()))
        .collect())
}

fn reviews_of_answer() -> RelationDef {
    answer::Entity::belongs_to(review::Entity)
        .from(answer::Column::Id)
        .to(review::Column::AnnotationId)
        .into()
}

fn task_it_stands_for() -> RelationDef {
    answer::Entity::belongs_to(task::Entity)
        .from(answer::Column::Id)
        .to(task::Column::AnnotationId)
        .into()
}

async fn tally(
    state: &AppState,
    project: &ProjectFacts,
    accepted: u64,
    submitted: u64,
) -> Result<Arc<Tally>, Problem> {
    let id = (project.row.id, accepted, submitted);
    if let Some(found) = state.labeling.tallies.get(&id).await {
        return Ok(found);
    }
    let agreement = if project.settings.overlap > 1 {
        agreement(state, project).await?
    } else {
        None
    };
    let found = Arc::new(Tally {
        by_class: by_class(state, project).await?,
        agreement,
    });
    state.labeling.tallies.insert(id, found.clone()).await;
    Ok(found)
}

async fn by_class(
    state: &AppState,
    project: &ProjectFacts,
) -> Result<BTreeMap<String, u64>, Problem> {
    let mut results = answer::Entity::find()
        .select_only()
        .column(answer::Column::Result)
        .join(JoinType::InnerJoin, task_it_stands_for())
        .filter(answer::Column::ProjectId.eq(project.row.id))
        .filter(task::Column::State.eq(TaskState::Accepted))
        .into_tuple::<serde_json::Value>()
        .stream(&state.db)
        .await?;
    let mut classes = BTreeMap::new();
    while let Some(result) = results.try_next().await? {
        let result: AnnotationResult = serde_json::from_value(result).map_err(Problem::internal)?;
        for item in result.items {
            *classes.entry(item.class).or_insert(0) += 1;
        }
    }
    Ok(classes)
}

/// Agreement over the present answers of tasks that have several.
async fn agreement(state: &AppState, project: &ProjectFacts) -> Result<Option<Agreement>, Problem> {
    let under = answer::Entity::belongs_to(assignment::Entity)
        .from(answer::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let mut rows = answer::Entity::find()
        .select_only()
        .column(answer::Column::TaskId)
        .column(answer::Column::Result)
        .join(JoinType::InnerJoin, under)
        .filter(answer::Column::ProjectId.eq(project.row.id))
        .filter(assignment::Column::Kind.eq(AssignmentKind::Label))
        .filter(assignment::Column::State.eq(AssignmentState::Submitted))
        .order_by_asc(answer::Column::TaskId)
        .into_tuple::<(Uuid, serde_json::Value)>()
        .stream(&state.db)
        .await?;
    let mut by_task: BTreeMap<Uuid, Vec<AnnotationResult>> = BTreeMap::new();
    while let Some((task_id, result)) = rows.try_next().await? {
        by_task
            .entry(task_id)
            .or_default()
            .push(serde_json::from_value(result).map_err(Problem::internal)?);
    }
    let several: Vec<Vec<AnnotationResult>> =
        by_task.into_values().filter(|all| all.len() > 1).collect();
    if several.is_empty() {
        return Ok(None);
    }
    let classes: Vec<Vec<String>> = several
        .iter()
        .map(|all| all.iter().map(classes_of).collect())
        .collect();
    Ok(Some(Agreement {
        tasks: several.len() as u64,
        mean: several.iter().map(|all| mean_of_pairs(all)).sum::<f64>() / several.len() as f64,
        krippendorff_alpha: quality::krippendorff_alpha_units(&classes),
    }))
}

fn mean_of_pairs(all: &[AnnotationResult]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0_u32);
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            sum += quality::answer_agreement(a, b);
            pairs += 1;
        }
    }
    if pairs > 0 {
        sum / f64::from(pairs)
    } else {
        1.0
    }
}

/// The classes an answer gives the whole sample, as one nominal value.
fn classes_of(result: &AnnotationResult) -> String {
    let whole = result
        .items
        .iter()
        .filter(|item| matches!(item.shape, Shape::Classification));
    let mut named: Vec<String> = whole
        .map(|item| format!("{}={}", item.layer, item.class))
        .collect();
    named.sort();
    named.join("\n")
}
