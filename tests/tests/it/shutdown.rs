//! `strata serve` ends when it is told to, whoever still listens.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has a clock, ids and settings of its own"
)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::process::Command;

use crate::service::{Caller, Service, http, token_for};

const PASSWORD: &str = "correct horse battery staple";
/// How long an idle service may take to end.
const IDLE_LIMIT: Duration = Duration::from_secs(2);

/// Sends `signal` and waits for the end, which must come by itself, in time, and with exit code 0.
async fn ends_on(service: &mut Service, signal: &str) -> Result<()> {
    let mut child = service.child.take().context("the service runs")?;
    let id = child.id().context("the service runs")?.to_string();
    let asked = Instant::now();
    let sent = Command::new("kill").args([signal, &id]).status().await?;
    ensure!(sent.success(), "kill {signal}");
    let ended = tokio::time::timeout(Duration::from_secs(30), child.wait()).await;
    let status = ended.with_context(|| format!("still there 30 s after {signal}"))??;
    let took = asked.elapsed();
    ensure!(status.success(), "{signal}: {status}");
    ensure!(took < IDLE_LIMIT, "{signal}: ended after {took:?}");
    Ok(())
}

/// Opens the events of a job that waits for a queue nobody serves.
async fn follow_a_waiting_job(service: &Service) -> Result<reqwest::Response> {
    let base = format!("http://127.0.0.1:{}/api/v1", service.port);
    let owner = json!({"email": "owner@example.org", "name": "Owner", "password": PASSWORD, "workspace_name": "Own"});
    let (token, slug) = token_for(&base, "/setup", owner).await?;
    let caller = Caller {
        http: http()?,
        base,
        token,
    };
    let workspace = format!("/workspaces/{slug}");
    let dataset = json!({"name": "texts"});
    caller
        .call("POST", &format!("{workspace}/datasets"), Some(dataset))
        .await?;
    let texts = format!("{workspace}/datasets/texts");
    let upload = caller
        .call("POST", &format!("{texts}/uploads"), Some(json!({})))
        .await?;
    let upload = upload["id"].as_str().context("upload id")?;
    let line = "{\"key\":\"a\",\"text\":\"b\"}\n";
    let part = reqwest::multipart::Part::text(line).file_name("a.jsonl");
    let files = format!("{}{texts}/uploads/{upload}/files", caller.base);
    let form = reqwest::multipart::Form::new().part("file", part);
    let sent = caller
        .http
        .post(files)
        .bearer_auth(&caller.token)
        .multipart(form);
    sent.send().await?.error_for_status()?;
    let import = json!({"upload_id": upload, "format": "jsonl"});
    let job = caller
        .call("POST", &format!("{texts}/imports"), Some(import))
        .await?;
    let id = job["id"].as_str().context("job id")?;
    let events = format!("{}{workspace}/jobs/{id}/events", caller.base);
    let request = caller.http.get(events).bearer_auth(&caller.token);
    let mut answer = request.send().await?.error_for_status()?;
    let first = answer.chunk().await?.context("a first event")?;
    ensure!(first.starts_with(b"event: job"), "{first:?}");
    Ok(answer)
}

/// A caller that keeps its connections open, as a browser does.
fn keeping() -> Result<reqwest::Client> {
    http()?; // Installs what TLS needs.
    Ok(reqwest::Client::builder().build()?)
}

async fn run(service: &mut Service) -> Result<()> {
    for signal in ["-TERM", "-INT"] {
        service.start().await?;
        let kept = keeping()?;
        let health = format!("http://127.0.0.1:{}/healthz", service.port);
        kept.get(health).send().await?.error_for_status()?;
        ends_on(service, signal).await?;
    }
    service.start_with(&["--no-worker"]).await?;
    let mut events = follow_a_waiting_job(service).await?;
    ends_on(service, "-TERM").await?;
    // The stream has come to its end, it was not torn off.
    while events.chunk().await?.is_some() {}
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_service_ends_at_once() {
    let mut service = Service::new().unwrap();
    let result = run(&mut service).await;
    let log = service.log();
    service.kill().await.unwrap();
    if let Err(error) = result {
        panic!("{error:?}\n--- the service's log ends with ---\n{log}");
    }
}
