//! Decisions of review: take, accept, reject, fix.

use uuid::Uuid;

use crate::{Assignment, Event, Purpose, Refusal, Task, TaskState, WorkflowSettings};

/// The answer that a review is about: the annotation, and the assignment under which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The annotation.
    pub annotation: Uuid,
    /// The label assignment it was submitted under.
    pub answered_under: Uuid,
}

/// Who reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewer {
    /// The person.
    pub user: Uuid,
    /// Whether they may judge their own answers (owners may, and the only person who can review).
    pub may_judge_own: bool,
}

/// May this reviewer take the task now? Answers the lease as an event.
///
/// # Errors
/// A [`Refusal`] when the task is not in review, someone reviews it, or an answer is the reviewer's own.
pub fn lease(
    task: &Task,
    settings: &WorkflowSettings,
    reviewer: Reviewer,
    assignment: Uuid,
    now_ms: i64,
) -> Result<Event, Refusal> {
    if task.state != TaskState::InReview {
        return Err(Refusal::WrongState(task.state));
    }
    if task.active(Purpose::Review).next().is_some() {
        return Err(Refusal::NoFreeSlot);
    }
    if !reviewer.may_judge_own && task.answered().any(|a| a.user == reviewer.user) {
        return Err(Refusal::OwnAnnotation);
    }
    Ok(Event::Leased {
        assignment,
        user: reviewer.user,
        purpose: Purpose::Review,
        fence: task.fence + 1,
        expires_at_ms: now_ms + settings.lease_ms(),
    })
}

/// The answer stands.
///
/// # Errors
/// [`Refusal::LeaseLost`] without the lease, [`Refusal::NotPresent`] when the answer is not a present one.
pub fn accept(task: &Task, reviewer: Uuid, fence: u64, answer: Answer) -> Result<Event, Refusal> {
    let (review, _) = judge(task, reviewer, fence, answer)?;
    Ok(Event::Accepted {
        assignment: review.id,
        annotation: answer.annotation,
    })
}

/// The answer goes back to the person who made it, who has [`WorkflowSettings::RETURN_HOLD_MS`] before others may take the task.
///
/// # Errors
/// [`Refusal::LeaseLost`] without the lease, [`Refusal::NotPresent`] when the answer is not a present one.
pub fn reject(
    task: &Task,
    reviewer: Uuid,
    fence: u64,
    answer: Answer,
    reason: (Option<String>, i64),
) -> Result<Event, Refusal> {
    let (review, answered) = judge(task, reviewer, fence, answer)?;
    let (comment, now_ms) = reason;
    Ok(Event::Rejected {
        assignment: review.id,
        annotation: answer.annotation,
        answered_under: answered.id,
        returned_to: answered.user,
        held_until_ms: now_ms + WorkflowSettings::RETURN_HOLD_MS,
        comment,
    })
}

/// The reviewer's correction `fixed` stands in place of the answer.
///
/// # Errors
/// [`Refusal::LeaseLost`] without the lease, [`Refusal::NotPresent`] when the answer is not a present one.
pub fn fix(
    task: &Task,
    reviewer: Uuid,
    fence: u64,
    answer: Answer,
    fixed: Uuid,
) -> Result<Event, Refusal> {
    let (review, _) = judge(task, reviewer, fence, answer)?;
    Ok(Event::Fixed {
        assignment: review.id,
        annotation: answer.annotation,
        fixed,
    })
}

fn judge(
    task: &Task,
    reviewer: Uuid,
    fence: u64,
    answer: Answer,
) -> Result<(&Assignment, &Assignment), Refusal> {
    let review = task
        .held(reviewer, Purpose::Review, fence)
        .ok_or(Refusal::LeaseLost)?;
    let answered = task
        .answered()
        .find(|a| a.id == answer.answered_under)
        .ok_or(Refusal::NotPresent)?;
    Ok((review, answered))
}
