//! What stands between a branch and where it is to go: its gates and the rules that protect it.

use db::environment::now;
use gates::GateRequest;
use ids::Hash;
use version_store::{RefKind, RefMove, Repository};

use super::apart::apart;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

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
/// `branch_protected`, `gates_failed`; failures of the store.
pub(super) async fn may_move(
    state: &AppState,
    member: &Member,
    repository: &Repository,
    moving: Moving,
) -> Result<(), Problem> {
    let time_ms = now().timestamp_millis();
    let (repository, by) = (repository.clone(), member.email.clone());
    let outbound = state.config.outbound.clone();
    apart(async move {
        if let Some(new) = moving.new {
            let request = GateRequest {
                branch: &moving.branch,
                old: moving.old,
                new,
                time_ms,
            };
            gates::run_required(&repository, &request, outbound.as_ref()).await?;
        }
        let step = RefMove {
            kind: RefKind::Branch,
            name: &moving.branch,
            old: moving.old,
            new: moving.new,
            by: &by,
            cause: "service",
            time_ms,
        };
        repository.check_ref_move(&step).await?;
        Ok::<_, gates::Error>(())
    })
    .await
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
