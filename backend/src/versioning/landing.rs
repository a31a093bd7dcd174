//! Bringing a merge or revert onto its branch: made on the head, landed by compare and swap, made again
//! on the new head when somebody else was faster. What takes long becomes a job (docs/adr/0011).

use ::jobs::{JobPayload, Joining};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api_types::ErrorCode;
use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::DatabaseTransaction;
use db::environment::now;
use gates::{Join, JoinRequest};
use ids::Hash;
use tokio::time::Instant;
use version_store::{MergeStep, Settle};

use super::apart::apart_until;
use super::branches::{Step, advance, branch};
use crate::datasets::{Source, stored_hash};
use crate::http::etag::Guarded;
use crate::http::{Answer, Effect, Member, answered, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::problem::Problem;
use crate::state::AppState;

/// How often a merge is made again on a new head before the caller is told.
const ATTEMPTS: u32 = 20;

/// A merge or revert on its way to a branch.
pub(super) struct Landing<'a> {
    pub(super) state: &'a AppState,
    pub(super) member: &'a Member,
    pub(super) source: &'a Source,
    pub(super) branch: &'a str,
    pub(super) join: Join,
    pub(super) settle: Settle,
    pub(super) message: String,
}

impl Landing<'_> {
    /// Brings it onto the branch, or has a job do that.
    ///
    /// # Errors
    /// `merge_conflicts`; `precondition_failed` when the caller said where the branch must be;
    /// `ref_moved` when the branch moves too fast; `branch_protected`, `gates_failed`; what is wrong
    /// with resolutions and commits.
    pub(super) async fn land(
        &self,
        guarded: &Guarded,
        body: Hash,
    ) -> Result<HttpResponse, Problem> {
        let effect = guarded.effect.as_ref();
        if let Some(answer) = answered(&self.state.db, effect, body).await? {
            return Ok(respond(self.member, answer));
        }
        let deadline = Instant::now() + self.state.config.at_once;
        for _ in 0..ATTEMPTS {
            let row = branch(&self.state.db, &self.source.dataset, self.branch).await?;
            let head = stored_hash(&row.commit_hash)?;
            guarded.expected.check(&head)?;
            let Some(result) = self.made(deadline, head).await? else {
                let answer = self.hand_over(guarded, body).await?;
                return Ok(respond(self.member, answer));
            };
            match self.store((effect, body), &result).await {
                Err(problem) if problem.code() == ErrorCode::RefMoved => {}
                answer => return Ok(respond(self.member, answer?)),
            }
        }
        let detail = format!("the branch {} moved each time", self.branch);
        Err(Problem::new(ErrorCode::RefMoved, detail))
    }

    /// Makes it on the head. None: it takes longer than a request has.
    async fn made(&self, deadline: Instant, head: Hash) -> Result<Option<MergeResult>, Problem> {
        let request = JoinRequest {
            join: self.join,
            branch: self.branch.to_owned(),
            head,
            settle: self.settle.clone(),
            author: self.member.email.clone(),
            message: self.message.clone(),
            time_ms: now().timestamp_millis(),
        };
        let repository = self.source.repository.clone();
        let outbound = self.state.config.outbound.clone();
        let joined = apart_until(deadline, async move {
            gates::join(&repository, request, outbound.as_ref().into()).await
        });
        Ok(joined.await?.map(|joined| MergeResult {
            outcome: match joined.step {
                MergeStep::UpToDate => MergeOutcomeView::UpToDate,
                MergeStep::FastForward => MergeOutcomeView::FastForward,
                MergeStep::Join => MergeOutcomeView::Merged,
            },
            branch: self.branch.to_owned(),
            old: head,
            commit: joined.commit,
        }))
    }

    async fn hand_over(&self, guarded: &Guarded, body: Hash) -> Result<Answer, Problem> {
        let joining = |commit| {
            Ok::<_, Problem>(Joining {
                dataset_id: self.source.dataset.id,
                branch: self.branch.to_owned(),
                commit,
                settle: serde_json::to_value(&self.settle).map_err(Problem::internal)?,
                expected: guarded.expected.0,
                message: self.message.clone(),
                author: self.member.email.clone(),
            })
        };
        let payload = match self.join {
            Join::Merge(commit) => JobPayload::Merge(joining(commit)?),
            Join::Revert(commit) => JobPayload::Revert(joining(commit)?),
        };
        db::write_transaction(&self.state.db, async |transaction| {
            let work = async |transaction: &DatabaseTransaction| {
                accepted(enqueue(transaction, self.member, payload.clone()).await?)
            };
            once_if(transaction, guarded.effect.as_ref(), body, work).await
        })
        .await
    }

    async fn store(
        &self,
        (effect, body): (Option<&Effect>, Hash),
        result: &MergeResult,
    ) -> Result<Answer, Problem> {
        db::write_transaction(&self.state.db, async |transaction| {
            let work = async |transaction: &DatabaseTransaction| {
                let step = Step {
                    branch: self.branch,
                    from: result.old,
                    to: result.commit,
                };
                let moves = result.commit != result.old;
                let dataset = &self.source.dataset;
                if moves && !advance(transaction, self.member, dataset, step).await? {
                    let detail = "the branch moved in the meantime";
                    return Err(Problem::new(ErrorCode::RefMoved, detail));
                }
                Answer::new(StatusCode::CREATED, result)
            };
            once_if(transaction, effect, body, work).await
        })
        .await
    }
}
