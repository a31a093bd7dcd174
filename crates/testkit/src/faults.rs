//! An object store that fails on purpose: errors before and after the effect, timeouts whose effect comes
//! late, throttling, short and torn reads, stale lists, a full disk. Over a real folder or a real S3 server.

use std::collections::VecDeque;
use std::fmt::{Display, Formatter};
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use blob_store::ObjectRoot;
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};

use crate::S3Server;
use crate::fault_plan::{Call, Fault, FaultPlan, Planned};

/// Changes that a stale list does not know of.
const STALE_CHANGES: usize = 3;
/// How long after its caller gave up a late write happens.
const LATE: Duration = Duration::from_millis(3);

/// A store that fails as a [`FaultPlan`] says. Cheap to clone; clones fail together.
#[derive(Debug, Clone)]
pub struct FaultyStore(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inner: Arc<dyn ObjectStore>,
    /// A folder knows no conditional replacing; then it is done here, one at a time.
    swaps_here: bool,
    swap: tokio::sync::Mutex<()>,
    planned: Mutex<Planned>,
    recent: Mutex<VecDeque<Change>>,
    /// Late writes that did not happen yet.
    late: AtomicUsize,
}

#[derive(Debug, Clone)]
enum Change {
    Made(Path),
    Deleted(ObjectMeta),
}

impl FaultyStore {
    /// Over a folder, which must be there.
    ///
    /// # Panics
    /// When the folder can't be used.
    #[must_use]
    pub fn over_folder(folder: &FilePath) -> Self {
        let inner = LocalFileSystem::new_with_prefix(folder).expect("a folder to put objects in");
        Self::over(Arc::new(inner), true)
    }

    /// Over nothing but memory, for what is tried tens of thousands of times.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::over(Arc::new(InMemory::new()), false)
    }

    /// Over a prefix of a bucket of the test server.
    ///
    /// # Panics
    /// When the client can't be made.
    #[must_use]
    pub fn over_s3(server: &S3Server) -> Self {
        // Installed once per process; the second call answers with what is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let inner = AmazonS3Builder::new()
            .with_endpoint(&server.endpoint)
            .with_bucket_name(&server.bucket)
            .with_access_key_id(&server.access_key_id)
            .with_secret_access_key(&server.secret_access_key)
            .with_region("us-east-1")
            .with_allow_http(true)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .build()
            .expect("a client of the S3 test server");
        Self::over(Arc::new(inner), false)
    }

    fn over(inner: Arc<dyn ObjectStore>, swaps_here: bool) -> Self {
        Self(Arc::new(Shared {
            inner,
            swaps_here,
            swap: tokio::sync::Mutex::default(),
            planned: Mutex::new(Planned::new(FaultPlan::Sound)),
            recent: Mutex::default(),
            late: AtomicUsize::new(0),
        }))
    }

    /// The root over this store.
    #[must_use]
    pub fn root(&self) -> ObjectRoot {
        ObjectRoot::over(Arc::new(self.clone()), "faulty://store")
    }

    /// Fails like this from now on; the faults injected under the plan before.
    pub fn plan(&self, plan: FaultPlan) -> u64 {
        let mut planned = self
            .0
            .planned
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *planned, Planned::new(plan)).injected
    }

    /// Writes and deletions that were asked for under the current plan.
    #[must_use]
    pub fn changes(&self) -> u64 {
        let planned = self
            .0
            .planned
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        planned.changes
    }

    /// Reads of objects that were asked for under the current plan.
    #[must_use]
    pub fn reads(&self) -> u64 {
        let planned = self
            .0
            .planned
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        planned.reads
    }

    /// Waits until every late write has happened.
    pub async fn quiet(&self) {
        while self.0.late.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(LATE).await;
        }
    }

    /// From now on lists know of all that was done before.
    pub fn catch_up(&self) {
        let mut recent = self.0.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.clear();
    }

    fn next(&self, call: Call, path: &str) -> Option<Fault> {
        let mut planned = self
            .0
            .planned
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        planned.next(call, path)
    }
}

