//! What was read from afar, kept on a disk of this machine for all processes that read it next.
//!
//! A file of the cache holds bytes of one pack at their own offsets, with holes where nothing was read yet. No list
//! says what is there: bytes are there when they are the ones that a blob's hash names, and whoever reads them
//! looks. So a crash in the middle of a write, two writers at once, a full disk and a flipped bit are all the same
//! thing: bytes to be fetched. Nothing here ever fails a read; what can't be kept streams around the cache, and
//! [`CacheReport`] says why. docs/adr/0012 tells what else was weighed.

mod space;

use std::collections::HashMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ids::Hash;

use crate::{Error, Result};
use space::{Reserved, Space};

/// The folder within the folder that was asked for, so that whatever else lies there is left alone.
const FOLDER: &str = "strata-cache-1";
/// Files that one iteration keeps open.
const OPEN_FILES: usize = 256;
/// How often, and how long each time, one reader waits for another that fetches from the same pack.
const TURN_TRIES: u32 = 400;
const TURN_WAIT: Duration = Duration::from_millis(5);

/// Where to keep what is read from afar, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheOptions {
    /// A folder of this machine. It may hold other things, and other processes may use it at the same time.
    pub folder: PathBuf,
    /// Bytes that all processes together keep there at most.
    pub bytes: u64,
}

/// What a cache did for this process so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheReport {
    /// Bytes of blobs that were found whole.
    pub hit_bytes: u64,
    /// Bytes that were fetched because they were not there.
    pub fetched_bytes: u64,
    /// Bytes that were fetched and found no room.
    pub declined_bytes: u64,
    /// Times that bytes were there and were not the right ones.
    pub damaged: u64,
    /// Why bytes could not be kept, the last time that happened: the disk is full, say.
    pub failure: Option<String>,
}

/// A cache as one iteration uses it. Clones share files and counts.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    shared: Arc<Shared>,
    files: Arc<Mutex<HashMap<Hash, Arc<File>>>>,
    /// When this iteration began, by the clock of the file system.
    begun: SystemTime,
    /// What was used since then stays, however little room there is: the next epoch will want it.
    kept_since: SystemTime,
    /// Nothing more is written: the cache is full of what is in use, or its disk is.
    stopped: Arc<AtomicBool>,
}

/// What the cache holds of one pack.
pub(crate) struct CachedPack<'a> {
    cache: &'a Cache,
    file: Arc<File>,
}

impl CachedPack<'_> {
    /// The bytes `range` of the pack as they lie in the cache: unchecked, zeros where there is a hole, and
    /// `None` where the file ends before.
    pub(crate) fn read(&self, range: Range<u64>) -> Option<Bytes> {
        let mut bytes = vec![0; usize::try_from(range.end - range.start).ok()?];
        match self.file.read_exact_at(&mut bytes, range.start) {
            Ok(()) => Some(bytes.into()),
            Err(error) => {
                if error.kind() != ErrorKind::UnexpectedEof {
                    self.cache.shared.note(&error);
                }
                None
            }
        }
    }
}

#[derive(Debug)]
struct Shared {
    space: Space,
    last_begun: Mutex<SystemTime>,
    hit: AtomicU64,
    fetched: AtomicU64,
    declined: AtomicU64,
    damaged: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl Cache {
    /// Opens the cache, and makes it where there is none.
    ///
    /// # Errors
    /// [`Error::Cache`] when the folder can't be written, or is a store.
    pub(crate) fn open(options: &CacheOptions) -> Result<Self> {
        let refuse = |detail: String| Error::Cache {
            folder: options.folder.display().to_string(),
            detail,
        };
        if options.bytes == 0 {
            return Err(refuse("it may hold no bytes at all".to_owned()));
        }
        // A cache is deleted from; nobody's only copy may lie in its way.
        if options.folder.join("strata.json").exists() {
            return Err(refuse("this folder is a store".to_owned()));
        }
        let opened = make(&options.folder).and_then(|folder| {
            let space = Space::new(folder, options.bytes);
            let now = space.count()?;
            Ok((space, now))
        });
        let (space, now) = opened.map_err(|error| refuse(error.to_string()))?;
        Ok(Self {
            shared: Arc::new(Shared {
                space,
                last_begun: Mutex::new(now),
                hit: AtomicU64::new(0),
                fetched: AtomicU64::new(0),
                declined: AtomicU64::new(0),
                damaged: AtomicU64::new(0),
                failure: Mutex::new(None),
            }),
            files: Arc::default(),
            begun: now,
            kept_since: now,
            stopped: Arc::default(),
        })
    }

    /// The cache for a new iteration: what the one before used stays, what is older may go.
    pub(crate) fn for_iteration(&self) -> Self {
        let now = self.shared.space.now().unwrap_or_else(|error| {
            self.shared.note(&error);
            self.begun
        });
        let mut last = lock(&self.shared.last_begun);
        Self {
            shared: Arc::clone(&self.shared),
            // Not shared with the iteration before: its threads may hold the lock when a process forks.
            files: Arc::default(),
            begun: now,
            kept_since: std::mem::replace(&mut last, now),
            stopped: Arc::default(),
        }
    }

    /// What the cache holds of a pack, if it holds anything.
    pub(crate) fn pack(&self, pack: &Hash) -> Option<CachedPack<'_>> {
        let file = self.file(pack, false)?;
        Some(CachedPack { cache: self, file })
    }

