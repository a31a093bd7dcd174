//! Standards by HTTP: drafts, versions, differences, and drafts made from data.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answered, TestApp, on_both};
use crate::work::{LAB, dataset, standard};

async fn save(app: &TestApp, id: &str, revision: Option<&str>, body: &Value) -> Answered {
    let path = format!("{LAB}/standards/{id}/draft");
    let mut request = app.request(&app.owner, Method::PUT, &path).json(body);
    if let Some(revision) = revision {
        request = request.header("if-match", revision);
    }
    app.answer(request).await
}

#[tokio::test]
async fn a_draft_is_saved_published_and_compared() {
    on_both(async |app: TestApp| {
        let made = app
            .post(
                &app.owner,
                &format!("{LAB}/standards"),
                json!({"name": "digits"}),
            )
            .await
            .expect(201);
        assert_eq!(
            (&made["draft_revision"], &made["draft"]["title"]),
            (&json!(1), &json!("digits"))
        );
        assert_eq!(made["violations"][0]["code"], "no_layers");
        let id = made["id"].as_str().unwrap();
        let again = app
            .post(
                &app.owner,
                &format!("{LAB}/standards"),
                json!({"name": "digits"}),
            )
            .await;
        again.refused(409, "standard_exists");
        let publish = format!("{LAB}/standards/{id}/publish");
        let empty = app.send(&app.owner, Method::POST, &publish, None).await;
        empty.refused(422, "standard_invalid");
        save(&app, id, None, &standard())
            .await
            .refused(428, "precondition_required");
        save(&app, id, Some("\"9\""), &standard())
            .await
            .refused(412, "precondition_failed");
        let saved = save(&app, id, Some("\"1\""), &standard()).await;
        assert_eq!(saved.headers["etag"], "\"2\"");
        assert_eq!(saved.expect(200)["violations"], json!([]));
        save(&app, id, Some("\"1\""), &standard())
            .await
            .refused(412, "precondition_failed");
        let first = app
            .send(&app.owner, Method::POST, &publish, None)
            .await
            .expect(201);
        assert_eq!(
            (&first["version"], &first["published_by"]),
            (&json!(1), &json!("owner@lab.org"))
        );
        let unchanged = app.send(&app.owner, Method::POST, &publish, None).await;
        unchanged.refused(409, "standard_unchanged");
        changed_and_compared(&app, id, &first).await;
    })
    .await;
}

/// A second version of a published standard, and what it differs in.
async fn changed_and_compared(app: &TestApp, id: &str, first: &Value) {
    let publish = format!("{LAB}/standards/{id}/publish");
    let mut changed = standard();
    changed["layers"][0]["classes"][0]["color"] = json!("#123456");
    save(app, id, Some("2"), &changed).await.expect(200);
    let draft = app
        .get(
            &app.owner,
            &format!("{LAB}/standards/{id}/diff?from=1&to=draft"),
        )
        .await
        .expect(200);
    assert_eq!(
        draft["changes"][0]["path"],
        "layers[label].classes[one].color"
    );
    app.send(&app.owner, Method::POST, &publish, None)
        .await
        .expect(201);
    let diff = app
        .get(
            &app.owner,
            &format!("{LAB}/standards/{id}/diff?from=1&to=2"),
        )
        .await
        .expect(200);
    assert_eq!(diff, draft);
    let old = app
        .get(&app.owner, &format!("{LAB}/standards/{id}/versions/1"))
        .await
        .expect(200);
    assert_eq!(
        (&old["hash"], &old["content"]["guideline"]),
        (&first["hash"], &json!("Look twice."))
    );
    app.get(&app.owner, &format!("{LAB}/standards/{id}/versions/3"))
        .await
        .refused(404, "not_found");
    let listed = app
        .get(&app.owner, &format!("{LAB}/standards"))
        .await
        .expect(200);
    assert_eq!(listed["items"][0]["versions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_standard_is_refused_with_its_place() {
    on_both(async |app: TestApp| {
        let path = format!("{LAB}/standards");
        let mut hexagon = standard();
        hexagon["layers"][0]["kind"] = json!("hexagon");
        let refused = app
            .post(&app.owner, &path, json!({"name": "x", "content": hexagon}))
            .await;
        refused.refused(422, "invalid_body");
        assert!(
            refused.body["detail"].as_str().unwrap().contains("hexagon"),
            "{}",
            refused.body
        );
        app.post(&app.owner, &path, json!({"name": " "}))
            .await
            .refused(422, "invalid_name");
        let mut reserved = standard();
        reserved["layers"][0]["classes"][0]["hotkey"] = json!("d");
        let made = app
            .post(&app.owner, &path, json!({"name": "x", "content": reserved}))
            .await
            .expect(201);
        let publish = format!("{path}/{}/publish", made["id"].as_str().unwrap());
        let refused = app.send(&app.owner, Method::POST, &publish, None).await;
        refused.refused(422, "standard_invalid");
        assert_eq!(refused.body["place"], "layers[label].classes[one].hotkey");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_made_from_what_a_dataset_holds() {
    on_both(async |app: TestApp| {
        dataset(&app, 5).await;
        let path = format!("{LAB}/standards/generate");
        let body = json!({"dataset": "digits", "ref": "main", "name": "Digits"});
        let made = app.post(&app.owner, &path, body).await.expect(201);
        assert_eq!(made["violations"], json!([]));
        let layer = &made["draft"]["layers"][0];
        assert_eq!(
            (&layer["name"], &layer["field"]),
            (&json!("label"), &json!("image"))
        );
        assert_eq!(layer["classes"][0]["name"], "one");
        assert!(
            made["draft"]["guideline"]
                .as_str()
                .unwrap()
                .contains("5 samples, 3 of them labelled")
        );
        let missing = json!({"dataset": "none", "name": "Other"});
        app.post(&app.owner, &path, missing)
            .await
            .refused(404, "not_found");
    })
    .await;
}
