//! Random histories of a task: whatever people do and in whatever order, the invariants hold.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use proptest::prelude::*;
use uuid::Uuid;
use workflow::review::{Answer, Reviewer};
use workflow::{
    AssignmentState, Event, Purpose, Refusal, Task, TaskState, WorkflowSettings, label, review,
};

/// What someone tries next.
#[derive(Debug, Clone)]
enum Step {
    Lease(u8),
    Renew(u8),
    Submit(u8),
    SubmitStale(u8),
    Skip(u8),
    Release(u8),
    Wait(u32),
    Review(u8),
    Accept(u8),
    Reject(u8),
    Fix(u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..4_u8;
    prop_oneof![
        6 => who.clone().prop_map(Step::Lease),
        1 => who.clone().prop_map(Step::Renew),
        6 => who.clone().prop_map(Step::Submit),
        1 => who.clone().prop_map(Step::SubmitStale),
        1 => who.clone().prop_map(Step::Skip),
        1 => who.clone().prop_map(Step::Release),
        1 => (1..2_000_u32).prop_map(Step::Wait),
        4 => who.clone().prop_map(Step::Review),
        2 => who.clone().prop_map(Step::Accept),
        3 => who.clone().prop_map(Step::Reject),
        1 => who.prop_map(Step::Fix),
        1 => Just(Step::Reopen),
    ]
}

/// A task, its log, and the answers by the assignment that they were made under.
struct World {
    settings: WorkflowSettings,
    task: Task,
    events: Vec<Event>,
    answers: Vec<(Uuid, Uuid)>,
    now_ms: i64,
    ids: u128,
}

impl World {
    fn new(settings: WorkflowSettings) -> Self {
        let task = Task::new(&settings);
        Self {
            settings,
            task,
            events: Vec::new(),
            answers: Vec::new(),
            now_ms: 0,
            ids: 1000,
        }
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn fence_of(&self, who: Uuid, purpose: Purpose) -> u64 {
        self.task
            .active(purpose)
            .find(|a| a.user == who)
            .map_or(u64::MAX, |a| a.fence)
    }

    fn present_answer(&self) -> Option<Answer> {
        let under = self.task.answered().last()?.id;
        let (_, annotation) = self.answers.iter().find(|(a, _)| *a == under)?;
        Some(Answer {
            annotation: *annotation,
            answered_under: under,
        })
    }

    fn take(&mut self, event: Event) {
        if let Event::Submitted {
            assignment,
            annotation,
            ..
        } = &event
        {
            self.answers.push((*assignment, *annotation));
        }
        self.task.apply(&self.settings, &event);
        self.events.push(event);
    }

    fn decide(&mut self, step: &Step) -> Result<Vec<Event>, Refusal> {
        let fresh = self.id();
        let (task, settings, now) = (&self.task, &self.settings, self.now_ms);
        let user = |n: &u8| Uuid::from_u128(u128::from(*n) + 1);
        let fence = |n: &u8, purpose| self.fence_of(user(n), purpose);
        let one = |event: Event| vec![event];
        Ok(match step {
            Step::Lease(n) => one(label::lease(task, settings, user(n), fresh, now)?),
            Step::Renew(n) => {
                label::renew(task, settings, user(n), fence(n, Purpose::Label), now)?;
                Vec::new()
            }
            Step::Submit(n) => one(label::submit(
                task,
                user(n),
                fence(n, Purpose::Label),
                fresh,
                None,
            )?),
            Step::SubmitStale(n) => {
                let stale = fence(n, Purpose::Label).wrapping_sub(1);
                one(label::submit(task, user(n), stale, fresh, None)?)
            }
            Step::Skip(n) => one(label::skip(task, user(n), fence(n, Purpose::Label), None)?),
            Step::Release(n) => one(label::release(task, user(n), fence(n, Purpose::Label))?),
            Step::Wait(_) => label::expire(task, now),
            Step::Reopen => one(label::reopen(task, settings)?),
            Step::Review(n) | Step::Accept(n) | Step::Reject(n) | Step::Fix(n) => {
                one(self.judge(step, user(n), fresh)?)
            }
        })
    }

    fn judge(&self, step: &Step, user: Uuid, fresh: Uuid) -> Result<Event, Refusal> {
        let (task, now) = (&self.task, self.now_ms);
        if matches!(step, Step::Review(_)) {
            let reviewer = Reviewer {
                user,
                may_judge_own: false,
            };
            return review::lease(task, &self.settings, reviewer, fresh, now);
        }
        let fence = self.fence_of(user, Purpose::Review);
        let answer = self.present_answer().ok_or(Refusal::NotPresent)?;
        match step {
            Step::Accept(_) => review::accept(task, user, fence, answer),
            Step::Reject(_) => review::reject(task, user, fence, answer, (None, now)),
            _ => review::fix(task, user, fence, answer, fresh),
        }
    }

    fn check(&self) {
        let task = &self.task;
        let active = task.active(Purpose::Label).count();
        assert!(
            active <= self.settings.overlap as usize,
            "{active} people at one task"
        );
        assert!(task.active(Purpose::Review).count() <= 1);
        assert!(active + task.open_slots as usize <= self.settings.overlap as usize);
        let mut holders: Vec<_> = task.active(Purpose::Label).map(|a| a.user).collect();
        holders.sort_unstable();
        holders.dedup();
        assert_eq!(holders.len(), active, "one person holds a task twice");
        match task.state {
            TaskState::Open => assert!(
                active + task.open_slots as usize > 0,
                "open, but nobody can finish it"
            ),
            TaskState::InReview => assert!(task.answered().next().is_some(), "nothing to review"),
            TaskState::Accepted => {
                let current = task
                    .current
                    .expect("an accepted task has a current annotation");
                let known = |e: &Event| match e {
                    Event::Submitted { annotation, .. } => *annotation == current,
                    Event::Fixed { fixed, .. } => *fixed == current,
                    _ => false,
                };
                assert!(
                    self.events.iter().any(known),
                    "the current annotation was never submitted"
                );
            }
            TaskState::Skipped => assert!(task.answered().next().is_none()),
        }
        if task.state != TaskState::Open {
            assert_eq!(
                active, 0,
                "someone still labels a task that is {}",
                task.state
            );
            assert_eq!(task.open_slots, 0);
        }
        let mut fences: Vec<_> = task.assignments.iter().map(|a| a.fence).collect();
        fences.dedup();
        assert_eq!(fences.len(), task.assignments.len(), "fencing numbers rise");
    }

    fn check_replay(&self) {
        let mut replayed = Task::new(&self.settings);
        for event in &self.events {
            let stored = serde_json::to_string(event).unwrap();
            replayed.apply(&self.settings, &serde_json::from_str(&stored).unwrap());
        }
        assert_eq!(replayed, self.task);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_history_keeps_the_invariants(
        overlap in 1..4_u32,
        review in any::<bool>(),
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut world = World::new(WorkflowSettings { overlap, review, lease_seconds: 900 });
        for step in &steps {
            world.now_ms += match step { Step::Wait(seconds) => i64::from(*seconds) * 1000, _ => 1000 };
            let before = world.task.clone();
            match world.decide(step) {
                Ok(events) => events.into_iter().for_each(|e| world.take(e)),
                Err(_) => prop_assert_eq!(&before, &world.task),
            }
            world.check();
        }
        world.check_replay();
    }
}

const ANN: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);

fn lease(world: &mut World, user: Uuid) -> u64 {
    let id = world.id();
    let event = label::lease(&world.task, &world.settings, user, id, world.now_ms).unwrap();
    world.take(event);
    world.task.fence
}

#[test]
fn a_reclaimed_lease_can_no_longer_submit_and_a_late_one_still_can() {
    let mut world = World::new(WorkflowSettings {
        review: false,
        ..Default::default()
    });
    let late = lease(&mut world, ANN);
    world.now_ms = 10_000_000;
    assert!(label::submit(&world.task, ANN, late, Uuid::from_u128(50), None).is_ok());
    for event in label::expire(&world.task, world.now_ms) {
        world.take(event);
    }
    lease(&mut world, BOB);
    assert_eq!(
        label::submit(&world.task, ANN, late, Uuid::from_u128(50), None),
        Err(Refusal::LeaseLost)
    );
}

#[test]
fn a_rejected_answer_goes_back_to_its_author_and_waits_for_them() {
    let mut world = World::new(WorkflowSettings::default());
    let fence = lease(&mut world, ANN);
    let submitted = label::submit(&world.task, ANN, fence, Uuid::from_u128(50), None).unwrap();
    world.take(submitted);
    assert_eq!(world.task.state, TaskState::InReview);
    let own = Reviewer {
        user: ANN,
        may_judge_own: false,
    };
    let id = world.id();
    assert_eq!(
        review::lease(&world.task, &world.settings, own, id, 0),
        Err(Refusal::OwnAnnotation)
    );
    let bob = Reviewer {
        user: BOB,
        may_judge_own: false,
    };
    let taken = review::lease(&world.task, &world.settings, bob, id, 0).unwrap();
    world.take(taken);
    let answer = world.present_answer().unwrap();
    let fence = world.task.fence;
    let rejected = review::reject(
        &world.task,
        BOB,
        fence,
        answer,
        (Some("too tight".into()), 0),
    )
    .unwrap();
    world.take(rejected);
    assert_eq!(
        (world.task.state, world.task.returned_to, world.task.current),
        (TaskState::Open, Some(ANN), None)
    );
    let id = world.id();
    assert_eq!(
        label::lease(&world.task, &world.settings, BOB, id, 1),
        Err(Refusal::HeldForAnother)
    );
    assert!(
        label::lease(
            &world.task,
            &world.settings,
            BOB,
            id,
            WorkflowSettings::RETURN_HOLD_MS
        )
        .is_ok()
    );
    lease(&mut world, ANN);
    assert_eq!(world.task.assignments[0].state, AssignmentState::Returned);
}
