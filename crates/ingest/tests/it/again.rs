//! Importing the same folder again: only what changed is read.
use std::path::Path;
use std::sync::Arc;

use ids::Hash;
use ingest::{
    Format, ImportOptions, ImportOutcome, LocalFiles, Observer, Progress, Refusal, StatCache,
};
use tokio::sync::Notify;
use version_store::{Scratch, Store, StoreOptions};

use crate::{Notes, Place, files, info, place};

/// Some time after all files of a test were written, milliseconds since 1970.
const LATER_MS: i64 = 4_000_000_000_000;

struct Folders {
    _root: tempfile::TempDir,
    source: std::path::PathBuf,
    cache: std::path::PathBuf,
    place: Place,
}

async fn folders() -> Folders {
    let root = tempfile::tempdir().unwrap();
    let source = root.path().join("source");
    for number in 0..40 {
        let path = format!("{}/{number:02}.txt", ["a", "b", "b-c", "b.d"][number % 4]);
        files(&source, &[(&path, format!("text {number}").as_bytes())]);
    }
    Folders {
        cache: root.path().join("cache"),
        source,
        _root: root,
        place: place().await,
    }
}

impl Folders {
    fn options(&self, mirror: bool) -> ImportOptions {
        let mut options = ImportOptions::new(Format::Files);
        options.mirror = mirror;
        options.cache = Some(StatCache::new(&self.cache, LATER_MS));
        options
    }

    async fn import_with(
        &self,
        options: &ImportOptions,
        base: Option<Hash>,
    ) -> (ImportOutcome, Progress) {
        let source = LocalFiles::new(&self.source).unwrap();
        let repository = &self.place.repository;
        let mut notes = Notes::default();
        let reading = ingest::read(&source, options, repository, &mut notes)
            .await
            .unwrap();
        let outcome = reading.commit(repository, base, &info()).await.unwrap();
        (outcome, reading.progress)
    }

    async fn import(&self, base: Option<Hash>) -> (ImportOutcome, Progress) {
        self.import_with(&self.options(false), base).await
    }

    /// The tree that an import makes which knows nothing.
    async fn fresh_tree(&self) -> Option<Hash> {
        let elsewhere = place().await;
        elsewhere
            .import(&self.source, Format::Files, None)
            .await
            .tree
    }
}

#[tokio::test]
async fn only_what_changed_is_read() {
    let folders = folders().await;
    let (first, progress) = folders.import(None).await;
    assert_eq!((first.added, progress.files_known), (40, 0));
    assert_eq!(first.tree, folders.fresh_tree().await);

    let (second, progress) = folders.import(first.commit).await;
    assert_eq!(
        (second.changed, second.commit, progress.files_known),
        (false, first.commit, 40)
    );
    assert_eq!(
        (progress.samples, progress.bytes_known),
        (40, progress.bytes_total)
    );

    // As many bytes as before, a new file, and one that is gone.
    files(&folders.source, &[("a/00.txt", b"TEXT 0"), ("b!", b"new")]);
    std::fs::remove_file(folders.source.join("b/01.txt")).unwrap();
    let (third, progress) = folders.import(first.commit).await;
    assert_eq!(
        (
            third.added,
            third.updated,
            third.removed,
            progress.files_known
        ),
        (1, 1, 0, 38)
    );
    let version = folders
        .place
        .repository
        .version(&third.commit.unwrap())
        .await
        .unwrap();
    assert_eq!(version.sample_count(), 41, "what vanished stays");
    let sample = version.sample("a/00.txt").await.unwrap().unwrap();
    let blob = sample.fields["file"].blob().unwrap();
    assert_eq!(blob.media_type, "text/plain");
    assert_eq!(version.blob(&blob.hash).await.unwrap(), "TEXT 0");

    // On another base the rows are compared, although no file is read.
    let (on_first, progress) = folders.import(first.commit).await;
    assert_eq!((on_first.tree, progress.files_known), (third.tree, 40));
}

#[tokio::test]
async fn a_renamed_folder_is_not_read_again() {
    let folders = folders().await;
    let (first, _) = folders.import(None).await;
    std::fs::rename(folders.source.join("b"), folders.source.join("z")).unwrap();
    let (second, progress) = folders
        .import_with(&folders.options(true), first.commit)
        .await;
    assert_eq!(
        (second.added, second.removed, progress.files_known),
        (10, 10, 40)
    );
    assert_eq!(second.tree, folders.fresh_tree().await);
}

#[tokio::test]
async fn a_mirror_removes_what_vanished_and_keeps_what_is_refused() {
    let folders = folders().await;
    let (first, _) = folders.import(None).await;
    std::fs::remove_dir_all(folders.source.join("a")).unwrap();
    let (second, _) = folders.import(first.commit).await;
    assert_eq!((second.changed, second.removed), (false, 0));
    let (third, _) = folders
        .import_with(&folders.options(true), first.commit)
        .await;
    assert_eq!((third.changed, third.removed), (true, 10));
    assert_eq!(third.tree, folders.fresh_tree().await);

    // A link that leads away can't be read: what it was before is unknown, so nothing goes.
    std::fs::remove_dir_all(folders.source.join("b")).unwrap();
    std::os::unix::fs::symlink("/", folders.source.join("b")).unwrap();
    let (fourth, _) = folders
        .import_with(&folders.options(true), third.commit)
        .await;
    assert_eq!((fourth.removed, fourth.not_mirrored), (0, true));
    assert_eq!(fourth.tree, third.tree);
}

