//! A service that runs for one test, and callers of it.

use std::sync::mpsc;

use backend::{AppState, BackendConfig};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::TestDatabase;
use tokio::sync::oneshot;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse";

/// A running service with an owner and the workspace `lab`.
pub struct TestApp {
    pub url: String,
    /// What the service shares: tests look at the database through it.
    pub state: actix_web::web::Data<AppState>,
    pub owner: Who,
    _folder: TempDir,
    _database: TestDatabase,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// A caller.
#[derive(Clone, Default)]
pub struct Who {
    pub email: String,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub token: Option<String>,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answered {
    /// The problem's code.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.code()),
            (status, code),
            "{}",
            self.body
        );
        let kind = self.headers["content-type"].to_str().unwrap();
        assert_eq!(kind, "application/problem+json");
        assert_eq!(
            self.body["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
    }
}

impl TestApp {
    pub async fn start(database: TestDatabase) -> Self {
        Self::start_with(database, |_| ()).await
    }

    /// A service with other settings.
    pub async fn start_with(database: TestDatabase, set: impl FnOnce(&mut BackendConfig)) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("strata-app-")
            .tempdir()
            .unwrap();
        let mut config = BackendConfig::embedded(folder.path().to_owned());
        config.listen = "127.0.0.1:0".to_owned();
        config.database_url = database.url.clone();
        config.threads = 2;
        config.sign_ins_per_minute = 30;
        set(&mut config);
        let (send, receive) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let state = backend::prepare(config).await.unwrap();
                let told = state.clone();
                let ready = move |address| send.send((address, told)).unwrap();
                let stop = async { drop(stopped.await) };
                backend::serve(state, ready, stop).await.unwrap();
            });
        });
        let (address, state) = receive.recv().unwrap();
        let mut app = Self {
            url: format!("http://{address}"),
            state,
            owner: Who::default(),
            _folder: folder,
            _database: database,
            stop: Some(stop),
            thread: Some(thread),
        };
        app.owner = app.set_up().await;
        app
    }

    async fn set_up(&self) -> Who {
        let body = json!({"email": "owner@lab.org", "name": "Owner", "password": PASSWORD,
            "workspace_name": "Lab"});
        let answer = self
            .send(&Who::default(), Method::POST, "/api/v1/setup", Some(body))
            .await;
        Self::signed_in("owner@lab.org", answer, 201)
    }

    pub async fn sign_in(&self, email: &str) -> Who {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self
            .send(&Who::default(), Method::POST, "/api/v1/session", Some(body))
            .await;
        Self::signed_in(email, answer, 200)
    }

    fn signed_in(email: &str, answer: Answered, status: u16) -> Who {
        let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let me = answer.expect(status);
        Who {
            email: email.to_owned(),
            cookie: cookie.split(';').next().map(str::to_owned),
            csrf: me["csrf_token"].as_str().map(str::to_owned),
            token: None,
        }
    }

    /// A new member of `lab` with this role, signed in.
    pub async fn member(&self, role: &str) -> Who {
        let email = format!("{role}@lab.org");
        let body = json!({"email": email, "name": role, "password": PASSWORD, "role": role});
        self.post(&self.owner, "/api/v1/workspaces/lab/members", body)
            .await
            .expect(201);
        self.sign_in(&email).await
    }

    pub async fn get(&self, who: &Who, path: &str) -> Answered {
        self.send(who, Method::GET, path, None).await
    }

    pub async fn post(&self, who: &Who, path: &str, body: Value) -> Answered {
        self.send(who, Method::POST, path, Some(body)).await
    }

    pub async fn send(
        &self,
        who: &Who,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        let mut request = self.request(who, method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.answer(request).await
    }

    /// A request in the name of `who`, to be finished by the caller.
    pub fn request(&self, who: &Who, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = client().request(method, format!("{}{path}", self.url));
        if let Some(cookie) = &who.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(csrf) = &who.csrf {
            request = request.header("x-strata-csrf", csrf);
        }
        if let Some(token) = &who.token {
            request = request.bearer_auth(token);
        }
        request
    }

    pub async fn answer(&self, request: reqwest::RequestBuilder) -> Answered {
        let response = request.send().await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap().to_vec();
        Answered {
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn client() -> &'static reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    CLIENT.get_or_init(|| {
        // Nothing is encrypted in these tests, but the client wants to know who would do it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap()
    })
}

/// Runs `test` on both databases.
pub async fn on_both<F: AsyncFn(TestApp)>(test: F) {
    for database in testkit::databases().await {
        test(TestApp::start(database).await).await;
    }
}
