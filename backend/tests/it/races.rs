//! Leases and answers under a race, a retry and a lost lease.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use db::entity::assignment;
use db::environment::now;
use futures::future::join_all;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, Who, on_both};
use crate::work::{LAB, Work, says};

/// So many people want a task at once.
const PEOPLE: usize = 16;

async fn people(app: &TestApp) -> Vec<Who> {
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        let email = format!("p{n}@lab.org");
        let body =
            json!({"email": email, "name": email, "password": PASSWORD, "role": "annotator"});
        app.post(&app.owner, &format!("{LAB}/members"), body)
            .await
            .expect(201);
        people.push(app.sign_in(&email).await);
    }
    people
}

#[tokio::test]
async fn no_task_goes_to_two_people() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            24,
            json!({"overlap": 1, "review": false, "lease_seconds": 900}),
        )
        .await;
        let people = people(&app).await;
        let taken = join_all(people.iter().map(|who| work.next(who))).await;
        let tasks: Vec<Value> = taken.into_iter().map(|task| task.expect(200)).collect();
        let distinct: BTreeSet<String> = tasks.iter().map(|task| task["id"].to_string()).collect();
        assert_eq!(distinct.len(), PEOPLE);
        let pairs = people.iter().zip(&tasks);
        for stored in join_all(pairs.map(|(who, task)| work.submit(who, task, says("one")))).await {
            assert_eq!(stored.expect(200)["task_state"], "accepted");
        }
        // Eight tasks are left for sixteen people.
        let taken = join_all(people.iter().map(|who| work.next(who))).await;
        let given: Vec<Value> = taken
            .into_iter()
            .filter(|task| task.status == 200)
            .map(|task| task.body)
            .collect();
        let distinct: BTreeSet<String> = given.iter().map(|task| task["id"].to_string()).collect();
        assert_eq!((given.len(), distinct.len()), (8, 8));
        assert_eq!(work.progress().await["accepted"], 16);
    })
    .await;
}

#[tokio::test]
async fn overlap_is_never_exceeded() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            4,
            json!({"overlap": 2, "review": false, "lease_seconds": 900}),
        )
        .await;
        let people = people(&app).await;
        let taken = join_all(people.iter().map(|who| work.next(who))).await;
        let given: Vec<String> = taken
            .iter()
            .filter(|task| task.status == 200)
            .map(|task| task.body["id"].to_string())
            .collect();
        assert_eq!(given.len(), 8);
        for id in &given {
            assert_eq!(given.iter().filter(|other| *other == id).count(), 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_retried_submit_makes_one_annotation() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            1,
            json!({"overlap": 1, "review": false, "lease_seconds": 900}),
        )
        .await;
        let who = app.member("annotator").await;
        let task = work.next(&who).await.expect(200);
        let body = json!({"fence": task["assignment"]["fence"], "result": says("one")});
        let send = || work.change(&who, &task, ("submit", "the-same-key"), body.clone());
        let answers = join_all((0..8).map(|_| send())).await;
        let first = send().await.expect(200);
        for answer in answers {
            assert_eq!(answer.expect(200), first);
        }
        assert_eq!(work.rows().await[0], 1);
        let other = json!({"fence": task["assignment"]["fence"], "result": says("two")});
        let reused = work
            .change(&who, &task, ("submit", "the-same-key"), other.clone())
            .await;
        reused.refused(422, "idempotency_key_reused");
        work.change(&who, &task, ("submit", "another-key"), other)
            .await
            .refused(409, "lease_lost");
        assert_eq!(work.rows().await[0], 1);
    })
    .await;
}

#[tokio::test]
async fn a_lost_lease_changes_nothing() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            1,
            json!({"overlap": 1, "review": false, "lease_seconds": 900}),
        )
        .await;
        let (slow, quick) = (app.member("annotator").await, app.member("reviewer").await);
        let old = work.next(&slow).await.expect(200);
        work.next(&quick).await.expect(204);
        let earlier = now() - TimeDelta::seconds(1);
        assignment::Entity::update_many()
            .col_expr(assignment::Column::ExpiresAt, Expr::value(earlier))
            .exec(&app.state.db)
            .await
            .unwrap();
        let new = work.next(&quick).await.expect(200);
        assert_eq!(
            (&new["id"], &new["assignment"]["fence"]),
            (&old["id"], &json!(2))
        );
        let before = work.rows().await;
        work.submit(&slow, &old, says("one"))
            .await
            .refused(409, "lease_lost");
        let fence = json!({"fence": old["assignment"]["fence"]});
        for verb in ["skip", "release", "renew"] {
            work.change(&slow, &old, (verb, "a-new-key-1"), fence.clone())
                .await
                .refused(409, "lease_lost");
        }
        let draft =
            json!({"fence": old["assignment"]["fence"], "revision": 0, "result": says("one")});
        let path = format!("{LAB}/tasks/{}/draft", old["id"].as_str().unwrap());
        app.send(&slow, reqwest::Method::PUT, &path, Some(draft))
            .await
            .refused(409, "lease_lost");
        assert_eq!(work.rows().await, before);
        work.submit(&quick, &new, says("one")).await.expect(200);
        assert_eq!(
            work.events(&new).await,
            ["leased", "expired", "leased", "submitted"]
        );
    })
    .await;
}
