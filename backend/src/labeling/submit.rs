//! Takes an answer.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use annotation::AnnotationResult;
use api_types::ErrorCode;
use api_types::labeling::{SubmitOutcome, SubmitRequest};
use chrono::{DateTime, Utc};
use db::DatabaseTransaction;
use db::entity::{annotation as answer, draft, prediction};
use db::environment::new_id;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use standard::SampleFacts;
use uuid::Uuid;
use workflow::{AssignmentState, label};

use super::answers::{accepted_form, differs};
use super::{Change, LockedTask, facts};
use crate::http::{Answer, Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Submits an answer. Once this is answered with 200, the answer is on the disk; a retry with the same
/// Idempotency-Key gets the same answer and changes nothing. Without the lease nothing is changed.
#[utoipa::path(
    tag = "labeling",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("task" = Uuid, Path, description = "Task"),
        ("Idempotency-Key" = String, Header, description = "New for each answer"),
    ),
    request_body = SubmitRequest,
    responses((status = 200, description = "Stored", body = SubmitOutcome))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/submit")]
pub async fn submit_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Effect,
    body: Json<SubmitRequest>,
) -> Result<HttpResponse, Problem> {
    let (task, project) = facts::task(&state, &member, path.1).await?;
    let source = facts::source(&state, &member, &project, &task.sample_key).await?;
    let Json {
        value: request,
        hash,
    } = body;
    let result = accepted_form(
        &project.standard.content,
        request.result,
        &SampleFacts::from(&source.0),
    )?;
    let submission = Submission {
        result,
        fence: request.fence,
        prediction_id: request.prediction_id,
        lead_time_ms: request
            .lead_time_ms
            .map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
        user_id: member.user_id,
        standard_version_id: project.standard.id,
    };
    let change = Change {
        state: &state,
        member: &member,
        task_id: task.id,
        effect: Some(effect),
        body: hash,
    };
    let stored = change
        .run(
            async |transaction: &DatabaseTransaction, task: LockedTask, now| {
                submission.store(transaction, task, now).await
            },
        )
        .await?;
    Ok(stored.into())
}

/// An answer that fits the standard.
struct Submission {
    result: AnnotationResult,
    fence: u64,
    prediction_id: Option<Uuid>,
    lead_time_ms: Option<i64>,
    user_id: Uuid,
    standard_version_id: Uuid,
}

impl Submission {
    async fn store(
        &self,
        transaction: &DatabaseTransaction,
        mut task: LockedTask,
        now: DateTime<Utc>,
    ) -> Result<Answer, Problem> {
        let id = new_id();
        let preferred = self.preferred(transaction, &task, id).await?;
        let event = label::submit(&task.state, self.user_id, self.fence, id, preferred)?;
        let row = self.row(transaction, &task, id, now).await?;
        answer::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(transaction)
            .await?;
        task.record(transaction, &event, Some(self.user_id), now)
            .await?;
        draft::Entity::delete_by_id((task.row.id, self.user_id))
            .exec(transaction)
            .await?;
        let outcome = SubmitOutcome {
            annotation_id: id,
            task_state: task.state.state,
        };
        Answer::new(StatusCode::OK, &outcome)
    }

    async fn row(
        &self,
        transaction: &DatabaseTransaction,
        task: &LockedTask,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<answer::Model, Problem> {
        let lease = task
            .state
            .held(self.user_id, workflow::Purpose::Label, self.fence);
        Ok(answer::Model {
            id,
            workspace_id: task.row.workspace_id,
            project_id: task.row.project_id,
            task_id: task.row.id,
            assignment_id: lease.map(|lease| lease.id),
            user_id: self.user_id,
            standard_version_id: self.standard_version_id,
            result: serde_json::to_value(&self.result).map_err(Problem::internal)?,
            prediction_id: self.prediction_id,
            prediction_changed: self.prediction_changed(transaction, task.row.id).await?,
            supersedes: self.supersedes(transaction, task).await?,
            lead_time_ms: self.lead_time_ms,
            created_at: now,
        })
    }

    async fn prediction_changed(
        &self,
        transaction: &DatabaseTransaction,
        task_id: Uuid,
    ) -> Result<bool, Problem> {
        let Some(id) = self.prediction_id else {
            return Ok(false);
        };
        let row = prediction::Entity::find_by_id(id)
            .filter(prediction::Column::TaskId.eq(task_id))
            .one(transaction)
            .await?;
        let row = row.ok_or_else(|| {
            let detail = "the prediction is not one of this task";
            Problem::new(ErrorCode::InvalidBody, detail).at("prediction_id")
        })?;
        let predicted = serde_json::from_value(row.result).map_err(Problem::internal)?;
        Ok(differs(&self.result, &predicted))
    }

    /// The person's answer that was sent back, if there is one.
    async fn supersedes(
        &self,
        transaction: &DatabaseTransaction,
        task: &LockedTask,
    ) -> Result<Option<Uuid>, Problem> {
        let returned = |a: &&workflow::Assignment| {
            a.user == self.user_id && a.state == AssignmentState::Returned
        };
        let Some(last) = task.state.assignments.iter().rfind(returned) else {
            return Ok(None);
        };
        let row = answer::Entity::find()
            .filter(answer::Column::TaskId.eq(task.row.id))
            .filter(answer::Column::AssignmentId.eq(last.id))
            .one(transaction)
            .await?;
        Ok(row.map(|row| row.id))
    }

    /// With several answers the one that agrees best with the others stands for the task.
    async fn preferred(
        &self,
        transaction: &DatabaseTransaction,
        task: &LockedTask,
        id: Uuid,
    ) -> Result<Option<Uuid>, Problem> {
        let present: Vec<Uuid> = task.state.answered().map(|a| a.id).collect();
        if present.is_empty() {
            return Ok(None);
        }
        let rows = answer::Entity::find()
            .filter(answer::Column::TaskId.eq(task.row.id))
            .filter(answer::Column::AssignmentId.is_in(present))
            .order_by_asc(answer::Column::CreatedAt)
            .order_by_asc(answer::Column::Id)
            .all(transaction)
            .await?;
        let mut ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut results = Vec::with_capacity(rows.len() + 1);
        for row in rows {
            results.push(serde_json::from_value(row.result).map_err(Problem::internal)?);
        }
        ids.push(id);
        results.push(self.result.clone());
        Ok(quality::medoid(&results).and_then(|best| ids.get(best).copied()))
    }
}
