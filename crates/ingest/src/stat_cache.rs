//! What earlier imports of a folder found, so that the next one reads only what changed.
//!
//! A file whose stamp (length, both times, inode, device) is the one written down is not read again,
//! provided that its blobs are in the store. Of an object in a bucket the stamp is length and `ETag`. Stamps of files younger than two seconds before the import began are
//! not written down: within the clock's grain a file may change without a trace.
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use ids::Hash;
use interchange::FileStamp;

use crate::journal::{End, Journal, JournalReader, JournalWriter, RecordPlace, named};
use crate::record::Record;
use crate::source::Stamp;

/// A change within so many nanoseconds before the import may not show in a file's times.
const GRAIN_NS: i64 = 2_000_000_000;
/// Journals of imports that did not end which are kept; the oldest go first.
const MAX_UNFINISHED: usize = 8;
const ENDING: &str = "rows";

/// A folder for what imports found; all of it can be deleted at any time.
#[derive(Debug, Clone)]
pub struct StatCache {
    folder: PathBuf,
    trusted_before_ns: i64,
}

impl StatCache {
    /// Keeps what is found in `folder`, made when it is needed. `now_ms` is when the import begins,
    /// milliseconds since 1970.
    #[must_use]
    pub fn new(folder: &Path, now_ms: i64) -> Self {
        Self {
            folder: folder.to_owned(),
            trusted_before_ns: now_ms.saturating_mul(1_000_000).saturating_sub(GRAIN_NS),
        }
    }

    /// What is known of the source `id`, and a new journal for what is found now.
    pub(crate) fn open(&self, id: &Hash) -> io::Result<(Known, JournalWriter, KeptJournal)> {
        let folder = self.folder.join(id.short());
        std::fs::create_dir_all(&folder).map_err(|error| named(&folder, &error))?;
        let mut numbers = journals(&folder)?;
        while numbers.len() > MAX_UNFINISHED {
            let _ = std::fs::remove_file(path(&folder, numbers.remove(0)));
        }
        let readers = numbers.iter().rev().filter_map(|number| {
            let file = File::open(path(&folder, *number)).ok()?;
            Some(Journal::open(file).ok()?.read())
        });
        let known = Known {
            readers: readers.collect(),
            trusted_before_ns: self.trusted_before_ns,
            hits: 0,
            asked: 0,
            by_inode: None,
        };
        let mut number = numbers.last().map_or(0, |last| last + 1);
        let file = loop {
            let options = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .clone();
            match options.open(path(&folder, number)) {
                Ok(file) => break file,
                // Another import of the same source begins at the same time.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(named(&folder, &error)),
            }
        };
        let journal = JournalWriter::new(file, &path(&folder, number))?;
        Ok((known, journal, KeptJournal { folder, number }))
    }
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:020}.{ENDING}"))
}

/// Numbers of the journals in a folder, oldest first.
fn journals(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        let number = name.strip_suffix(ENDING).and_then(|n| n.strip_suffix('.'));
        numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The journal of this import in the cache.
#[derive(Debug)]
pub(crate) struct KeptJournal {
    folder: PathBuf,
    number: u64,
}

impl KeptJournal {
    /// The journal is whole: those before it are not needed any more.
    pub fn finished(&self) {
        for number in journals(&self.folder).unwrap_or_default() {
            if number < self.number {
                // What stays is read once more the next time, and then deleted.
                let _ = std::fs::remove_file(path(&self.folder, number));
            }
        }
    }
}

/// What earlier imports found. Asked in the order of keys.
#[derive(Debug)]
pub(crate) struct Known {
    /// Newest first.
    readers: Vec<JournalReader>,
    trusted_before_ns: i64,
    hits: u64,
    asked: u64,
    by_inode: Option<ByInode>,
}

/// Where the files of earlier imports are written down.
#[derive(Debug)]
struct ByInode {
    readers: Vec<JournalReader>,
    places: HashMap<u64, (usize, RecordPlace)>,
}

/// What is known of a file.
#[derive(Debug)]
pub(crate) enum Recall {
    /// It is as it was.
    Same(Record),
    /// It is a file that was somewhere else.
    Moved(Record),
    /// It has to be read.
    Nothing,
}

impl Known {
    /// Nothing.
    pub fn nothing() -> Self {
        Self {
            readers: Vec::new(),
            trusted_before_ns: i64::MIN,
            hits: 0,
            asked: 0,
            by_inode: None,
        }
    }

    /// The stamp as it may be written down.
    pub fn trusted(&self, stamp: Option<Stamp>) -> Option<Stamp> {
        stamp.filter(|stamp| match stamp {
            Stamp::File(file) => file.modified_ns.max(file.changed_ns) < self.trusted_before_ns,
            // Another state has another name, however young it is.
            Stamp::Object { .. } => true,
        })
    }

    /// What is known of the file `path`, whose state is `stamp`.
    pub fn recall(&mut self, path: &str, stamp: Option<Stamp>) -> Recall {
        self.asked += 1;
        let mut was_there = false;
        for reader in &mut self.readers {
            match find(reader, path) {
                Ok(Some(record)) => {
                    was_there = true;
                    if stamp.is_some() && record.stamp == stamp {
                        self.hits += 1;
                        return Recall::Same(record);
                    }
                }
                Ok(None) => {}
                Err(_) => reader.give_up(),
            }
        }
        match stamp {
            Some(Stamp::File(stamp)) if !was_there => self.recall_moved(&stamp),
            _ => Recall::Nothing,
        }
    }

    /// A folder that is renamed leaves the times of the files in it as they were, and nobody can set the
    /// time of the last change: the same file then, wherever it lies.
    fn recall_moved(&mut self, stamp: &FileStamp) -> Recall {
        if self.readers.is_empty() {
            return Recall::Nothing;
        }
        let known = self
            .by_inode
            .get_or_insert_with(|| ByInode::new(&self.readers));
        let Some((reader, place)) = known.places.get(&stamp.inode) else {
            return Recall::Nothing;
        };
        match known.readers[*reader].at(*place) {
            Ok(record) if record.stamp == Some(Stamp::File(*stamp)) => Recall::Moved(record),
            _ => Recall::Nothing,
        }
    }

    /// How the last import ended, if it found exactly what this one was asked about.
    pub fn unchanged(&mut self) -> Option<End> {
        let (hits, asked) = (self.hits, self.asked);
        let reader = self.readers.first_mut()?;
        while reader.next().ok()?.is_some() {}
        reader
            .end
            .filter(|end| hits == asked && end.records == asked)
    }
}

/// The record of `path`, if the reader has it; goes there.
fn find(reader: &mut JournalReader, path: &str) -> io::Result<Option<Record>> {
    loop {
        match reader.peek_key()? {
            Some(key) if key < path.as_bytes() => reader.skip()?,
            Some(key) if key == path.as_bytes() => return reader.next(),
            _ => return Ok(None),
        }
    }
}

impl ByInode {
    fn new(readers: &[JournalReader]) -> Self {
        let mut readers: Vec<_> = readers.iter().map(JournalReader::again).collect();
        let mut places = HashMap::new();
        // The newest comes last and so stays.
        for (number, reader) in readers.iter_mut().enumerate().rev() {
            while let Ok(Some((record, place))) = reader.next_placed() {
                if let Some(Stamp::File(stamp)) = record.stamp {
                    places.insert(stamp.inode, (number, place));
                }
            }
        }
        Self { readers, places }
    }
}
