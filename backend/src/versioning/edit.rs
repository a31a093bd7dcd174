//! Committing an edit to a branch: made on its head, landed by compare and swap, made again on the new head
//! when somebody else was faster.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api_types::ErrorCode;
use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::DatabaseTransaction;
use db::environment::now;
use ids::Hash;
use version_store::{Changes, CommitRequest, Lineage};

use super::apart::apart;
use super::branches::{Step, advance, branch};
use super::guard::{Moving, may_move};
use crate::datasets::{Source, stored_hash};
use crate::http::etag::Guarded;
use crate::http::{Answer, Effect, Member, answered, once_if};
use crate::jobs::respond;
use crate::problem::Problem;
use crate::state::AppState;

/// How often an edit is made again on a new head before the caller is told.
const ATTEMPTS: u32 = 20;

/// An edit on its way to a branch.
pub(super) struct Edit<'a> {
    pub(super) state: &'a AppState,
    pub(super) member: &'a Member,
    pub(super) source: &'a Source,
    pub(super) branch: &'a str,
    pub(super) message: String,
}

impl Edit<'_> {
    /// Commits what `changes` makes.
    ///
    /// # Errors
    /// `precondition_failed` when the caller said where the branch must be; `ref_moved` when the branch moves
    /// too fast; `branch_protected`, `gates_failed`, `gates_pending`; those of `changes`.
    pub(super) async fn land(
        &self,
        guarded: &Guarded,
        body: Hash,
        changes: impl Fn() -> Result<Changes, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let effect = guarded.effect.as_ref();
        if let Some(answer) = answered(&self.state.db, effect, body).await? {
            return Ok(respond(self.member, answer));
        }
        for _ in 0..ATTEMPTS {
            let row = branch(&self.state.db, &self.source.dataset, self.branch).await?;
            let head = stored_hash(&row.commit_hash)?;
            guarded.expected.check(&head)?;
            let result = self.made(head, changes()?).await?;
            match self.store((effect, body), &result).await {
                Err(problem) if problem.code() == ErrorCode::RefMoved => {}
                answer => return Ok(respond(self.member, answer?)),
            }
        }
        let detail = format!("the branch {} moved each time", self.branch);
        Err(Problem::new(ErrorCode::RefMoved, detail))
    }

    async fn made(&self, head: Hash, changes: Changes) -> Result<MergeResult, Problem> {
        let request = CommitRequest {
            parents: vec![head],
            changes,
            author: self.member.email.clone(),
            message: self.message.clone(),
            time_ms: now().timestamp_millis(),
            lineage: Lineage::default(),
        };
        let repository = self.source.repository.clone();
        let made = apart(async move { repository.commit(request).await }).await?;
        let mut result = MergeResult {
            outcome: MergeOutcomeView::UpToDate,
            branch: self.branch.to_owned(),
            old: head,
            commit: head,
        };
        if made.changed {
            result.outcome = MergeOutcomeView::Merged;
            result.commit = made.commit;
            let moving = Moving {
                branch: self.branch.to_owned(),
                old: Some(head),
                new: Some(made.commit),
            };
            may_move(self.state, self.member, &self.source.repository, moving).await?;
        }
        Ok(result)
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
