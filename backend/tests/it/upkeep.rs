//! Upkeep of a workspace's store, as its owner asks for it.

use std::time::Duration;

use blob_store::ObjectRoot;
use dataset::SampleKey;
use db::entity::{erasure, workspace};
use db::environment::{new_id, now};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use version_store::{EraseRequest, Store, StoreOptions};

use crate::app::{TestApp, on_both};
use crate::datasets::{PETS, make_pets};
use crate::versioning::commit_pets;

const STORE: &str = "/api/v1/workspaces/lab/store";

#[tokio::test]
async fn one_job_of_upkeep_at_a_time() {
    on_both(async |app: TestApp| {
        let check = format!("{STORE}/checks");
        let collect = format!("{STORE}/collections");
        let job = app
            .post(&app.owner, &check, json!({"fast": true}))
            .await
            .expect(202);
        assert_eq!(
            (&job["kind"], &job["state"]),
            (&"check_store".into(), &"queued".into())
        );
        app.post(&app.owner, &collect, json!({}))
            .await
            .refused(409, "upkeep_running");
        let cancel = format!(
            "/api/v1/workspaces/lab/jobs/{}/cancel",
            job["id"].as_str().unwrap()
        );
        app.post(&app.owner, &cancel, json!({})).await.expect(200);
        let job = app
            .post(&app.owner, &collect, json!({"dry_run": true}))
            .await
            .expect(202);
        assert_eq!(job["kind"], "collect_garbage");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_changes_nothing() {
    on_both(async |app: TestApp| {
        let ask =
            async |path: &str, body| app.post(&app.owner, &format!("{STORE}/{path}"), body).await;
        let hours = ask("collections", json!({"grace_hours": 0})).await;
        hours.refused(422, "invalid_body");
        assert_eq!(hours.body["place"], "/grace_hours");
        let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        for (body, place) in [
            (json!({"keys": [], "reason": "asked"}), "/keys"),
            (json!({"keys": many, "reason": "asked"}), "/keys"),
            (json!({"keys": ["a", "b\n"], "reason": "asked"}), "/keys/1"),
            (json!({"keys": ["a"], "reason": "  "}), "/reason"),
        ] {
            let answer = ask("erasures", body).await;
            answer.refused(422, "invalid_body");
            assert_eq!(answer.body["place"], place);
        }
        let manager = app.member("manager").await;
        let body = json!({"keys": ["a"], "reason": "asked"});
        app.post(&manager, &format!("{STORE}/erasures"), body)
            .await
            .refused(403, "forbidden");
        let none = app
            .get(&manager, &format!("{STORE}/erasures"))
            .await
            .expect(200);
        assert_eq!(none["items"], json!([]));
        let jobs = app
            .get(&app.owner, "/api/v1/workspaces/lab/jobs")
            .await
            .expect(200);
        assert_eq!(jobs["items"], json!([]));
    })
    .await;
}

/// What a worker of another process does: erases, and leaves a note.
async fn erase_elsewhere(app: &TestApp, key: &str) {
    let config = &app.state.config;
    let root = ObjectRoot::open(&config.store_url, &config.store_access)
        .unwrap()
        .child("lab")
        .unwrap();
    let store = Store::init_root(root, &StoreOptions::default())
        .await
        .unwrap();
    let request = EraseRequest {
        keys: vec![SampleKey::new(key).unwrap()],
        by: "owner@lab.org".into(),
        reason: "asked".into(),
        time_ms: 1,
        dry_run: false,
    };
    assert_eq!(store.erase(&request).await.unwrap().keys, 1);
    let space = workspace::Entity::find()
        .one(&app.state.db)
        .await
        .unwrap()
        .unwrap();
    let note = erasure::Model {
        id: new_id(),
        workspace_id: space.id,
        keys: json!([key]),
        reason: "asked".into(),
        author: "owner@lab.org".into(),
        report: json!({}),
        erased_at: now(),
    };
    let note = note.into_active_model().reset_all();
    note.insert(&app.state.db).await.unwrap();
}

#[tokio::test]
async fn what_was_erased_elsewhere_is_forgotten_here() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let commit = commit_pets(&app, &[("a", "cat"), ("b", "dog")], &[]).await;
        let sample = |key: &str| format!("{PETS}/sample?ref={commit}&key={key}");
        let picture = format!("{PETS}/media?ref={commit}&key=a");
        app.get(&app.owner, &sample("a")).await.expect(200);
        assert_eq!(app.get(&app.owner, &picture).await.status, 200);
        erase_elsewhere(&app, "a").await;
        let gone = async {
            while app.get(&app.owner, &sample("a")).await.status == 200 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), gone)
            .await
            .expect("it is forgotten");
        app.get(&app.owner, &sample("a"))
            .await
            .refused(410, "content_erased");
        app.get(&app.owner, &picture)
            .await
            .refused(410, "content_erased");
        app.get(&app.owner, &sample("b")).await.expect(200);
        let notes = app
            .get(&app.owner, &format!("{STORE}/erasures"))
            .await
            .expect(200);
        assert_eq!(notes["items"][0]["keys"], json!(["a"]));
    })
    .await;
}
