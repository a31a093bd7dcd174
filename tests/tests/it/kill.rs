//! `kill -9` at random moments during submits: nothing acknowledged is lost, nothing doubles.
//!
//! The real binary runs embedded over one data folder. Four annotators submit as fast as they can;
//! the service is killed twenty times and started again over the same folder. A submit whose answer
//! never came is sent again with the same `Idempotency-Key`, as a browser would.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has a clock, ids and settings of its own"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rand::Rng;
use serde_json::{Value, json};

use crate::service::{Caller, Service, http, token_for};

const KILLS: usize = 20;
const ANNOTATORS: usize = 4;
const SAMPLES: usize = 6000;
const PASSWORD: &str = "correct horse battery staple";

/// Administrator, dataset of texts, published standard, active project: gives workspace path and project.
async fn set_up(base: &str) -> Result<(Caller, String, String)> {
    let (token, slug) = token_for(
        base,
        "/setup",
        json!({"email": "owner@example.org", "name": "Owner", "password": PASSWORD, "workspace_name": "Kill"}),
    )
    .await?;
    let owner = Caller {
        http: http()?,
        base: base.to_owned(),
        token,
    };
    let workspace = format!("/workspaces/{slug}");
    import_texts(&owner, &workspace).await?;
    let content = json!({
        "title": "Tone", "guideline": "Say how it sounds.",
        "layers": [{"name": "label", "kind": "classification", "field": "text", "required": true, "multiple": false,
            "classes": [
                {"name": "good", "color": "#00aa00", "hotkey": "1", "attributes": []},
                {"name": "bad", "color": "#aa0000", "hotkey": "2", "attributes": []}],
            "rules": {"inside": true}}]});
    let standard = owner
        .call(
            "POST",
            &format!("{workspace}/standards"),
            Some(json!({"name": "tone", "content": content})),
        )
        .await?;
    let id = standard["id"].as_str().context("standard id")?;
    let version = owner
        .call(
            "POST",
            &format!("{workspace}/standards/{id}/publish"),
            Some(json!({})),
        )
        .await?;
    let project = owner
        .call(
            "POST",
            &format!("{workspace}/projects"),
            Some(
                json!({"name": "kill", "dataset": "texts", "ref": "main", "query": "",
                "standard_version_id": version["id"],
                "workflow": {"overlap": 1, "review": false, "lease_seconds": 900}}),
            ),
        )
        .await?;
    let id = project["id"].as_str().context("project id")?.to_owned();
    wait_for_tasks(&owner, &workspace, &id).await?;
    Ok((owner, workspace, id))
}

async fn import_texts(owner: &Caller, workspace: &str) -> Result<()> {
    owner
        .call(
            "POST",
            &format!("{workspace}/datasets"),
            Some(json!({"name": "texts", "description": ""})),
        )
        .await?;
    let upload = owner
        .call(
            "POST",
            &format!("{workspace}/datasets/texts/uploads"),
            Some(json!({})),
        )
        .await?;
    let upload = upload["id"].as_str().context("upload id")?;
    let lines: String = (0..SAMPLES)
        .map(|number| {
            format!(
                "{}\n",
                json!({"key": format!("t{number:05}"), "text": format!("sentence {number}")})
            )
        })
        .collect();
    let part = reqwest::multipart::Part::text(lines).file_name("texts.jsonl");
    let answer = owner
        .http
        .post(format!(
            "{}{workspace}/datasets/texts/uploads/{upload}/files",
            owner.base
        ))
        .bearer_auth(&owner.token)
        .multipart(reqwest::multipart::Form::new().part("file", part))
        .send()
        .await?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_success(), "upload: {status} {text}");
    let job = owner
        .call(
            "POST",
            &format!("{workspace}/datasets/texts/imports"),
            Some(json!({"upload_id": upload, "format": "jsonl"})),
        )
        .await?;
    owner.wait_for_job(workspace, &job).await
}

