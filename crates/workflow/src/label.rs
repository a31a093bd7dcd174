//! Decisions of labelling: take, renew, submit, skip, release, expire, reopen.

use uuid::Uuid;

use crate::{
    Assignment, AssignmentState, Event, Purpose, Refusal, Task, TaskState, WorkflowSettings,
};

/// May this person take the task now? Answers the lease as an event.
///
/// # Errors
/// A [`Refusal`] when the task is not open, has no free place, waits for someone else, or when the
/// person already has it or has answered it.
pub fn lease(
    task: &Task,
    settings: &WorkflowSettings,
    user: Uuid,
    assignment: Uuid,
    now_ms: i64,
) -> Result<Event, Refusal> {
    if task.state != TaskState::Open {
        return Err(Refusal::WrongState(task.state));
    }
    if task.open_slots == 0 {
        return Err(Refusal::NoFreeSlot);
    }
    if task.returned_to.is_some_and(|to| to != user) && now_ms < task.held_until_ms {
        return Err(Refusal::HeldForAnother);
    }
    let blocks = |state| matches!(state, AssignmentState::Submitted | AssignmentState::Skipped);
    let mine = || {
        task.assignments
            .iter()
            .filter(|a| a.user == user && a.purpose == Purpose::Label)
    };
    let holds = mine().any(|a| a.state == AssignmentState::Active);
    if holds || (task.returned_to != Some(user) && mine().any(|a| blocks(a.state))) {
        return Err(Refusal::AlreadyAnswered);
    }
    Ok(Event::Leased {
        assignment,
        user,
        purpose: Purpose::Label,
        fence: task.fence + 1,
        expires_at_ms: now_ms + settings.lease_ms(),
    })
}

/// Until when the lease lasts if it is renewed now, in milliseconds since 1970.
///
/// # Errors
/// [`Refusal::LeaseLost`] when the person holds no lease with this fencing number.
pub fn renew(
    task: &Task,
    settings: &WorkflowSettings,
    user: Uuid,
    fence: u64,
    now_ms: i64,
) -> Result<(Uuid, i64), Refusal> {
    let lease = held_for_anything(task, user, fence)?;
    Ok((
        lease.id,
        lease.expires_at_ms.max(now_ms + settings.lease_ms()),
    ))
}

/// An answer comes in. `preferred` is the answer that should stand for the task when several exist;
/// without one it is the new answer.
///
/// # Errors
/// [`Refusal::LeaseLost`] when the person holds no lease with this fencing number.
pub fn submit(
    task: &Task,
    user: Uuid,
    fence: u64,
    annotation: Uuid,
    preferred: Option<Uuid>,
) -> Result<Event, Refusal> {
    let lease = held(task, user, fence)?;
    Ok(Event::Submitted {
        assignment: lease.id,
        annotation,
        current: preferred.unwrap_or(annotation),
    })
}

/// The person would rather not answer; their place is used up.
///
/// # Errors
/// [`Refusal::LeaseLost`] when the person holds no lease with this fencing number.
pub fn skip(task: &Task, user: Uuid, fence: u64, reason: Option<String>) -> Result<Event, Refusal> {
    Ok(Event::Skipped {
        assignment: held(task, user, fence)?.id,
        reason,
    })
}

/// The person gives the task back, be it to label or to review.
///
/// # Errors
/// [`Refusal::LeaseLost`] when the person holds no lease with this fencing number.
pub fn release(task: &Task, user: Uuid, fence: u64) -> Result<Event, Refusal> {
    Ok(Event::Released {
        assignment: held_for_anything(task, user, fence)?.id,
    })
}

/// The leases whose time is up, one event each.
pub fn expire(task: &Task, now_ms: i64) -> Vec<Event> {
    let ran_out = |a: &&Assignment| a.state == AssignmentState::Active && a.expires_at_ms <= now_ms;
    task.assignments
        .iter()
        .filter(ran_out)
        .map(|a| Event::Expired { assignment: a.id })
        .collect()
}

/// A manager puts a finished task back to work; its answers no longer stand.
///
/// # Errors
/// [`Refusal::WrongState`] when the task is still being worked on.
pub const fn reopen(task: &Task, settings: &WorkflowSettings) -> Result<Event, Refusal> {
    match task.state {
        TaskState::Accepted | TaskState::Skipped => Ok(Event::Reopened {
            slots: settings.overlap,
        }),
        state => Err(Refusal::WrongState(state)),
    }
}

fn held(task: &Task, user: Uuid, fence: u64) -> Result<&Assignment, Refusal> {
    task.held(user, Purpose::Label, fence)
        .ok_or(Refusal::LeaseLost)
}

fn held_for_anything(task: &Task, user: Uuid, fence: u64) -> Result<&Assignment, Refusal> {
    held(task, user, fence).or_else(|lost| task.held(user, Purpose::Review, fence).ok_or(lost))
}
