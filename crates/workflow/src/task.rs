//! The state of one task, and the one function that changes it.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Event, Purpose, WorkflowSettings};

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Answers are wanted.
    Open,
    /// Answers wait for a reviewer.
    InReview,
    /// One answer stands.
    Accepted,
    /// Nobody could answer.
    Skipped,
}

impl TaskState {
    /// The name used in rows and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Accepted => "accepted",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// The lease is held.
    Active,
    /// Answered (or judged, for a review); a label assignment in this state is a present answer.
    Submitted,
    /// Answered, and the answer was sent back.
    Returned,
    /// The person would rather not answer.
    Skipped,
    /// Given back unanswered.
    Released,
    /// Ran out and was reclaimed.
    Expired,
}

impl AssignmentState {
    /// The name used in rows and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Skipped => "skipped",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

/// One person's lease on a task, past or present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The row.
    pub id: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// What for.
    pub purpose: Purpose,
    /// The fencing number of the lease.
    pub fence: u64,
    /// Where it stands.
    pub state: AssignmentState,
    /// When it ends unless renewed, in milliseconds since 1970.
    pub expires_at_ms: i64,
}

/// A task with its assignments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Where it stands.
    pub state: TaskState,
    /// How many more people may take it now: answers wanted, less leases held.
    pub open_slots: u32,
    /// The last fencing number given out.
    pub fence: u64,
    /// The answer that stands for the task.
    pub current: Option<Uuid>,
    /// Who is asked to redo a rejected answer.
    pub returned_to: Option<Uuid>,
    /// Until when the task waits for that person, in milliseconds since 1970.
    pub held_until_ms: i64,
    /// All leases, past and present, in order.
    pub assignments: Vec<Assignment>,
}

impl Task {
    /// A task nobody has touched.
    pub const fn new(settings: &WorkflowSettings) -> Self {
        Self {
            state: TaskState::Open,
            open_slots: settings.overlap,
            fence: 0,
            current: None,
            returned_to: None,
            held_until_ms: 0,
            assignments: Vec::new(),
        }
    }

    /// The leases held now for a purpose.
    pub fn active(&self, purpose: Purpose) -> impl Iterator<Item = &Assignment> {
        self.assignments
            .iter()
            .filter(move |a| a.purpose == purpose && a.state == AssignmentState::Active)
    }

    /// The assignments whose answers stand now.
    pub fn answered(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments
            .iter()
            .filter(|a| a.purpose == Purpose::Label && a.state == AssignmentState::Submitted)
    }

    /// The lease that a person holds with this fencing number. Its time may be up: as long as nobody
    /// reclaimed it, the place is still theirs and a late answer is kept.
    pub fn held(&self, user: Uuid, purpose: Purpose, fence: u64) -> Option<&Assignment> {
        self.active(purpose)
            .find(|a| a.user == user && a.fence == fence)
    }

    /// Changes the task as the event says. Events must come from the decisions of this crate, in order.
    pub fn apply(&mut self, settings: &WorkflowSettings, event: &Event) {
        match event {
            Event::Leased {
                assignment,
                user,
                purpose,
                fence,
                expires_at_ms,
            } => self.lease(Assignment {
                id: *assignment,
                user: *user,
                purpose: *purpose,
                fence: *fence,
                state: AssignmentState::Active,
                expires_at_ms: *expires_at_ms,
            }),
            Event::Submitted {
                assignment,
                current,
                ..
            } => {
                self.end(*assignment, AssignmentState::Submitted);
                self.current = Some(*current);
                self.finish_labelling(settings);
            }
            Event::Skipped { assignment, .. } => {
                self.end(*assignment, AssignmentState::Skipped);
                self.finish_labelling(settings);
            }
            Event::Released { assignment } => {
                self.give_back(*assignment, AssignmentState::Released)
            }
            Event::Expired { assignment } => self.give_back(*assignment, AssignmentState::Expired),
            Event::Accepted {
                assignment,
                annotation,
            } => self.settle(*assignment, *annotation),
            Event::Fixed {
                assignment, fixed, ..
            } => self.settle(*assignment, *fixed),
            Event::Rejected {
                assignment,
                annotation,
                answered_under,
                returned_to,
                held_until_ms,
                ..
            } => {
                self.end(*assignment, AssignmentState::Submitted);
                self.end(*answered_under, AssignmentState::Returned);
                self.current = self.current.filter(|current| current != annotation);
                self.state = TaskState::Open;
                self.open_slots = 1;
                self.returned_to = Some(*returned_to);
                self.held_until_ms = *held_until_ms;
            }
            Event::Reopened { slots } => self.reopen(*slots),
        }
    }

    fn lease(&mut self, lease: Assignment) {
        self.fence = lease.fence;
        if lease.purpose == Purpose::Label {
            self.open_slots -= 1;
        }
        self.assignments.push(lease);
    }

    fn end(&mut self, id: Uuid, state: AssignmentState) {
        if let Some(assignment) = self.assignments.iter_mut().find(|a| a.id == id) {
            assignment.state = state;
        }
    }

    fn give_back(&mut self, id: Uuid, state: AssignmentState) {
        self.end(id, state);
        if self
            .assignments
            .iter()
            .any(|a| a.id == id && a.purpose == Purpose::Label)
        {
            self.open_slots += 1;
        }
    }

    fn settle(&mut self, review: Uuid, annotation: Uuid) {
        self.end(review, AssignmentState::Submitted);
        self.current = Some(annotation);
        self.state = TaskState::Accepted;
    }

    fn finish_labelling(&mut self, settings: &WorkflowSettings) {
        self.returned_to = None;
        if self.open_slots > 0 || self.active(Purpose::Label).next().is_some() {
            return;
        }
        let answered = self.answered().next().is_some();
        self.state = match (answered, settings.review) {
            (false, _) => TaskState::Skipped,
            (true, true) => TaskState::InReview,
            (true, false) => TaskState::Accepted,
        };
    }

    fn reopen(&mut self, slots: u32) {
        for assignment in &mut self.assignments {
            assignment.state = match (assignment.purpose, assignment.state) {
                (Purpose::Label, AssignmentState::Submitted) => AssignmentState::Returned,
                (Purpose::Label, AssignmentState::Skipped) => AssignmentState::Released,
                (_, state) => state,
            };
        }
        self.state = TaskState::Open;
        self.open_slots = slots;
        self.current = None;
    }
}
