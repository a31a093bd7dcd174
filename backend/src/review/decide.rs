//! Takes a reviewer's decision.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use annotation::AnnotationResult;
use api_types::ErrorCode;
use api_types::review::{ReviewDecision, ReviewOutcome, ReviewRequest};
use chrono::{DateTime, Utc};
use db::DatabaseTransaction;
use db::entity::{Decision, annotation as answer, review as review_row};
use db::environment::new_id;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use standard::SampleFacts;
use uuid::Uuid;
use workflow::review::{self, Answer as Answered};
use workflow::{Event, Purpose, Refusal};

use crate::http::json::said;
use crate::http::{Answer, Effect, Json, Member};
use crate::labeling::{Change, LockedTask, accepted_form, source, task};
use crate::problem::Problem;
use crate::state::AppState;

/// Accepts an answer, sends it back with a comment, or puts a correction in its place.
#[utoipa::path(
    tag = "review",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("task" = Uuid, Path, description = "Task"),
        ("Idempotency-Key" = String, Header, description = "New for each decision"),
    ),
    request_body = ReviewRequest,
    responses((status = 200, description = "Stored", body = ReviewOutcome))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/review")]
pub async fn review_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Effect,
    body: Json<ReviewRequest>,
) -> Result<HttpResponse, Problem> {
    let (facts, project) = task(&state, &member, path.1).await?;
    let Json {
        value: request,
        hash,
    } = body;
    let correction = match (request.decision, request.result) {
        (ReviewDecision::Fix, Some(result)) => {
            let source = source(&state, &member, &project, &facts.sample_key).await?;
            let sample = SampleFacts::from(&source.0);
            Some(accepted_form(&project.standard.content, result, &sample)?)
        }
        (ReviewDecision::Fix, None) => {
            return Err(Problem::new(ErrorCode::InvalidBody, "a fix needs a result").at("result"));
        }
        (_, Some(_)) => {
            let detail = "only a fix has a result";
            return Err(Problem::new(ErrorCode::InvalidBody, detail).at("result"));
        }
        (_, None) => None,
    };
    let judgement = Judgement {
        fence: request.fence,
        annotation_id: request.annotation_id,
        decision: request.decision,
        comment: said(request.comment.as_ref()),
        correction,
        reviewer: member.user_id,
        standard_version_id: project.standard.id,
    };
    let change = Change {
        state: &state,
        member: &member,
        task_id: facts.id,
        effect: Some(effect),
        body: hash,
    };
    let stored = change
        .run(
            async |transaction: &DatabaseTransaction, task: LockedTask, now| {
                judgement.store(transaction, task, now).await
            },
        )
        .await?;
    Ok(stored.into())
}

struct Judgement {
    fence: u64,
    annotation_id: Uuid,
    decision: ReviewDecision,
    comment: Option<String>,
    correction: Option<AnnotationResult>,
    reviewer: Uuid,
    standard_version_id: Uuid,
}

impl Judgement {
    async fn store(
        &self,
        transaction: &DatabaseTransaction,
        mut task: LockedTask,
        now: DateTime<Utc>,
    ) -> Result<Answer, Problem> {
        // The lease first: without it nobody is told what is wrong with the rest.
        task.state
            .held(self.reviewer, Purpose::Review, self.fence)
            .ok_or(Refusal::LeaseLost)?;
        let judged = self.judged(transaction, &task).await?;
        let fixed = self
            .store_correction(transaction, &task, &judged, now)
            .await?;
        let event = self.event(&task, &judged, fixed, now)?;
        task.record(transaction, &event, Some(self.reviewer), now)
            .await?;
        let row = review_row::Model {
            id: new_id(),
            workspace_id: task.row.workspace_id,
            project_id: task.row.project_id,
            task_id: task.row.id,
            annotation_id: judged.id,
            reviewer_id: self.reviewer,
            decision: match self.decision {
                ReviewDecision::Accept => Decision::Accept,
                ReviewDecision::Reject => Decision::Reject,
                ReviewDecision::Fix => Decision::Fix,
            },
            comment: self.comment.clone().unwrap_or_default(),
            fixed_annotation_id: fixed,
            created_at: now,
        };
        let review_id = row.id;
        review_row::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(transaction)
            .await?;
        let outcome = ReviewOutcome {
            review_id,
            annotation_id: task.state.current,
            task_state: task.state.state,
        };
        Answer::new(StatusCode::OK, &outcome)
    }

    async fn judged(
        &self,
        transaction: &DatabaseTransaction,
        task: &LockedTask,
    ) -> Result<answer::Model, Problem> {
        let row = answer::Entity::find_by_id(self.annotation_id)
            .filter(answer::Column::TaskId.eq(task.row.id))
            .one(transaction)
            .await?;
        Ok(row.ok_or(Refusal::NotPresent)?)
    }

    fn event(
        &self,
        task: &LockedTask,
        judged: &answer::Model,
        fixed: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Event, Problem> {
        let answered_under = judged.assignment_id.ok_or(Refusal::NotPresent)?;
        let answered = Answered {
            annotation: judged.id,
            answered_under,
        };
        let (state, who, fence) = (&task.state, self.reviewer, self.fence);
        let event = match (self.decision, fixed) {
            (ReviewDecision::Accept, _) => review::accept(state, who, fence, answered),
            (ReviewDecision::Fix, Some(fixed)) => review::fix(state, who, fence, answered, fixed),
            _ => {
                let reason = (self.comment.clone(), now.timestamp_millis());
                review::reject(state, who, fence, answered, reason)
            }
        };
        Ok(event?)
    }

    /// The correction becomes an annotation of the reviewer that supersedes the one it corrects.
    async fn store_correction(
        &self,
        transaction: &DatabaseTransaction,
        task: &LockedTask,
        judged: &answer::Model,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>, Problem> {
        let Some(result) = &self.correction else {
            return Ok(None);
        };
        let lease = task.state.held(self.reviewer, Purpose::Review, self.fence);
        let row = answer::Model {
            id: new_id(),
            workspace_id: task.row.workspace_id,
            project_id: task.row.project_id,
            task_id: task.row.id,
            assignment_id: lease.map(|lease| lease.id),
            user_id: self.reviewer,
            standard_version_id: self.standard_version_id,
            result: serde_json::to_value(result).map_err(Problem::internal)?,
            prediction_id: judged.prediction_id,
            prediction_changed: judged.prediction_id.is_some(),
            supersedes: Some(judged.id),
            lead_time_ms: None,
            created_at: now,
        };
        let id = row.id;
        answer::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(transaction)
            .await?;
        Ok(Some(id))
    }
}
