//! Merges and gate runs that take longer than a request has: they become jobs, once for each request.

use std::time::Duration;

use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::app::{Answered, TestApp};
use crate::datasets::PETS;
use crate::parting::{guarded, main_head, parted};

const JOBS: &str = "/api/v1/workspaces/lab/jobs";

/// A service in which every merge and every gate run takes too long.
async fn hurried() -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in testkit::databases().await {
        let none = |config: &mut backend::BackendConfig| config.at_once = Duration::ZERO;
        apps.push(TestApp::start_with(database, none).await);
    }
    apps
}

async fn keyed(app: &TestApp, path: &str, key: &str, body: &Value) -> Answered {
    let request = app.request(&app.owner, Method::POST, path);
    app.answer(request.header("idempotency-key", key).json(body))
        .await
}

async fn workspace_of(app: &TestApp) -> uuid::Uuid {
    let row = db::entity::workspace::Entity::find()
        .one(&app.state.db)
        .await;
    row.unwrap().unwrap().id
}

async fn waiting(app: &TestApp, kind: &str) -> usize {
    let jobs = app.get(&app.owner, JOBS).await.expect(200);
    let jobs = jobs["items"].as_array().unwrap().iter();
    jobs.filter(|job| job["kind"] == kind && job["state"] == "queued")
        .count()
}

#[tokio::test]
async fn a_long_merge_is_a_job_with_an_address() {
    for app in hurried().await {
        let parted = parted(&app).await;
        let merges = format!("{PETS}/merges");
        let body = json!({"into": "main", "from": "try", "policies": ["theirs"],
            "resolutions": [{"key": "a", "layer": "objects", "item_id": "b1", "part": "class", "take": "ours"}]});
        let first = keyed(&app, &merges, "once", &body).await;
        let address = first.headers["location"].to_str().unwrap().to_owned();
        let job = first.expect(202);
        assert_eq!(
            (&job["kind"], &job["state"]),
            (&json!("merge"), &json!("queued"))
        );
        assert_eq!(app.get(&app.owner, &address).await.expect(200), job);
        let again = keyed(&app, &merges, "once", &body).await;
        assert_eq!(again.headers["location"], address.as_str());
        assert_eq!(again.expect(202), job, "a retry gets the same job");
        assert_eq!(waiting(&app, "merge").await, 1);
        let other = json!({"into": "main", "from": "main"});
        keyed(&app, &merges, "once", &other)
            .await
            .refused(422, "idempotency_key_reused");
        assert_eq!(main_head(&app).await, parted.ours.to_string());

        // What the worker is told: names are hashes by now.
        let id: uuid::Uuid = job["id"].as_str().unwrap().parse().unwrap();
        let row = job_queue::list(&app.state.db, workspace_of(&app).await, None, 100).await;
        let row = row.unwrap().into_iter().find(|row| row.id == id).unwrap();
        assert_eq!(row.payload["commit"], json!(parted.theirs));
        assert_eq!(row.payload["author"], "owner@lab.org");
        assert_eq!(row.payload["settle"]["resolutions"][0]["take"], "ours");
        assert_eq!(row.payload["expected"], Value::Null);

        // Nonsense and a branch that is elsewhere are refused at once.
        guarded(
            &app,
            Method::POST,
            &merges,
            &parted.base.to_string(),
            body.clone(),
        )
        .await
        .refused(412, "precondition_failed");
        let reverts = format!("{PETS}/reverts");
        let undo = json!({"branch": "main", "commit": "main"});
        let viewer = app.member("viewer").await;
        app.post(&viewer, &reverts, undo.clone())
            .await
            .refused(403, "forbidden");
        let undo = guarded(&app, Method::POST, &reverts, &parted.ours.to_string(), undo).await;
        assert_eq!(undo.expect(202)["kind"], "revert");
    }
}

#[tokio::test]
async fn all_who_ask_the_same_gates_get_the_same_job() {
    for app in hurried().await {
        parted(&app).await;
        let gates = format!("{PETS}/gates");
        let ask = json!({"branch": "main", "ref": "try"});
        let first = app.post(&app.owner, &gates, ask.clone()).await.expect(202);
        assert_eq!(first["kind"], "ask_gates");
        let manager = app.member("manager").await;
        let second = app.post(&manager, &gates, ask.clone()).await.expect(202);
        assert_eq!(first["id"], second["id"]);
        let cancel = format!("{JOBS}/{}/cancel", first["id"].as_str().unwrap());
        app.post(&app.owner, &cancel, json!({})).await.expect(200);
        let third = keyed(&app, &gates, "again", &ask).await.expect(202);
        assert_ne!(
            first["id"], third["id"],
            "a cancelled job is not waited for"
        );
        assert_eq!(keyed(&app, &gates, "again", &ask).await.expect(202), third);
    }
}

#[tokio::test]
async fn conflicts_come_in_pages() {
    crate::app::on_both(async |app: TestApp| {
        let parted = crate::parting::many_conflicts(&app, 7).await;
        let preview = format!("{PETS}/merge/preview");
        let mut seen = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let body = json!({"into": "main", "from": "try", "limit": 3, "cursor": cursor});
            let page = app.post(&app.owner, &preview, body).await.expect(200);
            assert_eq!(page["conflict_count"], 7);
            let conflicts = page["conflicts"].as_array().unwrap();
            seen.extend(
                conflicts
                    .iter()
                    .map(|conflict| conflict["item_id"].as_str().unwrap().to_owned()),
            );
            cursor = page["next_cursor"].clone();
            if cursor.is_null() {
                break;
            }
            assert_eq!(conflicts.len(), 3);
        }
        let all: Vec<String> = (0..7).map(|number| format!("m{number}")).collect();
        assert_eq!(seen, all);
        // A cursor of another pair of sides begins nowhere.
        let body = json!({"into": "main", "from": "try", "limit": 3});
        let first = app.post(&app.owner, &preview, body).await.expect(200);
        let body = json!({"into": "try", "from": "main", "cursor": first["next_cursor"]});
        app.post(&app.owner, &preview, body)
            .await
            .refused(400, "invalid_cursor");
        assert_eq!(main_head(&app).await, parted.ours.to_string());
    })
    .await;
}
