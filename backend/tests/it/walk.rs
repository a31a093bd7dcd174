//! Every operation of the OpenAPI document, and what each of the five roles, a member of another
//! workspace and nobody get.

use api_types::access::Role;
use backend::http::Policy;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, Who, on_both};

const ROLES: [(&str, Role); 5] = [
    ("viewer", Role::Viewer),
    ("annotator", Role::Annotator),
    ("reviewer", Role::Reviewer),
    ("manager", Role::Manager),
    ("owner", Role::Owner),
];

struct Operation {
    method: Method,
    template: String,
    path: String,
    policy: Policy,
}

/// Every operation of the document, with names that lead nowhere but to the workspace.
fn operations() -> Vec<Operation> {
    let table = backend::table();
    let document: Value = serde_json::from_str(&backend::openapi_json()).unwrap();
    let mut found = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let route = table
                .routes()
                .iter()
                .find(|route| {
                    let methods = route
                        .methods
                        .iter()
                        .any(|known| known.as_str() == method.as_str());
                    route.path == *template && methods
                })
                .expect("the document holds only routes of the table");
            found.push(Operation {
                path: filled(template),
                method,
                template: template.clone(),
                policy: route.policy,
            });
        }
    }
    let routes: usize = table.routes().iter().map(|route| route.methods.len()).sum();
    assert_eq!(
        found.len(),
        routes,
        "the table holds only routes of the document"
    );
    found
}

fn filled(template: &str) -> String {
    template
        .split('/')
        .map(|part| match part {
            "{workspace}" => "lab".to_owned(),
            "{dataset}" => "none".to_owned(),
            "{path}" | "{name}" | "{hash}" => "none".to_owned(),
            "{version}" | "{number}" => "1".to_owned(),
            part if part.starts_with('{') => uuid::Uuid::nil().to_string(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_operation_asks_who_calls() {
    on_both(walk).await;
}

async fn walk(app: TestApp) {
    let nobody = Who::default();
    let stranger = stranger(&app).await;
    let mut members = Vec::new();
    for (name, role) in ROLES {
        let who = match role {
            Role::Owner => app.owner.clone(),
            _ => app.member(name).await,
        };
        members.push((who, role));
    }
    for operation in operations() {
        check_nobody(&app, &operation, &nobody).await;
        check_stranger(&app, &operation, &stranger).await;
        for (who, role) in &members {
            check_member(&app, &operation, who, *role).await;
        }
    }
}

/// An owner, but of another workspace.
async fn stranger(app: &TestApp) -> Who {
    let body = json!({"slug": "elsewhere", "name": "Elsewhere"});
    app.post(&app.owner, "/api/v1/workspaces", body)
        .await
        .expect(201);
    let body = json!({"email": "stranger@else.org", "name": "S", "password": crate::app::PASSWORD,
        "role": "owner"});
    let path = "/api/v1/workspaces/elsewhere/members";
    app.post(&app.owner, path, body).await.expect(201);
    app.sign_in("stranger@else.org").await
}

async fn call(app: &TestApp, operation: &Operation, who: &Who) -> (u16, String) {
    // Signing out would end the caller's session for the rest of the walk.
    let signs_out = operation.template == "/api/v1/session" && operation.method == Method::DELETE;
    let who = if signs_out && who.cookie.is_some() {
        app.sign_in(&who.email).await
    } else {
        who.clone()
    };
    let answer = app
        .send(&who, operation.method.clone(), &operation.path, None)
        .await;
    let code = answer.code().to_owned();
    (answer.status.as_u16(), code)
}

async fn check_nobody(app: &TestApp, operation: &Operation, nobody: &Who) {
    let (status, code) = call(app, operation, nobody).await;
    let name = format!("{} {}", operation.method, operation.template);
    match operation.policy {
        Policy::Open => assert!(!matches!(status, 401 | 403), "{name}: {status} {code}"),
        _ => assert_eq!(status, 401, "{name}: {code}"),
    }
}

async fn check_stranger(app: &TestApp, operation: &Operation, stranger: &Who) {
    let (status, code) = call(app, operation, stranger).await;
    let name = format!("{} {}", operation.method, operation.template);
    match operation.policy {
        Policy::Workspace(_) => assert_eq!(status, 404, "{name}: {code}"),
        _ => assert!(!matches!(status, 401 | 403), "{name}: {status} {code}"),
    }
}

async fn check_member(app: &TestApp, operation: &Operation, who: &Who, role: Role) {
    let (status, code) = call(app, operation, who).await;
    let name = format!("{} {} as {role:?}", operation.method, operation.template);
    match operation.policy {
        Policy::Workspace(needed) if role < needed => {
            assert_eq!(status, 403, "{name}: {code}");
        }
        _ => assert!(
            !matches!(status, 401 | 403) && status < 500,
            "{name}: {status} {code}"
        ),
    }
}

#[tokio::test]
async fn an_escaped_address_is_the_same_address() {
    on_both(async |app: TestApp| {
        for path in [
            "/api/v1/%77orkspaces/lab/members",
            "/api/v1/workspaces/l%61b/members",
            "/%61pi/v1/me",
        ] {
            app.get(&Who::default(), path)
                .await
                .refused(401, "not_signed_in");
        }
        let answer = app
            .send(&Who::default(), Method::DELETE, "/api/v1/s%65ssion", None)
            .await;
        answer.refused(401, "not_signed_in");
    })
    .await;
}