impl Shared {
    fn remember(&self, change: Change) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_back(change);
        while recent.len() > STALE_CHANGES {
            recent.pop_front();
        }
    }

    async fn put(&self, path: &Path, bytes: PutPayload, options: PutOptions) -> Result<PutResult> {
        let _alone = match self.swaps_here {
            true => Some(self.swap.lock().await),
            false => None,
        };
        let is_new = self.inner.head(path).await.is_err();
        let put = match &options.mode {
            PutMode::Update(version) if self.swaps_here => {
                let there = self.inner.head(path).await?;
                if there.e_tag != version.e_tag {
                    return Err(Error::Precondition {
                        path: path.to_string(),
                        source: "it was replaced".into(),
                    });
                }
                self.inner.put(path, bytes).await
            }
            _ => self.inner.put_opts(path, bytes, options).await,
        }?;
        if is_new {
            self.remember(Change::Made(path.clone()));
        }
        Ok(put)
    }

    async fn delete(&self, path: &Path) -> Result<()> {
        let there = self.inner.head(path).await.ok();
        self.inner.delete(path).await?;
        there
            .into_iter()
            .for_each(|meta| self.remember(Change::Deleted(meta)));
        Ok(())
    }

    /// The list as it was before the last changes.
    fn stale(&self, mut listed: Vec<ObjectMeta>, prefix: Option<&Path>) -> Vec<ObjectMeta> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for change in recent.iter().rev() {
            match change {
                Change::Made(path) => listed.retain(|meta| meta.location != *path),
                Change::Deleted(meta) => {
                    let here = prefix.is_none_or(|prefix| meta.location.prefix_matches(prefix));
                    if here && listed.iter().all(|there| there.location != meta.location) {
                        listed.push(meta.clone());
                    }
                }
            }
        }
        listed
    }
}

fn failed(fault: Fault) -> Error {
    let source = match fault {
        Fault::Full => return full(),
        Fault::Throttled => "503 SlowDown: reduce your request rate",
        Fault::Late => "the operation timed out",
        Fault::Gone => "connection refused",
        _ => "500 InternalError: injected",
    };
    Error::Generic {
        store: "faulty",
        source: source.into(),
    }
}

/// What a store on a full disk says.
fn full() -> Error {
    Error::Generic {
        store: "faulty",
        source: Box::new(std::io::Error::from_raw_os_error(28)),
    }
}

impl Display for FaultyStore {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "faulty {}", self.0.inner)
    }
}

#[async_trait::async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        match self.next(Call::Write, path.as_ref()) {
            None => self.0.put(path, payload, options).await,
            Some(Fault::After) => {
                self.0.put(path, payload, options).await?;
                Err(failed(Fault::After))
            }
            Some(Fault::Late) => {
                let (shared, path) = (Arc::clone(&self.0), path.clone());
                shared.late.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    tokio::time::sleep(LATE).await;
                    // Whether it succeeds then, nobody hears.
                    let _ = shared.put(&path, payload, options).await;
                    shared.late.fetch_sub(1, Ordering::SeqCst);
                });
                Err(failed(Fault::Late))
            }
            Some(fault) => Err(failed(fault)),
        }
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        match self.next(Call::Write, path.as_ref()) {
            None => self.0.inner.put_multipart_opts(path, options).await,
            Some(fault) => Err(failed(fault)),
        }
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let is_head = options.head;
        let fault = self.next(Call::Read, path.as_ref());
        match fault {
            None => self.0.inner.get_opts(path, options).await,
            Some(Fault::Short | Fault::Torn) if !is_head => {
                let mut found = self.0.inner.get_opts(path, options).await?;
                let (meta, range) = (found.meta.clone(), found.range.clone());
                let attributes = std::mem::take(&mut found.attributes);
                let extensions = std::mem::take(&mut found.extensions);
                let mut bytes = BytesMut::from(found.bytes().await?);
                let whole = bytes.len();
                bytes.truncate(whole / 2);
                if fault == Some(Fault::Torn) {
                    bytes.resize(whole, 0);
                }
                let bytes: Bytes = bytes.freeze();
                let once = futures::stream::once(async move { Ok(bytes) }).boxed();
                Ok(GetResult {
                    payload: GetResultPayload::Stream(once),
                    meta,
                    range,
                    attributes,
                    extensions,
                })
            }
            Some(fault) => Err(failed(fault)),
        }
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let this = self.clone();
        paths
            .and_then(move |path| {
                let this = this.clone();
                async move {
                    match this.next(Call::Delete, path.as_ref()) {
                        None => this.0.delete(&path).await?,
                        Some(Fault::After) => {
                            this.0.delete(&path).await?;
                            return Err(failed(Fault::After));
                        }
                        Some(fault) => return Err(failed(fault)),
                    }
                    Ok(path)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let name = prefix.map(ToString::to_string).unwrap_or_default();
        match self.next(Call::List, &name) {
            None => self.0.inner.list(prefix),
            Some(Fault::Stale) => {
                let (shared, prefix) = (Arc::clone(&self.0), prefix.cloned());
                let listed = async move {
                    let found: Vec<_> = shared.inner.list(prefix.as_ref()).try_collect().await?;
                    let stale = shared.stale(found, prefix.as_ref());
                    Ok::<_, Error>(futures::stream::iter(stale.into_iter().map(Ok)))
                };
                futures::stream::once(listed).try_flatten().boxed()
            }
            Some(fault) => futures::stream::once(async move { Err(failed(fault)) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.inner.copy_opts(from, to, options).await
    }
}
