//! Merges and reverts on their way to a branch. What takes long becomes a job (docs/adr/0011).

use actix_web::HttpResponse;
use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::environment::now;
use gates::{Join, JoinRequest};
use ids::Hash;
use jobs::{JobPayload, Joining};
use tokio::time::Instant;
use version_store::{MergeStep, Settle};

use super::apart::apart_until;
use super::landing::{Landing, Made};
use crate::http::etag::Guarded;
use crate::problem::Problem;

/// A merge or revert on its way to a branch.
pub(super) struct Joined<'a> {
    pub(super) landing: Landing<'a>,
    pub(super) join: Join,
    pub(super) settle: Settle,
    pub(super) message: String,
}

impl Joined<'_> {
    /// Brings it onto the branch, or has a job do that.
    ///
    /// # Errors
    /// `merge_conflicts`; those of [`Landing::land`]; `branch_protected`, `gates_failed`; what is wrong
    /// with resolutions and commits.
    pub(super) async fn land(
        &self,
        guarded: &Guarded,
        body: Hash,
    ) -> Result<HttpResponse, Problem> {
        let deadline = Instant::now() + self.landing.state.config.at_once;
        let make = async |head| match self.made(deadline, head).await? {
            Some(result) => Ok(Made::Result(result)),
            None => Ok(Made::Later(self.job(guarded)?)),
        };
        self.landing.land(guarded, body, make).await
    }

    /// Makes it on the head. None: it takes longer than a request has.
    async fn made(&self, deadline: Instant, head: Hash) -> Result<Option<MergeResult>, Problem> {
        let landing = &self.landing;
        let request = JoinRequest {
            join: self.join,
            branch: landing.branch.to_owned(),
            head,
            settle: self.settle.clone(),
            author: landing.member.email.clone(),
            message: self.message.clone(),
            time_ms: now().timestamp_millis(),
        };
        let repository = landing.source.repository.clone();
        let outbound = landing.state.config.outbound.clone();
        let joined = apart_until(deadline, async move {
            gates::join(&repository, request, outbound.as_ref().into()).await
        });
        Ok(joined.await?.map(|joined| MergeResult {
            outcome: match joined.step {
                MergeStep::UpToDate => MergeOutcomeView::UpToDate,
                MergeStep::FastForward => MergeOutcomeView::FastForward,
                MergeStep::Join => MergeOutcomeView::Merged,
            },
            branch: landing.branch.to_owned(),
            old: head,
            commit: joined.commit,
        }))
    }

    fn job(&self, guarded: &Guarded) -> Result<JobPayload, Problem> {
        let joining = |commit| {
            Ok::<_, Problem>(Joining {
                dataset_id: self.landing.source.dataset.id,
                branch: self.landing.branch.to_owned(),
                commit,
                settle: serde_json::to_value(&self.settle).map_err(Problem::internal)?,
                expected: guarded.expected.0,
                message: self.message.clone(),
                author: self.landing.member.email.clone(),
            })
        };
        Ok(match self.join {
            Join::Merge(commit) => JobPayload::Merge(joining(commit)?),
            Join::Revert(commit) => JobPayload::Revert(joining(commit)?),
        })
    }
}
