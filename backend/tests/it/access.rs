//! Coming in, and what it takes to change something.

use reqwest::Method;
use serde_json::json;

use crate::app::{PASSWORD, TestApp, Who, on_both};

const MEMBERS: &str = "/api/v1/workspaces/lab/members";
const TOKENS: &str = "/api/v1/workspaces/lab/tokens";

#[tokio::test]
async fn the_first_person_is_made_once() {
    on_both(async |app: TestApp| {
        let state = app.get(&Who::default(), "/api/v1/setup").await.expect(200);
        assert_eq!(state["needs_setup"], false);
        let body = json!({"email": "b@lab.org", "name": "B", "password": PASSWORD,
            "workspace_name": "B"});
        let again = app.post(&Who::default(), "/api/v1/setup", body).await;
        again.refused(409, "setup_done");
        let me = app.get(&app.owner, "/api/v1/me").await.expect(200);
        assert_eq!(me["workspaces"][0]["slug"], "lab");
        assert_eq!(me["workspaces"][0]["role"], "owner");
    })
    .await;
}

#[tokio::test]
async fn signing_in_and_out() {
    on_both(async |app: TestApp| {
        for (email, password) in [
            ("owner@lab.org", "wrong password"),
            ("nobody@lab.org", PASSWORD),
        ] {
            let body = json!({"email": email, "password": password});
            let answer = app.post(&Who::default(), "/api/v1/session", body).await;
            answer.refused(401, "wrong_credentials");
        }
        let who = app.sign_in("owner@lab.org").await;
        app.send(&who, Method::DELETE, "/api/v1/session", None)
            .await
            .expect(204);
        app.get(&who, "/api/v1/me")
            .await
            .refused(401, "not_signed_in");
        app.get(&app.owner, "/api/v1/me").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = TestApp::start(testkit::databases().await.remove(0)).await;
    let body = json!({"email": "owner@lab.org", "password": "a guess of mine"});
    let mut limited = 0;
    for _ in 0..40 {
        let answer = app
            .post(&Who::default(), "/api/v1/session", body.clone())
            .await;
        if answer.status.as_u16() == 429 {
            answer.refused(429, "rate_limited");
            assert!(answer.headers.contains_key("retry-after"));
            limited += 1;
        }
    }
    assert!(limited >= 5, "{limited}");
}

#[tokio::test]
async fn a_change_with_a_cookie_needs_the_csrf_token() {
    on_both(async |app: TestApp| {
        for csrf in [None, Some("0".repeat(64)), Some(String::new())] {
            let who = Who {
                csrf,
                ..app.owner.clone()
            };
            let body = json!({"slug": "other", "name": "Other"});
            let answer = app.post(&who, "/api/v1/workspaces", body).await;
            answer.refused(403, "csrf_missing");
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_are_shown_once_and_do_no_more_than_they_say() {
    on_both(async |app: TestApp| {
        let body = json!({"name": "reader", "role": "viewer"});
        let made = app.post(&app.owner, TOKENS, body).await.expect(201);
        let token = made["token"].as_str().unwrap().to_owned();
        assert!(token.starts_with("strata_"));
        let listed = app.get(&app.owner, TOKENS).await.expect(200);
        assert!(!listed.to_string().contains(&token));
        let reader = Who {
            token: Some(token),
            ..Who::default()
        };
        app.get(&reader, MEMBERS).await.expect(200);
        let body =
            json!({"email": "x@lab.org", "role": "viewer", "name": "X", "password": PASSWORD});
        app.post(&reader, MEMBERS, body)
            .await
            .refused(403, "forbidden");
        let more = app
            .post(&reader, TOKENS, json!({"name": "more", "role": "owner"}))
            .await;
        more.refused(403, "role_too_high");
        let elsewhere = json!({"slug": "other", "name": "Other"});
        app.post(&app.owner, "/api/v1/workspaces", elsewhere.clone())
            .await
            .expect(201);
        let there = app.get(&reader, "/api/v1/workspaces/other/members").await;
        there.refused(404, "not_found");
        app.post(&reader, "/api/v1/workspaces", elsewhere)
            .await
            .refused(403, "forbidden");
        let path = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
        app.send(&app.owner, Method::DELETE, &path, None)
            .await
            .expect(204);
        app.get(&reader, MEMBERS)
            .await
            .refused(401, "not_signed_in");
    })
    .await;
}

#[tokio::test]
async fn members_come_change_and_go() {
    on_both(async |app: TestApp| {
        let annotator = app.member("annotator").await;
        let body = json!({"email": "annotator@lab.org", "role": "viewer"});
        app.post(&app.owner, MEMBERS, body)
            .await
            .refused(409, "member_exists");
        let me = app.get(&annotator, "/api/v1/me").await.expect(200);
        let path = format!("{MEMBERS}/{}", me["user"]["id"].as_str().unwrap());
        let role = Some(json!({"role": "reviewer"}));
        app.send(&annotator, Method::PATCH, &path, role.clone())
            .await
            .refused(403, "forbidden");
        let changed = app
            .send(&app.owner, Method::PATCH, &path, role)
            .await
            .expect(200);
        assert_eq!(changed["role"], "reviewer");
        app.send(&app.owner, Method::DELETE, &path, None)
            .await
            .expect(204);
        app.get(&annotator, MEMBERS).await.refused(404, "not_found");
        let me = app.get(&app.owner, "/api/v1/me").await.expect(200);
        let path = format!("{MEMBERS}/{}", me["user"]["id"].as_str().unwrap());
        let last = app.send(&app.owner, Method::DELETE, &path, None).await;
        last.refused(409, "last_owner");
        let less = Some(json!({"role": "viewer"}));
        app.send(&app.owner, Method::PATCH, &path, less)
            .await
            .refused(409, "last_owner");
    })
    .await;
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong() {
    on_both(async |app: TestApp| {
        let send = async |kind: &str, body: &str| {
            let request = app.request(&app.owner, Method::POST, "/api/v1/workspaces");
            let request = request.header("content-type", kind).body(body.to_owned());
            app.answer(request).await
        };
        let json = "application/json";
        send("text/plain", "{}")
            .await
            .refused(415, "unsupported_media_type");
        send(json, "{").await.refused(400, "invalid_json");
        send(json, r#"{"slug": "a", "slug": "b", "name": "c"}"#)
            .await
            .refused(400, "invalid_json");
        send(json, r#"{"slug": "a", "name": "c", "x": 1}"#)
            .await
            .refused(422, "invalid_body");
        send(json, r#"{"slug": "a"}"#)
            .await
            .refused(422, "invalid_body");
        let nul = send(json, r#"{"slug": "a", "name": "\u0000"}"#).await;
        nul.refused(422, "invalid_text");
        assert_eq!(nul.body["place"], "/name");
        send(json, r#"{"slug": "../a", "name": "c"}"#)
            .await
            .refused(422, "invalid_name");
        send(json, &format!("\"{}\"", "a".repeat(5 << 20)))
            .await
            .refused(413, "payload_too_large");
        let missing = app.get(&app.owner, "/api/v1/nothing").await;
        missing.refused(404, "not_found");
        let method = app
            .send(&app.owner, Method::DELETE, "/api/v1/me", None)
            .await;
        method.refused(405, "method_not_allowed");
        assert_eq!(method.headers["allow"], "GET");
        let uuid = app
            .send(&app.owner, Method::DELETE, &format!("{TOKENS}/7"), None)
            .await;
        uuid.refused(404, "not_found");
        app.get(&app.owner, "/api/v1/me?a=%00")
            .await
            .refused(422, "invalid_text");
    })
    .await;
}

#[tokio::test]
async fn answers_are_safe_to_show() {
    let app = TestApp::start(testkit::databases().await.remove(0)).await;
    for path in ["/", "/datasets", "/healthz", "/readyz"] {
        let answer = app.get(&Who::default(), path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
    }
}

#[tokio::test]
async fn metrics_and_the_document_need_a_caller() {
    let app = TestApp::start(testkit::databases().await.remove(0)).await;
    for path in ["/metrics", "/api/openapi.json"] {
        let nobody = app.get(&Who::default(), path).await;
        nobody.refused(401, "not_signed_in");
    }
    let document = app.get(&app.owner, "/api/openapi.json").await.expect(200);
    assert!(document["paths"]["/api/openapi.json"].is_object());
    let token = app
        .post(
            &app.owner,
            TOKENS,
            json!({"name": "prometheus", "role": "viewer"}),
        )
        .await
        .expect(201);
    let scraper = Who {
        token: token["token"].as_str().map(str::to_owned),
        ..Who::default()
    };
    for who in [&app.owner, &scraper] {
        let metrics = app.get(who, "/metrics").await;
        assert_eq!(metrics.status.as_u16(), 200);
        assert!(String::from_utf8_lossy(&metrics.bytes).contains("http_requests_total"));
    }
}
