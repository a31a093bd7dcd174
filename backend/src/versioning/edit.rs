//! Edits on their way to a branch: commits of changes that a request spells out.

use actix_web::HttpResponse;
use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::environment::now;
use ids::Hash;
use version_store::{Changes, CommitRequest, Lineage};

use super::apart::apart;
use super::guard::{Moving, may_move};
use super::landing::{Landing, Made};
use crate::http::etag::Guarded;
use crate::problem::Problem;

/// An edit on its way to a branch.
pub(super) struct Edit<'a> {
    pub(super) landing: Landing<'a>,
    pub(super) message: String,
}

impl Edit<'_> {
    /// Commits what `changes` makes.
    ///
    /// # Errors
    /// Those of [`Landing::land`]; `branch_protected`, `gates_failed`, `gates_pending`; those of `changes`.
    pub(super) async fn land(
        &self,
        guarded: &Guarded,
        body: Hash,
        changes: impl Fn() -> Result<Changes, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let make = async |head| Ok(Made::Result(self.made(head, changes()?).await?));
        self.landing.land(guarded, body, make).await
    }

    async fn made(&self, head: Hash, changes: Changes) -> Result<MergeResult, Problem> {
        let landing = &self.landing;
        let request = CommitRequest {
            parents: vec![head],
            changes,
            author: landing.member.email.clone(),
            message: self.message.clone(),
            time_ms: now().timestamp_millis(),
            lineage: Lineage::default(),
        };
        let repository = landing.source.repository.clone();
        let made = apart(async move { repository.commit(request).await }).await?;
        let mut result = MergeResult {
            outcome: MergeOutcomeView::UpToDate,
            branch: landing.branch.to_owned(),
            old: head,
            commit: head,
        };
        if made.changed {
            result.outcome = MergeOutcomeView::Merged;
            result.commit = made.commit;
            let moving = Moving {
                branch: landing.branch.to_owned(),
                old: Some(head),
                new: Some(made.commit),
            };
            may_move(
                landing.state,
                landing.member,
                &landing.source.repository,
                moving,
            )
            .await?;
        }
        Ok(result)
    }
}
