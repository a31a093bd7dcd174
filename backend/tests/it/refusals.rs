//! What bad input of the labelling rooms gets: a code, a place, and nothing changed.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::app::{TestApp, on_both};
use crate::work::{LAB, Work, says};

fn boxed(x: &str, y: &str, width: &str, height: &str) -> String {
    format!(
        r#"{{"items":[{{"id":"c1","layer":"label","kind":"classification","class":"one"}},
        {{"id":"b1","layer":"objects","kind":"box","class":"stroke","x":{x},"y":{y},"width":{width},"height":{height}}}]}}"#
    )
}

fn class(name: &str) -> String {
    says(name).to_string()
}

/// Results that can't be submitted, with status, code and place of the refusal.
fn bad_results() -> Vec<(String, u16, &'static str, Option<&'static str>)> {
    let twice = r#"{"items":[],"items":[]}"#.to_owned();
    vec![
        (
            class("three"),
            422,
            "annotation_invalid",
            Some("items[0].class"),
        ),
        (
            boxed("35", "1", "10", "10"),
            422,
            "annotation_invalid",
            Some("items[1]"),
        ),
        (
            boxed("-1", "1", "10", "10"),
            422,
            "annotation_invalid",
            Some("items[1]"),
        ),
        (
            boxed("1", "1", "0", "10"),
            422,
            "annotation_invalid",
            Some("items[1].width"),
        ),
        (boxed("1e999", "1", "10", "10"), 400, "invalid_json", None),
        (boxed("NaN", "1", "10", "10"), 400, "invalid_json", None),
        (
            class("a\u{0}b"),
            422,
            "invalid_text",
            Some("/result/items/0/class"),
        ),
        (twice, 400, "invalid_json", None),
        (
            r#"{"items":[],"more":1}"#.to_owned(),
            422,
            "invalid_body",
            None,
        ),
        (
            r#"{"items":[]}"#.to_owned(),
            422,
            "annotation_invalid",
            Some("layers[label]"),
        ),
        (
            format!(r#"{{"items":[],"more":"{}"}}"#, "a".repeat(5 << 20)),
            413,
            "payload_too_large",
            None,
        ),
    ]
}

#[tokio::test]
async fn bad_answers_are_refused_and_change_nothing() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            1,
            json!({"overlap": 1, "review": true, "lease_seconds": 900}),
        )
        .await;
        let task = work.next(&app.owner).await.expect(200);
        let fence = &task["assignment"]["fence"];
        let path = format!("{LAB}/tasks/{}/submit", task["id"].as_str().unwrap());
        let before = work.rows().await;
        for (result, status, code, place) in bad_results() {
            let body = format!(r#"{{"fence":{fence},"result":{result}}}"#);
            let request = app
                .request(&app.owner, Method::POST, &path)
                .header("idempotency-key", "key-of-bad-input");
            let refused = app
                .answer(
                    request
                        .header("content-type", "application/json")
                        .body(body),
                )
                .await;
            refused.refused(status, code);
            if let Some(place) = place {
                assert_eq!(refused.body["place"], place, "{}", refused.body);
            }
            assert_eq!(work.rows().await, before, "{code}");
        }
        let good = json!({"fence": fence, "result": says("one")});
        app.post(&app.owner, &path, good.clone())
            .await
            .refused(400, "idempotency_key_missing");
        let strange =
            json!({"fence": fence, "result": says("one"), "prediction_id": uuid::Uuid::nil()});
        work.change(&app.owner, &task, ("submit", "strange-key"), strange)
            .await
            .refused(422, "invalid_body");
        assert_eq!(work.rows().await, before);
        work.change(&app.owner, &task, ("submit", "key-of-bad-input"), good)
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn bad_projects_are_refused() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            1,
            json!({"overlap": 1, "review": true, "lease_seconds": 900}),
        )
        .await;
        let path = format!("{LAB}/projects");
        let good =
            json!({"name": "second", "dataset": "digits", "standard_version_id": work.version_id});
        let with = |name: &str, value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body
        };
        let cases = [
            (with("name", json!("first")), 409, "project_exists"),
            (with("name", json!("")), 422, "invalid_name"),
            (with("dataset", json!("none")), 404, "not_found"),
            (with("ref", json!("none")), 404, "ref_not_found"),
            (with("query", json!("label = ")), 422, "query_invalid"),
            (
                with("standard_version_id", json!(uuid::Uuid::nil())),
                404,
                "not_found",
            ),
            (
                with("workflow", json!({"overlap": 0})),
                422,
                "workflow_invalid",
            ),
            (
                with("workflow", json!({"overlaps": 1})),
                422,
                "invalid_body",
            ),
        ];
        for (body, status, code) in cases {
            app.post(&app.owner, &path, body)
                .await
                .refused(status, code);
        }
        let commit = json!({"branch": "main", "message": "m"});
        let nothing = app
            .post(&app.owner, &format!("{}/commit", work.project), commit)
            .await;
        nothing.refused(409, "nothing_to_commit");
        let listed = app.get(&app.owner, &path).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        app.post(&app.owner, &path, good).await.expect(201);
    })
    .await;
}

const GRAPH: &[u8] = include_bytes!("../../../crates/inference/tests/fixtures/digits.onnx");
const MANIFEST: &str = include_str!("../../../crates/inference/tests/fixtures/digits.json");

fn form(manifest: &str, graph: &[u8]) -> Form {
    let file = Part::bytes(graph.to_vec()).file_name("model.onnx");
    Form::new()
        .text("manifest", manifest.to_owned())
        .part("graph", file)
}

#[tokio::test]
async fn a_model_is_checked_before_it_is_stored() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            1,
            json!({"overlap": 1, "review": true, "lease_seconds": 900}),
        )
        .await;
        let path = format!("{LAB}/models");
        let send = async |form: Form| {
            app.answer(app.request(&app.owner, Method::POST, &path).multipart(form))
                .await
        };
        let before = work.rows().await;
        let renamed = MANIFEST.replacen("\"layer\"", "\"layers\"", 1);
        let cases = [
            (
                form(MANIFEST, b"this is no onnx file"),
                "model_invalid",
                Some("graph"),
            ),
            (
                form(MANIFEST, &GRAPH[..GRAPH.len() / 2]),
                "model_invalid",
                Some("graph"),
            ),
            (form(&renamed, GRAPH), "invalid_body", None),
            (
                Form::new().text("manifest", MANIFEST),
                "invalid_body",
                Some("graph"),
            ),
        ];
        for (form, code, place) in cases {
            let refused = send(form).await;
            refused.refused(422, code);
            if let Some(place) = place {
                assert_eq!(refused.body["place"], place);
            }
        }
        assert_eq!(work.rows().await, before);
        let made = send(form(MANIFEST, GRAPH)).await.expect(201);
        assert_eq!(made["version"], 1);
        send(form(MANIFEST, GRAPH))
            .await
            .refused(409, "model_exists");
        let listed = app.get(&app.owner, &path).await.expect(200);
        assert_eq!(listed["items"][0]["versions"][0]["id"], made["id"]);
        // The digits of the model are not the classes of the project's standard.
        let run = json!({"model_version_id": made["id"]});
        let misfit = app
            .post(&app.owner, &format!("{}/prelabel", work.project), run)
            .await;
        misfit.refused(422, "model_invalid");
    })
    .await;
}