#[tokio::test]
async fn a_young_file_is_read_again() {
    let folders = folders().await;
    let now = std::fs::metadata(folders.source.join("a/00.txt")).unwrap();
    let now = now
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let mut options = folders.options(false);
    options.cache = Some(StatCache::new(
        &folders.cache,
        now.as_millis() as i64 + 1000,
    ));
    let (first, _) = folders.import_with(&options, None).await;
    let (_, progress) = folders.import_with(&options, first.commit).await;
    assert_eq!(progress.files_known, 0);
}

#[tokio::test]
async fn a_damaged_cache_is_no_harm() {
    let folders = folders().await;
    let (first, _) = folders.import(None).await;
    let mut journals = Vec::new();
    find(&folders.cache, &mut journals);
    assert_eq!(journals.len(), 1);
    let whole = std::fs::read(&journals[0]).unwrap();
    for cut in [0, 4, 8, 20, whole.len() / 2, whole.len() - 1] {
        std::fs::remove_dir_all(&folders.cache).unwrap();
        std::fs::create_dir_all(journals[0].parent().unwrap()).unwrap();
        std::fs::write(&journals[0], &whole[..cut]).unwrap();
        assert_eq!(folders.import(first.commit).await.0.commit, first.commit);
        let mut flipped = whole.clone();
        flipped[cut] ^= 0x40;
        std::fs::write(&journals[0], &flipped).unwrap();
        files(
            &folders.source,
            &[("b/05.txt", format!("text {cut}").as_bytes())],
        );
        let (outcome, _) = folders.import(first.commit).await;
        assert_eq!(outcome.tree, folders.fresh_tree().await);
        files(&folders.source, &[("b/05.txt", b"text 5")]);
    }
}

fn find(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Says when so many files are read.
struct Alarm(u64, Arc<Notify>);

impl Observer for Alarm {
    fn progress(&mut self, progress: &Progress) {
        if progress.files_done >= self.0 {
            self.1.notify_one();
        }
    }

    fn refused(&mut self, _: &Refusal) {}
}

#[tokio::test]
async fn an_import_that_was_cut_short_goes_on_where_it_was() {
    let mut folders = folders().await;
    let store = tempfile::tempdir().unwrap();
    // Small packs, so that the index is written early.
    let options = StoreOptions {
        pack_bytes: 32 << 10,
        ..StoreOptions::default()
    };
    let store = Store::init(store.path().to_str().unwrap(), &options)
        .await
        .unwrap();
    folders.place.repository = store.repository("pets").unwrap();
    for number in 0..2000_u32 {
        // Bytes that no compression makes shorter.
        let bytes: Vec<u8> = (0..64_u32)
            .flat_map(|part| *Hash::of(&(number << 8 | part).to_le_bytes()).as_bytes())
            .collect();
        files(&folders.source, &[(&format!("c/{number:04}"), &bytes)]);
    }
    let source = LocalFiles::new(&folders.source).unwrap();
    let rung = Arc::new(Notify::new());
    let options = folders.options(false);
    let mut alarm = Alarm(1800, Arc::clone(&rung));
    tokio::select! {
        _ = ingest::read(&source, &options, &folders.place.repository, &mut alarm) => {
            panic!("it was not cut short")
        }
        () = rung.notified() => {}
    }
    let (outcome, progress) = folders.import(None).await;
    assert_eq!(outcome.samples, 2040);
    assert!(progress.files_known > 0, "{progress:?}");
    assert_eq!(outcome.tree, folders.fresh_tree().await);
}

#[tokio::test]
async fn a_large_file_is_streamed_and_the_same_blob() {
    let folders = folders().await;
    let bytes: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    files(&folders.source, &[("m.bin", &bytes)]);
    let (first, _) = folders.import(None).await;
    let version = folders
        .place
        .repository
        .version(&first.commit.unwrap())
        .await
        .unwrap();
    let sample = version.sample("m.bin").await.unwrap().unwrap();
    let blob = sample.fields["file"].blob().unwrap();
    assert_eq!(
        (blob.hash, blob.bytes),
        (Hash::of(&bytes), bytes.len() as u64)
    );
    assert_eq!(version.blob(&blob.hash).await.unwrap(), bytes);
    let out = tempfile::tempdir().unwrap();
    let place = (out.path(), false);
    let (all, mut notes) = (dataset::Query::default(), Notes::default());
    let written = ingest::checkout(&version, &all, place, &mut notes);
    assert_eq!(written.await.unwrap().files, 41);
    assert_eq!(std::fs::read(out.path().join("m.bin")).unwrap(), bytes);
    assert_eq!(
        std::fs::read(out.path().join("a/00.txt")).unwrap(),
        b"text 0"
    );
    let (second, progress) = folders.import(first.commit).await;
    assert_eq!((second.changed, progress.files_known), (false, 41));
}

#[tokio::test]
async fn an_import_of_more_rows_than_memory_holds_makes_the_same_version() {
    let folders = folders().await;
    let mut options = folders.options(true);
    // Every row goes to scratch storage by itself.
    options.scratch = Scratch::new(folders._root.path(), 1);
    let (first, _) = folders.import_with(&options, None).await;
    assert_eq!(first.added, 40);
    assert_eq!(first.tree, folders.fresh_tree().await);
    std::fs::remove_dir_all(folders.source.join("b")).unwrap();
    files(
        &folders.source,
        &[("a/00.txt", b"other"), ("z.txt", b"new")],
    );
    let (second, _) = folders.import_with(&options, first.commit).await;
    assert_eq!((second.added, second.updated, second.removed), (1, 1, 10));
    assert_eq!(second.tree, folders.fresh_tree().await);
}