    /// Counts bytes that were found, and were right.
    pub(crate) fn hit(&self, bytes: u64) {
        self.shared.hit.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes that were read here and are not those that were wanted.
    pub(crate) fn missed(&self, found: &[u8]) {
        // Zeros are a hole, and no news.
        if found.iter().any(|byte| *byte != 0) {
            self.shared.damaged.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Keeps parts of a pack, each with the offset of its first byte, as far as there is room.
    pub(crate) fn write(&self, pack: &Hash, parts: &[(u64, Bytes)]) {
        let bytes: u64 = parts.iter().map(|(_, part)| part.len() as u64).sum();
        self.shared.fetched.fetch_add(bytes, Ordering::Relaxed);
        let mut kept = 0;
        if !self.stopped.load(Ordering::Relaxed) {
            kept = self.try_write(pack, parts).unwrap_or_else(|error| {
                self.shared.note(&error);
                self.stopped.store(true, Ordering::Relaxed);
                0
            });
        }
        self.shared
            .declined
            .fetch_add(bytes - kept, Ordering::Relaxed);
    }

    fn try_write(&self, pack: &Hash, parts: &[(u64, Bytes)]) -> std::io::Result<u64> {
        let space = &self.shared.space;
        // Held until all is written, so that nobody counts or deletes what is on its way.
        let mut room = space.lock()?;
        let mut kept = 0;
        for (start, part) in parts {
            match room.reserve(Space::pages(*start, part), self.kept_since)? {
                Reserved::Yes => {}
                Reserved::TooLarge => continue,
                Reserved::Full => {
                    self.stopped.store(true, Ordering::Relaxed);
                    break;
                }
            }
            let Some(file) = self.file(pack, true) else {
                break;
            };
            file.write_all_at(part, *start)?;
            kept += part.len() as u64;
        }
        Ok(kept)
    }

    /// Waits until nobody else on this machine fetches from this pack: what one reader fetches, the next
    /// finds. The turn ends when the answer is dropped, or with the process; nobody waits for ever.
    pub(crate) async fn turn(&self, pack: &Hash) -> Option<File> {
        // A file of its own: locks belong to open files, and a forked process shares those of its parent.
        let file = open(&self.shared.space.path(pack), true).ok()?;
        for _ in 0..TURN_TRIES {
            match file.try_lock() {
                Ok(()) => return Some(file),
                Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(TURN_WAIT).await,
                Err(std::fs::TryLockError::Error(_)) => return None,
            }
        }
        None
    }

    pub(crate) fn report(&self) -> CacheReport {
        let shared = &self.shared;
        CacheReport {
            hit_bytes: shared.hit.load(Ordering::Relaxed),
            fetched_bytes: shared.fetched.load(Ordering::Relaxed),
            declined_bytes: shared.declined.load(Ordering::Relaxed),
            damaged: shared.damaged.load(Ordering::Relaxed),
            failure: lock(&shared.failure).clone(),
        }
    }

    /// The file of a pack. One that was evicted is let go, so that its place on the disk is free.
    fn file(&self, pack: &Hash, for_writing: bool) -> Option<Arc<File>> {
        let mut files = lock(&self.files);
        if let Some(file) = files.get(pack) {
            if file.metadata().is_ok_and(|there| there.nlink() > 0) {
                return Some(Arc::clone(file));
            }
            files.remove(pack);
        }
        match open(&self.shared.space.path(pack), for_writing) {
            Ok(file) => {
                // Says that this pack is in use. Where the file system won't, it is evicted sooner.
                let _ = file.set_modified(self.begun);
                if files.len() >= OPEN_FILES {
                    files.clear();
                }
                let file = Arc::new(file);
                files.insert(*pack, Arc::clone(&file));
                Some(file)
            }
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    self.shared.note(&error);
                }
                None
            }
        }
    }
}

impl Shared {
    fn note(&self, error: &std::io::Error) {
        *lock(&self.failure) = Some(error.to_string());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the cache's own folder, for this user alone: what a bucket keeps from others, its copy does too.
fn make(folder: &Path) -> std::io::Result<PathBuf> {
    let own = folder.join(FOLDER);
    DirBuilder::new().recursive(true).mode(0o700).create(&own)?;
    Ok(own)
}

fn open(path: &Path, create: bool) -> std::io::Result<File> {
    if let (true, Some(parent)) = (create, path.parent()) {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(create)
        .truncate(false)
        .open(path)
}
