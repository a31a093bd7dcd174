//! Jobs as their users see them.

use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, on_both};
use crate::datasets::{PETS, make_pets};

const JOBS: &str = "/api/v1/workspaces/lab/jobs";

#[tokio::test]
async fn a_job_is_seen_followed_and_cancelled() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let commit = crate::versioning::commit_pets(&app, &[("a", "cat")], &[]).await;
        let path = format!("{PETS}/statistics?ref={commit}");
        let first = app.get(&app.owner, &path).await.expect(202);
        let again = app.get(&app.owner, &path).await.expect(202);
        assert_eq!(first["id"], again["id"], "one job counts for all who ask");
        let id = first["id"].as_str().unwrap();
        let viewer = app.member("viewer").await;
        let cancel = format!("{JOBS}/{id}/cancel");
        app.post(&viewer, &cancel, json!({}))
            .await
            .refused(403, "forbidden");
        let cancelled = app
            .send(&app.owner, Method::POST, &cancel, None)
            .await
            .expect(200);
        assert_eq!(cancelled["state"], "cancelled");
        let events = app.get(&viewer, &format!("{JOBS}/{id}/events")).await;
        assert_eq!(events.headers["content-type"], "text/event-stream");
        let text = String::from_utf8(events.bytes).unwrap();
        assert!(
            text.starts_with("event: job\ndata: {") && text.ends_with("}\n\n"),
            "{text}"
        );
        let now = db::environment::now();
        let job = id.parse().unwrap();
        job_queue::log(&app.state.db, job, "info", "a line", now)
            .await
            .unwrap();
        let logs = app
            .get(&viewer, &format!("{JOBS}/{id}/logs"))
            .await
            .expect(200);
        assert_eq!(logs["items"][0]["text"], "a line");
        let none = app
            .get(&viewer, &format!("{JOBS}/{}", uuid::Uuid::nil()))
            .await;
        none.refused(404, "not_found");
    })
    .await;
}
