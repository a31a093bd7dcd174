//! Merges, reverts and gate runs as jobs.

use std::time::{Duration, Instant};

use annotation::{Item, Maker, Provenance};
use client::Outbound;
use dataset::{LabelRow, SampleKey};
use db::entity::{RefKind, ref_row};
use db::environment::now;
use ids::Hash;
use job_queue::JobState;
use jobs::{JobPayload, Joining};
use quality::gates::{BranchRule, Gate, Protection};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use version_store::{Changes, CommitRequest, Error, Lineage, Settle};

use crate::world::World;

/// `main` at our commit and another line of history: both changed the class of `t0001`, ours that of
/// `t0000` and theirs that of `t0002` too.
struct Parted {
    base: Hash,
    ours: Hash,
    theirs: Hash,
}

async fn parted(world: &World) -> Parted {
    world.import_texts(4).await;
    let first = world.head().await.unwrap();
    let base = label(world, first, &[("t0001", "car")]).await;
    let ours = label(world, base, &[("t0000", "van"), ("t0001", "bus")]).await;
    let theirs = label(world, base, &[("t0002", "van"), ("t0001", "tram")]).await;
    let main = db::refs::Branch {
        dataset_id: world.dataset_id,
        name: "main",
    };
    let (from, to) = (first.to_string(), ours.to_string());
    let moved = db::refs::swap(&world.database.connection, main, (&from, &to), now()).await;
    assert!(moved.unwrap());
    Parted { base, ours, theirs }
}

async fn label(world: &World, parent: Hash, labels: &[(&str, &str)]) -> Hash {
    let mut changes = Changes::new();
    for (key, class) in labels {
        let item = Item::classification("c", "label", class);
        let row = LabelRow::new(SampleKey::new(*key).unwrap(), item);
        changes.set_label(&row, &provenance()).unwrap();
    }
    let request = CommitRequest {
        parents: vec![parent],
        changes,
        author: "ann".into(),
        message: "labels".into(),
        time_ms: 1,
        lineage: Lineage::default(),
    };
    let made = world.repository().await.commit(request).await;
    made.unwrap().commit
}

