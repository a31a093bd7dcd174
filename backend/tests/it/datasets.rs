//! Uploads, imports and the samples of versions.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::app::{Answered, TestApp, Who, on_both};

pub const PETS: &str = "/api/v1/workspaces/lab/datasets/pets";

pub async fn make_pets(app: &TestApp) {
    let body = json!({"name": "pets", "description": "Cats and dogs"});
    app.post(&app.owner, "/api/v1/workspaces/lab/datasets", body)
        .await
        .expect(201);
}

async fn send(app: &TestApp, who: &Who, upload: &str, files: &[(&str, &[u8])]) -> Answered {
    let mut form = Form::new();
    for (name, bytes) in files {
        form = form.part(
            "file",
            Part::bytes(bytes.to_vec()).file_name((*name).to_owned()),
        );
    }
    let path = format!("{PETS}/uploads/{upload}/files");
    app.answer(app.request(who, Method::POST, &path).multipart(form))
        .await
}

async fn begin(app: &TestApp) -> String {
    let path = format!("{PETS}/uploads");
    let made = app.post(&app.owner, &path, json!({})).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn datasets_have_names_of_their_own() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let again = app
            .post(
                &app.owner,
                "/api/v1/workspaces/lab/datasets",
                json!({"name": "pets"}),
            )
            .await;
        again.refused(409, "dataset_exists");
        for name in ["", "../a", "a/b", ".hidden", "a b"] {
            let body = json!({"name": name});
            let answer = app
                .post(&app.owner, "/api/v1/workspaces/lab/datasets", body)
                .await;
            answer.refused(422, "invalid_name");
        }
        let view = app.get(&app.owner, PETS).await.expect(200);
        assert!(view["head"].is_null());
        app.get(&app.owner, &format!("{PETS}/samples"))
            .await
            .refused(404, "ref_not_found");
    })
    .await;
}

#[tokio::test]
async fn files_are_staged_once_and_imported_once() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let upload = begin(&app).await;
        let import = json!({"upload_id": upload, "format": "folder"});
        let path = format!("{PETS}/imports");
        app.post(&app.owner, &path, import.clone())
            .await
            .refused(422, "upload_empty");
        for source in ["", "two\nlines", &"x".repeat(301)] {
            let named = json!({"upload_id": upload, "format": "folder", "source": source});
            let answer = app.post(&app.owner, &path, named).await;
            answer.refused(422, "invalid_name");
        }
        let cat = testkit::png(8, 8, 1);
        let files: &[(&str, &[u8])] = &[("train/cat/a.png", &cat), ("train/图/七.png", &cat)];
        let sent = send(&app, &app.owner, &upload, files).await.expect(200);
        assert_eq!(sent, json!({"files": 2, "bytes": cat.len() * 2}));
        send(&app, &app.owner, &upload, files).await.expect(200);
        let other = send(&app, &app.owner, &upload, &[("train/cat/a.png", b"other")]).await;
        other.refused(409, "duplicate_path");
        for name in ["../a.png", "/etc/passwd", "a//b.png", "a\\b.png"] {
            let answer = send(
                &app,
                &app.owner,
                &upload,
                &[("fine.png", &cat), (name, &cat)],
            )
            .await;
            answer.refused(422, "path_refused");
        }
        let store = app.state.stores.workspace("lab").await.unwrap();
        let staged = store.root.list("staging").await.unwrap();
        assert_eq!(
            staged.len(),
            2,
            "what was refused or sent again leaves nothing: {staged:?}"
        );
        let job = app
            .post(&app.owner, &path, import.clone())
            .await
            .expect(202);
        assert_eq!(
            (job["kind"].as_str(), job["state"].as_str()),
            (Some("import"), Some("queued"))
        );
        app.post(&app.owner, &path, import)
            .await
            .refused(409, "upload_closed");
        send(&app, &app.owner, &upload, &[("late.png", &cat)])
            .await
            .refused(409, "upload_closed");
        let issues = format!(
            "/api/v1/workspaces/lab/jobs/{}/issues",
            job["id"].as_str().unwrap()
        );
        let report = app.get(&app.owner, &issues).await.expect(200);
        assert_eq!(report["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn an_effect_happens_once_for_its_key() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let upload = begin(&app).await;
        send(
            &app,
            &app.owner,
            &upload,
            &[("a.png", &testkit::png(8, 8, 1))],
        )
        .await
        .expect(200);
        let ask = async |key: &str, body: serde_json::Value| {
            let request = app.request(&app.owner, Method::POST, &format!("{PETS}/imports"));
            app.answer(request.header("idempotency-key", key).json(&body))
                .await
        };
        let import = json!({"upload_id": upload, "format": "folder"});
        let answers =
            futures::future::join_all((0..6).map(|_| ask("key-000001", import.clone()))).await;
        let ids: std::collections::HashSet<String> = answers
            .into_iter()
            .map(|answer| answer.expect(202)["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 1);
        let jobs = app
            .get(&app.owner, "/api/v1/workspaces/lab/jobs")
            .await
            .expect(200);
        assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
        let reused = ask("key-000001", json!({"upload_id": upload, "format": "csv"})).await;
        reused.refused(422, "idempotency_key_reused");
        ask("key-000002", import)
            .await
            .refused(409, "upload_closed");
    })
    .await;
}

#[tokio::test]
async fn texts_and_recordings_are_sent_as_what_no_browser_runs() {
    on_both(async |app: TestApp| {
        let page = b"<script>alert(1)</script>".repeat(4000);
        let fields: [(&str, &str, &[u8]); 3] = [
            ("page", "text/html", &page),
            ("sound", "audio/wav", b"RIFF0123WAVE"),
            ("other", "application/octet-stream", b"0123"),
        ];
        crate::work::sample_of(&app, &fields).await;
        let path = |field: &str| {
            format!(
                "{}/datasets/digits/media?key=a&field={field}",
                crate::work::LAB
            )
        };
        let text = app.get(&app.owner, &path("page")).await;
        assert_eq!((text.status.as_u16(), &text.bytes), (200, &page));
        assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
        assert_eq!(text.headers["x-content-type-options"], "nosniff");
        let ask = app
            .request(&app.owner, reqwest::Method::GET, &path("sound"))
            .header("range", "bytes=4-7");
        let part = app.answer(ask).await;
        assert_eq!(
            (part.status.as_u16(), part.bytes.as_slice()),
            (206, &b"0123"[..])
        );
        assert_eq!(part.headers["content-range"], "bytes 4-7/12");
        assert_eq!(part.headers["content-type"], "audio/wav");
        let known = app
            .request(&app.owner, reqwest::Method::GET, &path("sound"))
            .header("if-none-match", part.headers["etag"].to_str().unwrap());
        assert_eq!(app.answer(known).await.status, 304);
        app.get(&app.owner, &path("other"))
            .await
            .refused(404, "no_picture");
    })
    .await;
}
