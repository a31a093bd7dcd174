//! A merge whose gate takes long, with the real binary: the command line follows its job, and a service
//! that is killed meanwhile goes on with it.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has a clock, ids and settings of its own"
)]

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::service::{Caller, Service, binary, http, token_for};

const PASSWORD: &str = "correct horse battery staple";

/// A program that is told of each question and says yes after `wait`.
async fn program(wait: Duration) -> Result<(String, UnboundedReceiver<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let (told, asked) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let told = told.clone();
            tokio::spawn(async move {
                let mut read = [0; 4096];
                let _ = stream.read(&mut read).await;
                let _ = told.send(());
                tokio::time::sleep(wait).await;
                let body = r#"{"pass":true,"message":"fine by us"}"#;
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            });
        }
    });
    Ok((url, asked))
}

/// `strata` at the server's workspace.
struct Strata {
    token: String,
    store: String,
}

impl Strata {
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(binary()?);
        command.args(arguments).env("STRATA_TOKEN", &self.token);
        command
            .env("STRATA_STORE", &self.store)
            .env_remove("RUST_LOG");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        Ok(command)
    }

    async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let output = self
            .command(&[&["--json"], arguments].concat())?
            .output()
            .await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {said}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    async fn import(&self, folder: &Path, branch: &str, key: &str) -> Result<()> {
        let file = folder.join("rows.jsonl");
        std::fs::write(&file, testkit::text_jsonl(&[(key, "a text", "pos")]))?;
        let file = file.to_str().context("a temporary path is UTF-8")?;
        self.json(&["import", "--dataset", "d", "--branch", branch, file])
            .await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_merge_outlives_its_request_and_its_service() -> Result<()> {
    let (hook, mut asked) = program(Duration::from_secs(4)).await?;
    let mut service = Service::new()?;
    let listed = [("STRATA_OUTBOUND", hook.as_str())];
    service.start_in(&[], &listed).await?;
    let base = format!("http://127.0.0.1:{}/api/v1", service.port);
    let (token, slug) = token_for(
        &base,
        "/setup",
        json!({"email": "owner@example.org", "name": "Owner", "password": PASSWORD, "workspace_name": "Long"}),
    )
    .await?;
    let owner = Caller {
        http: http()?,
        base: base.clone(),
        token: token.clone(),
    };
    let strata = Strata {
        token,
        store: format!("http://127.0.0.1:{}/{slug}", service.port),
    };
    let folder = tempfile::tempdir()?;
    strata.import(folder.path(), "main", "a").await?;
    strata.json(&["branch", "side", "main"]).await?;
    strata.import(folder.path(), "side", "b").await?;
    strata.import(folder.path(), "main", "c").await?;
    let dataset = format!("/workspaces/{slug}/datasets/d");
    protect(&owner, &dataset, &hook).await?;

    // Asking the gates takes longer than a request: the command line follows the job.
    let run = strata.command(&["gate", "run", "side"])?.output().await?;
    let (out, said) = (
        String::from_utf8(run.stdout)?,
        String::from_utf8(run.stderr)?,
    );
    ensure!(
        run.status.success() && out.contains("passed  legal: fine by us"),
        "{out}{said}"
    );
    ensure!(said.contains("this takes longer; job "), "{said}");
    asked.recv().await;
    asked.recv().await;

    // The service dies while the job of a merge waits for the gate, and comes back.
    let merging = strata
        .command(&["merge", "side", "--into", "main"])?
        .spawn()?;
    asked.recv().await;
    asked.recv().await.context("the job asks again")?;
    service.kill().await?;
    service.start_in(&[], &listed).await?;
    let begun = Instant::now();
    let merged =
        tokio::time::timeout(Duration::from_secs(90), merging.wait_with_output()).await??;
    let (out, said) = (
        String::from_utf8(merged.stdout)?,
        String::from_utf8(merged.stderr)?,
    );
    ensure!(
        merged.status.success() && out.contains("(merged)"),
        "{out}{said}"
    );
    eprintln!(
        "the merge was there {:?} after the restart",
        begun.elapsed()
    );
    let jobs = owner
        .call("GET", &format!("/workspaces/{slug}/jobs"), None)
        .await?;
    let jobs = jobs["items"].as_array().context("jobs")?;
    let job = jobs
        .iter()
        .find(|job| job["kind"] == "merge")
        .context("a merge")?;
    ensure!(job["attempts"] == 2 && job["state"] == "succeeded", "{job}");
    let log = owner
        .call(
            "GET",
            &format!(
                "/workspaces/{slug}/jobs/{}/logs",
                job["id"].as_str().unwrap_or("")
            ),
            None,
        )
        .await?;
    ensure!(
        log["items"][0]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("merging ")),
        "{log}"
    );
    let detail = owner
        .call("GET", &format!("{dataset}/commits/main"), None)
        .await?;
    ensure!(detail["hash"] == job["result"]["commit"], "{detail}");
    ensure!(detail["gates"][0]["message"] == "fine by us", "{detail}");
    service.kill().await
}

/// `main` only goes where the program says yes.
async fn protect(owner: &Caller, dataset: &str, hook: &str) -> Result<()> {
    let url = format!("{}{dataset}/protection", owner.base);
    let read = owner
        .http
        .get(&url)
        .bearer_auth(&owner.token)
        .send()
        .await?;
    let tag = read.headers().get("etag").context("an ETag")?.clone();
    let check = json!({"kind": "webhook", "url": hook, "deadline_ms": 20_000});
    let rules =
        json!({"rules": [{"branches": "main", "gates": [{"name": "legal", "check": check}]}]});
    let saved = owner.http.put(&url).bearer_auth(&owner.token);
    let saved = saved.header("if-match", tag).json(&rules).send().await?;
    let status = saved.status();
    ensure!(status.is_success(), "{status}: {}", saved.text().await?);
    Ok(())
}
