//! The queue on both databases.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use job_queue::{Alive, Job, JobError, JobState, NewJob, Outcome};
use jobs::JobPayload;
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use uuid::Uuid;

const QUEUES: &[&str] = &["default"];
const LEASE: TimeDelta = TimeDelta::seconds(30);

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn new_job() -> NewJob {
    NewJob {
        workspace_id: None,
        created_by: None,
        payload: JobPayload::GenerateTasks {
            project_id: Uuid::nil(),
        },
    }
}

async fn enqueue(database: &DatabaseConnection, number: u128) -> Job {
    job_queue::enqueue(database, new_job(), at(0), Uuid::from_u128(number))
        .await
        .unwrap()
}

async fn claim(database: &DatabaseConnection, owner: &str, seconds: i64) -> Option<Job> {
    job_queue::claim(database, QUEUES, owner, at(seconds), LEASE)
        .await
        .unwrap()
}

fn error(retryable: bool) -> JobError {
    JobError {
        code: "store_failed".into(),
        message: "no answer".into(),
        retryable,
    }
}

#[tokio::test]
async fn a_job_is_claimed_once_by_many_workers() {
    for database in testkit::databases().await {
        let database = &database.connection;
        for number in 1..=20 {
            enqueue(database, number).await;
        }
        let workers = (0..8).map(|worker| async move {
            let mut mine = Vec::new();
            while let Some(job) = claim(database, &format!("w{worker}"), 1).await {
                mine.push(job.id);
            }
            mine
        });
        let mut taken = futures::future::join_all(workers).await.concat();
        taken.sort();
        assert_eq!(taken, (1..=20).map(Uuid::from_u128).collect::<Vec<_>>());
        assert!(
            job_queue::claim(database, &["prelabel"], "w", at(1), LEASE)
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_rolled_back_cause_leaves_no_job() {
    for database in testkit::databases().await {
        let transaction = database.connection.begin().await.unwrap();
        job_queue::enqueue(&transaction, new_job(), at(0), Uuid::from_u128(1))
            .await
            .unwrap();
        transaction.rollback().await.unwrap();
        assert!(claim(&database.connection, "w", 1).await.is_none());
    }
}

#[tokio::test]
async fn a_lost_lease_is_claimed_again_and_the_old_worker_changes_nothing() {
    for database in testkit::databases().await {
        let database = &database.connection;
        enqueue(database, 1).await;
        let old = claim(database, "a", 0).await.unwrap();
        assert!(claim(database, "b", 29).await.is_none());
        let alive = job_queue::heartbeat(database, &old, at(20), LEASE)
            .await
            .unwrap();
        assert_eq!(alive, Alive::Yes);
        assert!(claim(database, "b", 49).await.is_none());
        let new = claim(database, "b", 51).await.unwrap();
        assert_eq!(new.attempts, 2);
        let lost = job_queue::progress(database, &old, 1, Some(2), "half")
            .await
            .unwrap();
        assert_eq!(lost, Alive::Lost);
        assert_eq!(
            job_queue::complete(database, &old, None, at(52))
                .await
                .unwrap(),
            Outcome::Lost
        );
        assert_eq!(
            job_queue::fail(database, &old, &error(true), at(52))
                .await
                .unwrap(),
            Outcome::Lost
        );
        let result = Some(serde_json::json!({"samples": 3}));
        assert_eq!(
            job_queue::complete(database, &new, result, at(53))
                .await
                .unwrap(),
            Outcome::Ended
        );
    }
}

#[tokio::test]
async fn failures_wait_longer_each_time_and_end() {
    for database in testkit::databases().await {
        let database = &database.connection;
        enqueue(database, 1).await;
        let mut now = 0;
        for attempt in 1..4 {
            let job = claim(database, "w", now).await.unwrap();
            let outcome = job_queue::fail(database, &job, &error(true), at(now))
                .await
                .unwrap();
            let wait = 1_i64 << attempt;
            assert_eq!(outcome, Outcome::Retrying { at: at(now + wait) });
            assert!(claim(database, "w", now + wait - 1).await.is_none());
            now += wait;
        }
        let job = claim(database, "w", now).await.unwrap();
        assert_eq!(
            job_queue::fail(database, &job, &error(true), at(now))
                .await
                .unwrap(),
            Outcome::Ended
        );
        enqueue(database, 2).await;
        let job = claim(database, "w", now).await.unwrap();
        let outcome = job_queue::fail(database, &job, &error(false), at(now))
            .await
            .unwrap();
        assert_eq!(
            outcome,
            Outcome::Ended,
            "what can't succeed is not tried again"
        );
    }
}

#[tokio::test]
async fn a_job_that_kills_its_workers_fails_in_the_end() {
    for database in testkit::databases().await {
        let database = &database.connection;
        enqueue(database, 1).await;
        for attempt in 0..4 {
            assert!(claim(database, "w", attempt * 31).await.is_some());
        }
        assert!(claim(database, "w", 4 * 31).await.is_none());
    }
}

#[tokio::test]
async fn cancelling_reaches_waiting_and_running_jobs() {
    for database in testkit::databases().await {
        let database = &database.connection;
        let workspace = Uuid::from_u128(7);
        let space = Query::insert()
            .into_table("workspaces")
            .columns(["id", "slug", "name", "created_at"])
            .values_panic([workspace.into(), "lab".into(), "Lab".into(), at(0).into()])
            .to_owned();
        database.execute(&space).await.unwrap();
        for number in 1..=2 {
            let new = NewJob {
                workspace_id: Some(workspace),
                ..new_job()
            };
            job_queue::enqueue(database, new, at(0), Uuid::from_u128(number))
                .await
                .unwrap();
        }
        let running = claim(database, "w", 1).await.unwrap();
        let cancel = async |number| {
            job_queue::cancel(database, workspace, Uuid::from_u128(number), at(2))
                .await
                .unwrap()
        };
        let waiting = if running.id == Uuid::from_u128(1) {
            2
        } else {
            1
        };
        assert_eq!(cancel(waiting).await.unwrap().state, JobState::Cancelled);
        assert_eq!(cancel(3 - waiting).await.unwrap().state, JobState::Running);
        let alive = job_queue::heartbeat(database, &running, at(3), LEASE)
            .await
            .unwrap();
        assert_eq!(alive, Alive::CancelRequested);
        let outcome = job_queue::fail(database, &running, &error(true), at(4))
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Cancelled);
        let elsewhere = Uuid::from_u128(8);
        let none = job_queue::cancel(database, elsewhere, Uuid::from_u128(1), at(5))
            .await
            .unwrap();
        assert!(none.is_none(), "a job of another workspace is not there");
        let lines = job_queue::list(database, workspace, None, 10)
            .await
            .unwrap();
        assert_eq!(lines.len(), 2);
    }
}
