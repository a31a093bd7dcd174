//! An S3 server in this process, for as long as the value lives.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use blob_store::StoreAccess;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::s3_atomic::AtomicStore;

/// A running S3 server with one empty bucket. It runs on a thread of its own, so blocking tests may use
/// it too, and stops when dropped.
#[derive(Debug)]
pub struct S3Server {
    /// `http://127.0.0.1:<port>`, path-style requests.
    pub endpoint: String,
    /// The name of the one bucket.
    pub bucket: String,
    /// Half of the only key pair the server accepts.
    pub access_key_id: String,
    /// The other half.
    pub secret_access_key: String,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl S3Server {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When no folder can be made or no port is free.
    pub async fn start() -> Self {
        Self::try_start().await.expect("the S3 test server starts")
    }

    async fn try_start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("strata-s3-").tempdir()?;
        let bucket = "strata-test".to_owned();
        std::fs::create_dir(folder.path().join(&bucket))?;
        let (access_key_id, secret_access_key) = ("test-access-key", "test-secret-key");
        let mut builder = S3ServiceBuilder::new(AtomicStore::open(folder.path())?);
        builder.set_auth(SimpleAuth::from_single(access_key_id, secret_access_key));
        let service = builder.build();
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("s3-test-server".to_owned())
            .spawn(move || run(service, ready, stopped))?;
        let address = address.await.context("the server thread ended")??;
        Ok(Self {
            endpoint: format!("http://{address}"),
            bucket,
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            folder,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// What a store needs to reach the server.
    #[must_use]
    pub fn access(&self) -> StoreAccess {
        StoreAccess {
            endpoint: Some(self.endpoint.clone()),
            access_key_id: Some(self.access_key_id.clone()),
            secret_access_key: Some(self.secret_access_key.clone()),
            allow_http: true,
            ..StoreAccess::default()
        }
    }

    /// The folder in which each object of the bucket is a file.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        self.folder.path().join(&self.bucket)
    }

    /// Puts the files of a folder into the bucket, below a prefix, without asking the server: for many.
    ///
    /// # Panics
    /// When a file can't be moved.
    pub fn fill(&self, prefix: &str, folder: &Path) {
        let target = self.files().join(prefix);
        let parent = target.parent().expect("it is below the bucket");
        std::fs::create_dir_all(parent).expect("folders can be made");
        std::fs::rename(folder, target).expect("a folder of the same disk is moved");
    }

    /// `s3://<bucket>/<prefix>`, the URL form stores are named by.
    #[must_use]
    pub fn url(&self, prefix: &str) -> String {
        format!("s3://{}/{prefix}", self.bucket)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the server thread has been printed; a second one here would hide the test's own.
            let _ = thread.join();
        }
    }
}

fn run(
    service: S3Service,
    ready: oneshot::Sender<Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error.into()))),
    };
    runtime.block_on(async {
        let listener = match TcpListener::bind("127.0.0.1:0").await {
            Ok(listener) => listener,
            Err(error) => return drop(ready.send(Err(error.into()))),
        };
        if ready
            .send(listener.local_addr().map_err(Into::into))
            .is_err()
        {
            return;
        }
        tokio::select! {
            () = accept_forever(listener, service) => {}
            _ = stopped => {}
        }
    });
    // Open connections end with the runtime; waiting for idle keep-alives would only slow tests down.
    runtime.shutdown_background();
}

async fn accept_forever(listener: TcpListener, service: S3Service) {
    let http = Builder::new(TokioExecutor::new());
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        // Else each answer waits for the client's delayed acknowledgement, 40 ms.
        let _ = socket.set_nodelay(true);
        let connection = http
            .serve_connection(TokioIo::new(socket), service.clone())
            .into_owned();
        tokio::spawn(async move {
            // A client that hangs up mid-request is that client's business.
            let _ = connection.await;
        });
    }
}

#[cfg(test)]
mod tests {
    use object_store::aws::{AmazonS3, AmazonS3Builder};
    use object_store::path::Path;
    use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, UpdateVersion};

    use super::S3Server;

    fn store(server: &S3Server) -> AmazonS3 {
        // Installed once per process; the second call answers with what is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        AmazonS3Builder::new()
            .with_endpoint(&server.endpoint)
            .with_bucket_name(&server.bucket)
            .with_access_key_id(&server.access_key_id)
            .with_secret_access_key(&server.secret_access_key)
            .with_region("us-east-1")
            .with_allow_http(true)
            .build()
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_of_many_racing_creators_wins() {
        let server = S3Server::start().await;
        let shared = std::sync::Arc::new(store(&server));
        for round in 0..20 {
            let path = Path::from(format!("refs/{round}"));
            let tries = (0..16u8).map(|number| {
                let (store, path) = (shared.clone(), path.clone());
                tokio::spawn(async move {
                    let payload = PutPayload::from(vec![number]);
                    store.put_opts(&path, payload, PutMode::Create.into()).await
                })
            });
            let results = futures::future::join_all(tries).await;
            let winners = results
                .iter()
                .filter(|result| matches!(result, Ok(Ok(_))))
                .count();
            assert_eq!(winners, 1, "round {round}: {results:?}");
        }
    }

    async fn increment(store: &AmazonS3, path: &Path) -> Result<(), Error> {
        loop {
            let read = store.get(path).await?;
            let version = UpdateVersion {
                e_tag: read.meta.e_tag.clone(),
                version: read.meta.version.clone(),
            };
            let text = String::from_utf8(read.bytes().await?.to_vec()).unwrap();
            let next = (text.parse::<u32>().unwrap() + 1).to_string();
            match store
                .put_opts(path, next.into(), PutMode::Update(version).into())
                .await
            {
                Err(Error::Precondition { .. }) => {}
                outcome => return outcome.map(|_| ()),
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_compare_and_swap_is_lost() {
        let server = S3Server::start().await;
        let path = Path::from("counter");
        store(&server).put(&path, "0".into()).await.unwrap();
        let tasks = (0..8).map(|_| {
            let (store, path) = (store(&server), path.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    increment(&store, &path).await.unwrap();
                }
            })
        });
        for done in futures::future::join_all(tasks).await {
            done.unwrap();
        }
        let end = store(&server)
            .get(&path)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert_eq!(&end[..], b"80");
    }
}
