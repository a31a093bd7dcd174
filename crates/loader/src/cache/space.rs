//! How much of the disk a cache takes, counted by all processes that share it, and what goes when it is full.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ids::Hash;

/// Beside the folders of packs: the bytes in use (u64, little-endian), locked by whoever changes it.
const USED: &str = "used";
/// What a file system gives out at a time.
const PAGE_BYTES: u64 = 4096;
/// What `st_blocks` counts in.
const BLOCK_BYTES: u64 = 512;
/// How often, and how long each time, to wait for the lock.
const LOCK_TRIES: u32 = 500;
const LOCK_WAIT: Duration = Duration::from_millis(2);

/// The folder of a cache and its bound.
#[derive(Debug)]
pub(super) struct Space {
    folder: PathBuf,
    bytes: u64,
}

/// The space while nobody else changes it.
pub(super) struct Room<'a> {
    space: &'a Space,
    file: File,
}

/// Whether there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reserved {
    /// It is counted, and may be written.
    Yes,
    /// What is in use leaves no room.
    Full,
    /// Not even an empty cache would hold it.
    TooLarge,
}

struct Held {
    used: SystemTime,
    bytes: u64,
    path: PathBuf,
}

impl Space {
    pub(super) const fn new(folder: PathBuf, bytes: u64) -> Self {
        Self { folder, bytes }
    }

    /// The file that holds bytes of `pack`.
    pub(super) fn path(&self, pack: &Hash) -> PathBuf {
        let name = pack.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// What bytes from `start` take on the disk.
    pub(super) fn pages(start: u64, part: &[u8]) -> u64 {
        let end = start.saturating_add(part.len() as u64);
        end.next_multiple_of(PAGE_BYTES) - start / PAGE_BYTES * PAGE_BYTES
    }

    /// Counts anew what is there, as a process that was killed may have counted what it never wrote; the
    /// time by the clock of the file system.
    pub(super) fn count(&self) -> Result<SystemTime> {
        let room = self.lock()?;
        room.set(self.held()?.iter().map(|held| held.bytes).sum())?;
        room.file.metadata()?.modified()
    }

    /// The time by the clock of the file system.
    pub(super) fn now(&self) -> Result<SystemTime> {
        let room = self.lock()?;
        room.set(room.used()?)?;
        room.file.metadata()?.modified()
    }

    /// Waits until no other process or thread has the room.
    pub(super) fn lock(&self) -> Result<Room<'_>> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.folder.join(USED))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Room { space: self, file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let message = "another process keeps the cache locked";
        Err(Error::new(ErrorKind::WouldBlock, message))
    }

    /// All files of packs. Nothing else in the folder is looked at, and nothing else is ever deleted.
    fn held(&self) -> Result<Vec<Held>> {
        let mut held = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let folder = entry?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(&folder)? {
                let entry = entry?;
                let name = entry.file_name();
                let is_ours = name.to_str().is_some_and(|name| {
                    name.parse::<Hash>().is_ok() && folder.ends_with(Path::new(&name[..2]))
                });
                // One that another process deletes just now holds nothing.
                let Some(found) = entry.metadata().ok().filter(|_| is_ours) else {
                    continue;
                };
                held.push(Held {
                    used: found.modified()?,
                    bytes: found.blocks() * BLOCK_BYTES,
                    path: entry.path(),
                });
            }
        }
        Ok(held)
    }
}

impl Room<'_> {
    /// Makes room for `need` more bytes and counts them. What was last used before `kept_since` goes if it must,
    /// the oldest first.
    pub(super) fn reserve(&mut self, need: u64, kept_since: SystemTime) -> Result<Reserved> {
        let bound = self.space.bytes;
        let used = self.used()?;
        if used.saturating_add(need) <= bound {
            self.set(used + need)?;
            return Ok(Reserved::Yes);
        }
        if need > bound {
            return Ok(Reserved::TooLarge);
        }
        let mut held = self.space.held()?;
        held.sort_unstable_by_key(|held| held.used);
        let mut used: u64 = held.iter().map(|held| held.bytes).sum();
        for old in held.iter().take_while(|held| held.used < kept_since) {
            if used + need <= bound {
                break;
            }
            std::fs::remove_file(&old.path)?;
            used -= old.bytes;
        }
        let fits = used + need <= bound;
        self.set(if fits { used + need } else { used })?;
        Ok(if fits { Reserved::Yes } else { Reserved::Full })
    }

    fn used(&self) -> Result<u64> {
        let mut bytes = [0; 8];
        match self.file.read_exact_at(&mut bytes, 0) {
            Ok(()) => Ok(u64::from_le_bytes(bytes)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn set(&self, used: u64) -> Result<()> {
        self.file.write_all_at(&used.to_le_bytes(), 0)
    }
}
