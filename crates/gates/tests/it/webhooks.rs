//! The gate that asks somebody else, with a real program on the other side.

use client::Outbound;
use gates::Means;
use serde_json::{Value, json};
use testkit::png;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::world::{World, everywhere, request, to};

/// A program that answers each request with these bytes, and hands over what it was asked.
async fn program(answer: Vec<u8>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (told, asked) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = Vec::new();
            let mut part = [0; 4096];
            while !read.ends_with(b"}") {
                match stream.read(&mut part).await {
                    Ok(0) | Err(_) => break,
                    Ok(length) => read.extend_from_slice(&part[..length]),
                }
            }
            let _ = told.send(String::from_utf8_lossy(&read).into_owned());
            let _ = stream.write_all(&answer).await;
        }
    });
    (url, asked)
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_somebody_else_decides() {
    everywhere(async |world: World| {
        let commit = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
        let (url, mut asked) = program(http(
            "200 OK",
            "",
            r#"{"pass":true,"message":"fine by us"}"#,
        ))
        .await;
        world
        .protect(
            json!([{"name": "legal", "check": {"kind": "webhook", "url": format!("{url}/ask")}}]),
        )
        .await;
        // Off until it is listed: by nobody, or by others.
        let error = gates::run(&world.repository, &request(None, commit), Means::default())
            .await
            .unwrap_err();
        assert_eq!(error.code(), "outbound_not_listed");
        let other = Outbound::new("https://hooks.example.org").unwrap();
        let refused = gates::run(
            &world.repository,
            &request(None, commit),
            other.as_ref().into(),
        )
        .await;
        assert!(refused.unwrap_err().to_string().contains("STRATA_OUTBOUND"));
        assert!(asked.try_recv().is_err());

        let outbound = Outbound::new(&url).unwrap();
        gates::move_branch(
            &world.repository,
            &to("main", None, Some(commit)),
            outbound.as_ref(),
        )
        .await
        .unwrap();
        let question = asked.recv().await.unwrap();
        assert!(question.starts_with("POST /ask HTTP/1.1"));
        let body: Value = serde_json::from_str(question.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(
            body,
            json!({"dataset": "pets", "branch": "main", "old": null, "new": commit})
        );
        let report = world
            .repository
            .gate_report(&commit)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (report.results[0].passed, report.results[0].message.as_str()),
            (true, "fine by us")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_yes_is_a_no() {
    everywhere(async |world: World| {
    let commit = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
    let long = format!("{{\"pass\":true,\"message\":\"{}\"}}", "x".repeat(70_000));
    let cases = [
        (
            http("200 OK", "", r#"{"pass":false,"message":"not signed off"}"#),
            "not signed off",
        ),
        (http("200 OK", "", r#"{"pass":false}"#), "it said no"),
        (http("200 OK", "", "yes"), "not understood"),
        (http("500 Oops", "", r#"{"pass":true}"#), "HTTP 500"),
        // A way to somewhere else is not followed.
        (
            http(
                "302 Found",
                "location: http://169.254.169.254/\r\n",
                r#"{"pass":true}"#,
            ),
            "HTTP 302",
        ),
        (http("200 OK", "", &long), "longer than"),
        (Vec::new(), "did not answer"),
    ];
    for (answer, message) in cases {
        let (url, _asked) = program(answer).await;
        world.protect(json!([{"name": "legal", "check": {"kind": "webhook", "url": url, "deadline_ms": 3000}}])).await;
        let outbound = Outbound::new(&url).unwrap();
        let moved = gates::move_branch(
            &world.repository,
            &to("main", None, Some(commit)),
            outbound.as_ref(),
        )
        .await;
        let error = moved.unwrap_err();
        assert_eq!(error.code(), "gates_failed");
        assert!(error.to_string().contains(message), "{error}");
    }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_home_is_not_called_unless_pinned() {
    everywhere(async |world: World| {
        let commit = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
        let (url, mut asked) = program(http("200 OK", "", r#"{"pass":true}"#)).await;
        let named = url.replace("127.0.0.1", "localhost");
        world
            .protect(json!([{"name": "legal", "check": {"kind": "webhook", "url": named}}]))
            .await;
        let outbound = Outbound::new(&named).unwrap();
        let report = gates::run(
            &world.repository,
            &request(None, commit),
            outbound.as_ref().into(),
        )
        .await
        .unwrap();
        assert!(!report.results[0].passed);
        assert!(
            report.results[0].message.contains("private network"),
            "{:?}",
            report.results[0]
        );
        assert!(asked.try_recv().is_err());
        let outbound = Outbound::new(&format!("{named}=127.0.0.1")).unwrap();
        let report = gates::run(
            &world.repository,
            &request(None, commit),
            outbound.as_ref().into(),
        )
        .await
        .unwrap();
        assert!(report.results[0].passed, "{:?}", report.results[0]);
    })
    .await;
}
