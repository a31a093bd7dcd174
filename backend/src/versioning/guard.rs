//! What stands between a branch and where it is to go: its gates and the rules that protect it.

use std::time::Duration;

use api_types::ErrorCode;
use db::environment::now;
use ids::Hash;
use tokio::time::Instant;
use version_store::{RefKind, RefMove, Repository};

use super::apart::apart_until;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// How long the gates of a move by hand may take.
const LONGEST: Duration = Duration::from_secs(20);

/// A branch on its way; `new` is none when it is deleted.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    pub(super) branch: String,
    pub(super) old: Option<Hash>,
    pub(super) new: Option<Hash>,
}

/// Asks the gates of the branch that have not passed yet, and whether the rules let the branch move.
/// Before the transaction that moves it: gates may read the whole version.
///
/// # Errors
/// `branch_protected`, `gates_failed`; `gates_pending` when the gates need longer than a request has;
/// failures of the store.
pub(super) async fn may_move(
    state: &AppState,
    member: &Member,
    repository: &Repository,
    moving: Moving,
) -> Result<(), Problem> {
    let time_ms = now().timestamp_millis();
    let (repository, by) = (repository.clone(), member.email.clone());
    let outbound = state.config.outbound.clone();
    let branch = moving.branch.clone();
    let asked = apart_until(Instant::now() + LONGEST, async move {
        let step = RefMove {
            kind: RefKind::Branch,
            name: &moving.branch,
            old: moving.old,
            new: moving.new,
            by: &by,
            cause: "service",
            time_ms,
        };
        gates::may_move(&repository, &step, outbound.as_ref().into()).await
    });
    asked.await?.ok_or_else(|| {
        let detail = format!(
            "the gates of {branch} need longer than a request has: ask them first, then move the branch"
        );
        Problem::new(ErrorCode::GatesPending, detail)
    })
}

/// As [`may_move`], of a branch that is to go.
///
/// # Errors
/// `branch_protected`; failures of the store.
pub(super) async fn may_go(
    state: &AppState,
    member: &Member,
    repository: &Repository,
    (branch, at): (&str, Hash),
) -> Result<(), Problem> {
    let moving = Moving {
        branch: branch.to_owned(),
        old: Some(at),
        new: None,
    };
    may_move(state, member, repository, moving).await
}
