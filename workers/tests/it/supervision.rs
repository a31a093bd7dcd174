//! Leases, retries and cancelling.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use db::environment::now;
use ids::Hash;
use job_queue::JobState;
use jobs::JobPayload;
use uuid::Uuid;

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_whose_worker_died_is_run_by_the_next() {
    for world in World::all().await {
        world.import_texts(3).await;
        let project_id = world.project("text", &["good"], "").await;
        let id = world
            .enqueue(JobPayload::GenerateTasks { project_id })
            .await;
        // A worker that claims and is never heard of again.
        let long_ago = now() - TimeDelta::minutes(1);
        let lost = job_queue::claim(
            &world.database.connection,
            jobs::QUEUES,
            "dead",
            now(),
            now() - long_ago - TimeDelta::minutes(2),
        )
        .await
        .unwrap()
        .unwrap();
        assert_eq!(lost.id, id);
        world.work().await;
        let job = world.job(id).await;
        assert_eq!((job.state, job.attempts), (JobState::Succeeded, 2));
        // The dead worker wakes up: its word does not count any more.
        let outcome = job_queue::complete(&world.database.connection, &lost, None, now())
            .await
            .unwrap();
        assert_eq!(outcome, job_queue::Outcome::Lost);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_job_is_cancelled_within_a_second() {
    for world in World::all().await {
        // A store that takes connections and never answers: the job hangs in its first read.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = world.config();
        config.store_url = "s3://bucket/prefix".to_owned();
        config.store_access.endpoint = Some(format!("http://{}", silent.local_addr().unwrap()));
        config.store_access.allow_http = true;
        config.store_access.access_key_id = Some("key".to_owned());
        config.store_access.secret_access_key = Some("secret".to_owned());
        let id = world
            .enqueue(JobPayload::ProfileVersion {
                dataset_id: world.dataset_id,
                commit: Hash::of(b"x"),
            })
            .await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worker = tokio::spawn(workers::run(config, async {
            let _ = stopped.await;
        }));
        wait_for(&world, id, JobState::Running).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let asked = Instant::now();
        job_queue::cancel(&world.database.connection, world.workspace_id, id, now())
            .await
            .unwrap();
        wait_for(&world, id, JobState::Cancelled).await;
        assert!(
            asked.elapsed() < Duration::from_millis(1300),
            "{:?}",
            asked.elapsed()
        );
        stop.send(()).unwrap();
        worker.await.unwrap().unwrap();
    }
}

async fn wait_for(world: &World, id: Uuid, state: JobState) {
    for _ in 0..200 {
        if world.job(id).await.state == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{:?} instead of {state:?}", world.job(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_about_something_gone_fails_at_once_and_says_so() {
    for world in World::all().await {
        let id = world
            .enqueue(JobPayload::GenerateTasks {
                project_id: Uuid::nil(),
            })
            .await;
        world.work().await;
        let job = world.job(id).await;
        assert_eq!((job.state, job.attempts), (JobState::Failed, 1));
        assert_eq!(job.error.unwrap()["code"], "not_found");
        let logs = job_queue::logs(&world.database.connection, id, 0, 10)
            .await
            .unwrap();
        assert!(logs.iter().any(|line| line.level == "error"), "{logs:?}");
    }
}

#[tokio::test]
async fn a_queue_that_does_not_exist_is_refused() {
    let world = World::all().await.remove(0);
    let mut config = world.config();
    config.queues = vec!["defualt".to_owned()];
    let error = workers::run(config, std::future::pending())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("defualt"), "{error}");
}