fn provenance() -> Provenance {
    Provenance {
        made_by: Maker::Import { source: "x".into() },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

fn joining(world: &World, commit: Hash, settle: &Value) -> Joining {
    // What the service writes is what the version store reads.
    let settle: Settle = serde_json::from_value(settle.clone()).unwrap();
    Joining {
        dataset_id: world.dataset_id,
        branch: "main".into(),
        commit,
        settle: serde_json::to_value(settle).unwrap(),
        expected: None,
        message: "join".into(),
        author: "ann@example.org".into(),
    }
}

async fn protect(world: &World, branch: &str, gates: Value) {
    let gates: Vec<Gate> = serde_json::from_value(gates).unwrap();
    let rule = BranchRule {
        branches: branch.to_owned(),
        no_deletion: true,
        no_rewind: true,
        gates,
    };
    let put = |rules: &mut Protection| {
        rules.rules = vec![rule.clone()];
        Ok::<_, Error>(())
    };
    let repository = world.repository().await;
    repository.update_protection(put).await.unwrap();
}

/// Runs a job that must fail; its code and message.
async fn refused(world: &World, payload: JobPayload) -> (String, String) {
    let id = world.enqueue(payload).await;
    world.work().await;
    let job = world.job(id).await;
    assert_eq!((job.state, job.attempts), (JobState::Failed, 1), "{job:?}");
    let error = job.error.unwrap();
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    (text("code"), text("message"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_lands_or_says_why_not() {
    for world in World::all().await {
        let parted = parted(&world).await;
        let none = json!({"policies": [], "resolutions": []});
        let merge = |settle: &Value| JobPayload::Merge(joining(&world, parted.theirs, settle));
        let (code, message) = refused(&world, merge(&none)).await;
        assert_eq!(code, "merge_conflicts");
        assert!(message.contains("t0001 class"), "{message}");
        let mut elsewhere = joining(&world, parted.theirs, &none);
        elsewhere.expected = Some(parted.base);
        let (code, _) = refused(&world, JobPayload::Merge(elsewhere)).await;
        assert_eq!(code, "precondition_failed");
        let check = json!({"kind": "class_minima", "minima": {"van": 3}});
        protect(&world, "main", json!([{"name": "vans", "check": check}])).await;
        let theirs = json!({"policies": ["reviewed", {"side": "theirs"}], "resolutions": []});
        let (code, message) = refused(&world, merge(&theirs)).await;
        assert_eq!(code, "gates_failed");
        assert!(message.contains("vans"), "{message}");
        assert_eq!(
            world.head().await,
            Some(parted.ours),
            "nothing was moved so far"
        );

        let asked = JobPayload::AskGates {
            dataset_id: world.dataset_id,
            branch: "main".into(),
            commit: parted.theirs,
        };
        let result = world.run(asked.clone()).await;
        assert_eq!(
            (&result["passed"], &result["failed"]),
            (&json!(0), &json!(1))
        );
        let repository = world.repository().await;
        let report = repository.gate_report(&parted.theirs).await.unwrap();
        assert_eq!(report.unwrap().results[0].gate, "vans");

        let check = json!({"kind": "class_minima", "minima": {"van": 2}});
        protect(&world, "main", json!([{"name": "vans", "check": check}])).await;
        let id = world.enqueue(merge(&theirs)).await;
        world.work().await;
        let job = world.job(id).await;
        let result = job.result.unwrap();
        assert_eq!(
            (&result["outcome"], &result["old"]),
            (&json!("merged"), &json!(parted.ours))
        );
        assert_eq!(json!(world.head().await), result["commit"]);
        let lines = job_queue::logs(&world.database.connection, id, 0, 10)
            .await
            .unwrap();
        assert!(lines[0].text.starts_with("merging "), "{lines:?}");
        let labels = world.version().await.labels("t0001").await.unwrap();
        assert_eq!(labels[0].item.class, "tram");

        let undo = JobPayload::Revert(joining(&world, world.head().await.unwrap(), &none));
        let (code, _) = refused(&world, undo.clone()).await;
        assert_eq!(code, "gates_failed", "without theirs there is one van");
        protect(&world, "main", json!([])).await;
        assert_eq!(world.run(undo).await["outcome"], "merged");
        let labels = world.version().await.labels("t0001").await.unwrap();
        assert_eq!(labels[0].item.class, "bus");
        let again = world.run(merge(&none)).await;
        assert_eq!(again["outcome"], "up_to_date");
    }
}

/// A program that hears each question and answers after `wait`.
async fn program(wait: Duration) -> (String, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (told, asked) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let told = told.clone();
            tokio::spawn(async move {
                let mut read = [0; 4096];
                let _ = stream.read(&mut read).await;
                let _ = told.send(());
                tokio::time::sleep(wait).await;
                let body = r#"{"pass":true}"#;
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            });
        }
    });
    (url, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_that_waits_for_a_gate_is_cancelled_and_another_takes_over_after_a_crash() {
    for world in World::all().await {
        let parted = parted(&world).await;
        let other = ref_row::Model {
            dataset_id: world.dataset_id,
            kind: RefKind::Branch,
            name: "side".into(),
            commit_hash: parted.base.to_string(),
            protected: false,
            updated_at: now(),
        };
        let other = other.into_active_model().reset_all();
        other.insert(&world.database.connection).await.unwrap();
        let (url, mut asked) = program(Duration::from_secs(20)).await;
        let webhook = json!({"kind": "webhook", "url": url, "deadline_ms": 30_000});
        protect(&world, "side", json!([{"name": "legal", "check": webhook}])).await;
        let mut wanted = joining(
            &world,
            parted.theirs,
            &json!({"policies": [], "resolutions": []}),
        );
        wanted.branch = "side".into();
        let id = world.enqueue(JobPayload::Merge(wanted)).await;

        let mut config = world.config();
        config.outbound = Outbound::new(&url).unwrap();
        config.lease = Duration::from_secs(3);
        // The first worker dies while the gate is asked: its lease runs out, and nothing has moved.
        let first = tokio::spawn(workers::run(config.clone(), std::future::pending()));
        asked.recv().await.unwrap();
        first.abort();
        let _ = first.await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let second = tokio::spawn(workers::run(config, async {
            let _ = stopped.await;
        }));
        asked.recv().await.unwrap();
        assert_eq!(world.job(id).await.attempts, 2);
        let begun = Instant::now();
        job_queue::cancel(&world.database.connection, world.workspace_id, id, now())
            .await
            .unwrap();
        while world.job(id).await.state != JobState::Cancelled {
            assert!(
                begun.elapsed() < Duration::from_secs(3),
                "{:?}",
                world.job(id).await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send(()).unwrap();
        second.await.unwrap().unwrap();
    }
}
