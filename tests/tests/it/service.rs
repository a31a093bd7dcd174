//! The real binary as a child process, and callers of its API.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has a clock, ids and settings of its own"
)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The service as a child process over a data folder that outlives it.
pub struct Service {
    pub folder: tempfile::TempDir,
    pub port: u16,
    pub child: Option<Child>,
}

impl Service {
    /// An empty data folder and a free port.
    pub fn new() -> Result<Self> {
        let free = std::net::TcpListener::bind("127.0.0.1:0")?;
        Ok(Self {
            folder: tempfile::tempdir()?,
            port: free.local_addr()?.port(),
            child: None,
        })
    }

    /// Starts it and waits until it says that it is ready.
    pub async fn start(&mut self) -> Result<()> {
        self.start_with(&[]).await
    }

    /// [`Service::start`] with further arguments.
    pub async fn start_with(&mut self, arguments: &[&str]) -> Result<()> {
        self.start_in(arguments, &[]).await
    }

    /// [`Service::start_with`] and further settings in the environment.
    pub async fn start_in(&mut self, arguments: &[&str], settings: &[(&str, &str)]) -> Result<()> {
        let mut child = Command::new(binary()?)
            .args(["serve", "--data-dir"])
            .arg(self.folder.path())
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(arguments)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(
                std::fs::File::options()
                    .create(true)
                    .append(true)
                    .open(self.folder.path().join("log"))?,
            )
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        self.child = Some(child);
        let mut lines = BufReader::new(stdout).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if line.contains("ready at http://") {
                    return Ok(());
                }
            }
            bail!("the service ended before it was ready: {}", self.log())
        };
        let result = tokio::time::timeout(Duration::from_secs(60), ready)
            .await
            .context("not ready in 60 s");
        // What it prints later must not block it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        result?
    }

    /// SIGKILL: no destructor runs, no file is flushed.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.start_kill()?;
            child.wait().await?;
        }
        Ok(())
    }

    /// The end of what it logged.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.chars()
            .rev()
            .take(3000)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect()
    }
}

/// The binary under test: `STRATA_BINARY`, or the one cargo put next to this test.
pub fn binary() -> Result<std::path::PathBuf> {
    if let Some(path) = std::env::var_os("STRATA_BINARY") {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let folder = test
        .parent()
        .and_then(|deps| deps.parent())
        .context("no target folder")?;
    let path = folder.join("strata");
    ensure!(
        path.exists(),
        "{} is not built: cargo build -p strata",
        path.display()
    );
    Ok(path)
}

/// One caller with an API token.
#[derive(Clone)]
pub struct Caller {
    pub http: reqwest::Client,
    pub base: String,
    pub token: String,
}

impl Caller {
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<(u16, Value)> {
        let mut request = self
            .http
            .request(method.parse()?, format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await?;
        let value = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok((status, value))
    }

    /// A call that must succeed.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let key = uuid::Uuid::new_v4().to_string();
        let (status, value) = self.send(method, path, body.as_ref(), Some(&key)).await?;
        ensure!(
            (200..300).contains(&status),
            "{method} {path}: {status} {value}"
        );
        Ok(value)
    }

    pub async fn wait_for_job(&self, workspace: &str, job: &Value) -> Result<()> {
        let id = job["id"].as_str().context("a job has an id")?;
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let job = self
                .call("GET", &format!("{workspace}/jobs/{id}"), None)
                .await?;
            match job["state"].as_str() {
                Some("succeeded") => return Ok(()),
                Some("failed" | "cancelled") => bail!("job ended: {job}"),
                _ => ensure!(Instant::now() < deadline, "job is not done in time: {job}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

pub fn http() -> Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(0)
        .build()?)
}

/// Signs in with a password and makes an API token. Gives the token and the caller's first workspace.
pub async fn token_for(base: &str, path: &str, credentials: Value) -> Result<(String, String)> {
    let http = http()?;
    let answer = http
        .post(format!("{base}{path}"))
        .json(&credentials)
        .send()
        .await?;
    let status = answer.status();
    let cookie = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
        .collect::<Vec<_>>()
        .join("; ");
    let text = answer.text().await?;
    ensure!(status.is_success(), "{path}: {status} {text}");
    let me: Value = http
        .get(format!("{base}/me"))
        .header("cookie", &cookie)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let csrf = me["csrf_token"].as_str().context("csrf_token")?;
    let workspace = &me["workspaces"][0];
    let slug = workspace["slug"].as_str().context("slug")?;
    let answer = http
        .post(format!("{base}/workspaces/{slug}/tokens"))
        .header("cookie", &cookie)
        .header("x-strata-csrf", csrf)
        .json(&json!({"name": "kill", "role": workspace["role"]}))
        .send()
        .await?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_success(), "token: {status} {text}");
    let token: Value = serde_json::from_str(&text)?;
    Ok((
        token["token"].as_str().context("token")?.to_owned(),
        slug.to_owned(),
    ))
}
