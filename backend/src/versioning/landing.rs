//! Bringing a commit onto a branch: made on the head, landed by compare and swap, made again on the new head
//! when somebody else was faster.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api_types::ErrorCode;
use api_types::versioning::MergeResult;
use db::DatabaseTransaction;
use ids::Hash;
use jobs::JobPayload;

use super::branches::{Step, advance, branch};
use crate::datasets::{Source, stored_hash};
use crate::http::etag::Guarded;
use crate::http::{Answer, Effect, Member, answered, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::problem::Problem;
use crate::state::AppState;

/// How often a commit is made again on a new head before the caller is told.
const ATTEMPTS: u32 = 20;

/// Where a commit lands, and for whom.
pub(super) struct Landing<'a> {
    pub(super) state: &'a AppState,
    pub(super) member: &'a Member,
    pub(super) source: &'a Source,
    pub(super) branch: &'a str,
}

/// What was made on a head.
pub(super) enum Made {
    /// A commit, or nothing to commit.
    Result(MergeResult),
    /// It takes longer than a request has: a job does it.
    Later(JobPayload),
}

impl Landing<'_> {
    /// Brings what `make` makes of the branch's head onto the branch, or has a job do that.
    ///
    /// # Errors
    /// `precondition_failed` when the caller said where the branch must be; `ref_moved` when the branch
    /// moves too fast; those of `make`.
    pub(super) async fn land(
        &self,
        guarded: &Guarded,
        body: Hash,
        make: impl AsyncFn(Hash) -> Result<Made, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let effect = guarded.effect.as_ref();
        if let Some(answer) = answered(&self.state.db, effect, body).await? {
            return Ok(respond(self.member, answer));
        }
        for _ in 0..ATTEMPTS {
            let row = branch(&self.state.db, &self.source.dataset, self.branch).await?;
            let head = stored_hash(&row.commit_hash)?;
            guarded.expected.check(&head)?;
            let result = match make(head).await? {
                Made::Result(result) => result,
                Made::Later(payload) => {
                    let answer = self.hand_over((effect, body), &payload).await?;
                    return Ok(respond(self.member, answer));
                }
            };
            match self.store((effect, body), &result).await {
                Err(problem) if problem.code() == ErrorCode::RefMoved => {}
                answer => return Ok(respond(self.member, answer?)),
            }
        }
        let detail = format!("the branch {} moved each time", self.branch);
        Err(Problem::new(ErrorCode::RefMoved, detail))
    }

    async fn hand_over(
        &self,
        (effect, body): (Option<&Effect>, Hash),
        payload: &JobPayload,
    ) -> Result<Answer, Problem> {
        db::write_transaction(&self.state.db, async |transaction| {
            let work = async |transaction: &DatabaseTransaction| {
                accepted(enqueue(transaction, self.member, payload.clone()).await?)
            };
            once_if(transaction, effect, body, work).await
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
