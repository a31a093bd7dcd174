//! Bringing a merge or revert onto its branch: made on the head, landed by compare and swap, made again
//! on the new head when somebody else was faster.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use api_types::ErrorCode;
use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::DatabaseTransaction;
use ids::Hash;
use version_store::{MergeConflict, MergeOutcome};

use super::branches::{Step, advance, branch};
use super::guard::{Moving, may_move};
use crate::datasets::{Source, stored_hash};
use crate::http::etag::Guarded;
use crate::http::{Answer, Effect, Member, answered, once_if};
use crate::problem::Problem;
use crate::state::AppState;

/// How often a merge is made again on a new head before the caller is told.
const ATTEMPTS: u32 = 20;

/// A branch that something is to be brought onto.
pub(super) struct Landing<'a> {
    pub(super) state: &'a AppState,
    pub(super) member: &'a Member,
    pub(super) source: &'a Source,
    pub(super) branch: &'a str,
}

impl Landing<'_> {
    /// Brings what `make` makes on a head onto the branch.
    ///
    /// # Errors
    /// `merge_conflicts`; `precondition_failed` when the caller said where the branch must be;
    /// `ref_moved` when the branch moves too fast; `branch_protected`, `gates_failed`; those of `make`.
    pub(super) async fn land<F>(
        &self,
        guarded: &Guarded,
        body: Hash,
        make: F,
    ) -> Result<HttpResponse, Problem>
    where
        F: AsyncFn(Hash) -> Result<MergeOutcome, Problem>,
    {
        let database = &self.state.db;
        if let Some(answer) = answered(database, guarded.effect.as_ref(), body).await? {
            return Ok(answer.into());
        }
        for _ in 0..ATTEMPTS {
            let row = branch(database, &self.source.dataset, self.branch).await?;
            let old = stored_hash(&row.commit_hash)?;
            guarded.expected.check(&old)?;
            let (outcome, commit) = match make(old).await? {
                MergeOutcome::UpToDate => (MergeOutcomeView::UpToDate, old),
                MergeOutcome::FastForward(commit) => (MergeOutcomeView::FastForward, commit),
                MergeOutcome::Merged(made) => (MergeOutcomeView::Merged, made.commit),
                MergeOutcome::Conflicts(conflicts) => return Err(unsettled(&conflicts)),
            };
            let moving = Moving {
                branch: self.branch.to_owned(),
                old: Some(old),
                new: Some(commit),
            };
            may_move(self.state, self.member, &self.source.repository, moving).await?;
            let result = MergeResult {
                outcome,
                branch: self.branch.to_owned(),
                old,
                commit,
            };
            match self.store((guarded.effect.as_ref(), body), &result).await {
                Err(problem) if problem.code() == ErrorCode::RefMoved => {}
                answer => return Ok(answer?.into()),
            }
        }
        let detail = format!("the branch {} moved each time", self.branch);
        Err(Problem::new(ErrorCode::RefMoved, detail))
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

fn unsettled(conflicts: &[MergeConflict]) -> Problem {
    let first = conflicts.first();
    let first = first.map(|conflict| format!("{} {}", conflict.key, conflict.part));
    let detail = format!(
        "{} conflicts are not settled; the first is {}",
        conflicts.len(),
        first.unwrap_or_default()
    );
    Problem::new(ErrorCode::MergeConflicts, detail)
}