async fn wait_for_tasks(owner: &Caller, workspace: &str, project: &str) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let view = owner
            .call("GET", &format!("{workspace}/projects/{project}"), None)
            .await?;
        if view["state"] == "active" {
            ensure!(view["progress"]["total"] == SAMPLES, "{view}");
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "no tasks in time: {view}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What one annotator was told: idempotency key and annotation by task.
#[derive(Default)]
struct Told {
    by_task: BTreeMap<String, (String, String, Value)>,
    unanswered: usize,
    replayed: usize,
}

/// What the annotators and the one who kills tell each other.
#[derive(Default)]
struct Signals {
    stop: AtomicBool,
    acknowledged: AtomicUsize,
}

/// Waits until submits flow again: two more were acknowledged.
async fn wait_for_submits(signals: &Signals) -> Result<()> {
    let before = signals.acknowledged.load(Ordering::Relaxed);
    let deadline = Instant::now() + Duration::from_secs(60);
    while signals.acknowledged.load(Ordering::Relaxed) < before + 2 {
        ensure!(
            Instant::now() < deadline,
            "no submit was acknowledged in a minute"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Takes tasks and submits until told to stop; a submit without an answer is repeated until it has one.
async fn annotate(
    caller: Caller,
    workspace: String,
    project: String,
    signals: Arc<Signals>,
) -> Result<Told> {
    let mut told = Told::default();
    while !signals.stop.load(Ordering::Relaxed) {
        let next = format!("{workspace}/projects/{project}/tasks/next");
        let (status, task) = match caller.send("POST", &next, Some(&json!({})), None).await {
            Ok(answer) => answer,
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        if status == 204 {
            break;
        }
        ensure!(status == 200, "next: {status} {task}");
        let id = task["id"].as_str().context("task id")?.to_owned();
        ensure!(
            !told.by_task.contains_key(&id),
            "an answered task was given out again: {task}"
        );
        let class = if task["seq"].as_u64().unwrap_or(0) % 2 == 0 {
            "good"
        } else {
            "bad"
        };
        let body = json!({"fence": task["assignment"]["fence"], "lead_time_ms": 5,
            "result": {"items": [{"id": "c1", "layer": "label", "kind": "classification", "class": class}]}});
        let key = uuid::Uuid::new_v4().to_string();
        let annotation = submit(
            &caller,
            &format!("{workspace}/tasks/{id}/submit"),
            &body,
            &key,
            &mut told,
        )
        .await?;
        told.by_task.insert(id, (key, annotation, body));
        signals.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    Ok(told)
}

async fn submit(
    caller: &Caller,
    path: &str,
    body: &Value,
    key: &str,
    told: &mut Told,
) -> Result<String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut tries = 0;
    loop {
        ensure!(Instant::now() < deadline, "no answer to a submit in 60 s");
        tries += 1;
        match caller.send("POST", path, Some(body), Some(key)).await {
            Ok((status @ 200..=299, answer)) => {
                if tries > 1 {
                    told.replayed += 1;
                }
                return answer["annotation_id"]
                    .as_str()
                    .map(str::to_owned)
                    .with_context(|| format!("{status} {answer}"));
            }
            // Stopping or busy for a moment: the answer says to come again.
            Ok((503 | 429, _)) => {}
            Ok((status, answer)) => bail!("submit: {status} {answer}"),
            Err(_) => told.unanswered += 1,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Each acknowledged annotation is there once, in its task's history and among the project's numbers.
async fn check(
    owner: &Caller,
    workspace: &str,
    project: &str,
    callers: &[Caller],
    told: &[Told],
) -> Result<usize> {
    let mut annotations = BTreeSet::new();
    let mut tasks = BTreeSet::new();
    for (caller, told) in callers.iter().zip(told) {
        for (task, (key, annotation, body)) in &told.by_task {
            ensure!(
                tasks.insert(task.clone()),
                "task {task} was given to two people"
            );
            ensure!(
                annotations.insert(annotation.clone()),
                "one annotation stands for two tasks"
            );
            let events = owner
                .call("GET", &format!("{workspace}/tasks/{task}/events"), None)
                .await?;
            let submitted: Vec<_> = events["items"]
                .as_array()
                .context("events")?
                .iter()
                .filter(|event| {
                    event["kind"]
                        .as_str()
                        .is_some_and(|kind| kind.contains("submit"))
                })
                .collect();
            ensure!(
                submitted.len() == 1,
                "task {task}: {} submits: {events}",
                submitted.len()
            );
            ensure!(
                submitted[0].to_string().contains(annotation),
                "task {task}: not {annotation}: {events}"
            );
            if annotations.len() % 10 == 0 {
                let path = format!("{workspace}/tasks/{task}/submit");
                let (status, answer) = caller.send("POST", &path, Some(body), Some(key)).await?;
                ensure!(
                    status < 300 && answer["annotation_id"] == **annotation,
                    "replay: {status} {answer}"
                );
            }
        }
    }
    let view = owner
        .call("GET", &format!("{workspace}/projects/{project}"), None)
        .await?;
    ensure!(
        view["progress"]["accepted"] == annotations.len(),
        "{} acknowledged, {view}",
        annotations.len()
    );
    Ok(annotations.len())
}

async fn run(service: &mut Service) -> Result<()> {
    service.start().await?;
    let base = format!("http://127.0.0.1:{}/api/v1", service.port);
    let (owner, workspace, project) = set_up(&base).await?;
    let mut callers = Vec::new();
    for number in 0..ANNOTATORS {
        let email = format!("ann{number}@example.org");
        let member =
            json!({"email": email, "name": "Ann", "role": "annotator", "password": PASSWORD});
        owner
            .call("POST", &format!("{workspace}/members"), Some(member))
            .await?;
        let (token, _) = token_for(
            &base,
            "/session",
            json!({"email": email, "password": PASSWORD}),
        )
        .await?;
        callers.push(Caller {
            token,
            ..owner.clone()
        });
    }
    let signals = Arc::new(Signals::default());
    let running: Vec<_> = callers
        .iter()
        .map(|caller| {
            tokio::spawn(annotate(
                caller.clone(),
                workspace.clone(),
                project.clone(),
                signals.clone(),
            ))
        })
        .collect();
    for _ in 0..KILLS {
        wait_for_submits(&signals).await?;
        let wait_ms = rand::rng().random_range(0..400);
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        service.kill().await?;
        service.start().await?;
    }
    wait_for_submits(&signals).await?;
    signals.stop.store(true, Ordering::Relaxed);
    let mut told = Vec::new();
    for annotator in running {
        told.push(annotator.await??);
    }
    let count = check(&owner, &workspace, &project, &callers, &told).await?;
    let unanswered: usize = told.iter().map(|told| told.unanswered).sum();
    let replayed: usize = told.iter().map(|told| told.replayed).sum();
    println!(
        "{count} acknowledged over {KILLS} kills; {unanswered} submits unanswered, {replayed} repeated"
    );
    ensure!(count >= KILLS, "too few submits to prove anything: {count}");
    ensure!(unanswered > 0, "no kill hit a submit");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost() {
    let mut service = Service::new().unwrap();
    let result = run(&mut service).await;
    let log = service.log();
    service.kill().await.unwrap();
    if let Err(error) = result {
        panic!("{error:?}\n--- the service's log ends with ---\n{log}");
    }
}
