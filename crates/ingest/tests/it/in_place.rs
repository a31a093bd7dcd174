//! Importing objects that stay where they are: in a bucket of a real S3 server, and in a folder.
use std::path::Path;
use std::sync::Arc;

use blob_store::{Bucket, ObjectRoot};
use dataset::Query;
use ids::Hash;
use ingest::{
    BucketObjects, Format, ImportOptions, ImportOutcome, LocalFiles, Observer, Progress, Refusal,
    Source, StatCache,
};
use testkit::{FaultPlan, FaultyStore, S3Server, png};
use version_store::{FsckRequest, GcRequest, RefKind, RefMove, Repository, Store, StoreOptions};

use crate::{Notes, files, info};

/// Some time after all files of a test were written, milliseconds since 1970.
const LATER_MS: i64 = 4_000_000_000_000;

/// A bucket with objects of others under `raw`, and a store in the same bucket.
struct World {
    server: S3Server,
    /// Where others write.
    others: ObjectRoot,
    store: Store,
    repository: Repository,
    cache: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let server = S3Server::start().await;
        let options = StoreOptions {
            access: server.access(),
            ..StoreOptions::default()
        };
        let store = Store::init(&server.url("store"), &options).await.unwrap();
        Self {
            others: ObjectRoot::open(&server.url("raw"), &server.access()).unwrap(),
            repository: store.repository("pets").unwrap(),
            store,
            cache: tempfile::tempdir().unwrap(),
            server,
        }
    }

    async fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let bytes: Vec<u8> = bytes.into();
        self.others.put(path, bytes.into()).await.unwrap();
    }

    fn objects(&self, prefix: &str) -> BucketObjects {
        BucketObjects::new(&self.server.url(prefix), &self.server.access()).unwrap()
    }

    fn options(&self, format: Format) -> ImportOptions {
        let mut options = ImportOptions::new(format);
        options.in_place = true;
        options.cache = Some(StatCache::new(self.cache.path(), LATER_MS));
        options
    }

    async fn import_from(
        &self,
        source: &dyn Source,
        options: &ImportOptions,
        base: Option<Hash>,
    ) -> (ImportOutcome, Progress) {
        let mut notes = Notes::default();
        let reading = ingest::read(source, options, &self.repository, &mut notes)
            .await
            .unwrap();
        let outcome = reading.commit(&self.repository, base, &info()).await;
        (outcome.unwrap(), reading.progress)
    }

    async fn import(&self, format: Format, base: Option<Hash>) -> (ImportOutcome, Progress) {
        self.import_from(&self.objects("raw"), &self.options(format), base)
            .await
    }

    /// A handle that knows nothing yet.
    async fn reopen(&self) -> Store {
        let options = StoreOptions {
            access: self.server.access(),
            ..StoreOptions::default()
        };
        Store::open(&self.server.url("store"), &options)
            .await
            .unwrap()
    }

    async fn blob_of(&self, commit: Hash, key: &str) -> version_store::Result<bytes::Bytes> {
        let store = self.reopen().await;
        let version = store.repository("pets")?.version(&commit).await?;
        let sample = version.sample(key).await?.unwrap();
        let field = sample.fields.values().next().unwrap().blob().unwrap().hash;
        version.blob(&field).await
    }

    /// Bytes in packs.
    async fn stored(&self) -> u64 {
        let packs = self.store.root().list("packs").await.unwrap();
        packs.iter().map(|info| info.bytes).sum()
    }

    async fn branch_to(&self, old: Option<Hash>, new: Hash) {
        let moved = RefMove {
            kind: RefKind::Branch,
            name: "main",
            old,
            new: Some(new),
            by: "ann",
            cause: "test",
            time_ms: 1,
        };
        self.repository.compare_and_swap_ref(&moved).await.unwrap();
    }
}

/// Bytes that no compression makes shorter.
fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    let parts = 0..(bytes / 32) as u32;
    parts
        .flat_map(|part| *Hash::of(&[seed.to_le_bytes(), part.to_le_bytes()].concat()).as_bytes())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_stay_where_they_are_and_only_changed_ones_are_read_again() {
    let world = World::new().await;
    for number in 0..30_u32 {
        let path = format!(
            "{}/{number:02}.bin",
            ["a", "b", "b-c", "b d"][number as usize % 4]
        );
        world.put(&path, noise(number, 64 << 10)).await;
    }
    // Longer than what is asked for at once, empty, twice the same, and hidden.
    world.put("long.bin", noise(99, 9 << 20)).await;
    world.put("empty.bin", Vec::new()).await;
    world.put("b/same.bin", noise(3, 64 << 10)).await;
    world.put("a/.hidden", "no").await;
    let (first, progress) = world.import(Format::Files, None).await;
    assert_eq!(
        (first.added, first.refused),
        (33, 0),
        "{:?}",
        first.refusals
    );
    assert_eq!((progress.files_known, progress.files_total), (0, 33));
    assert_eq!(progress.bytes_done, progress.bytes_total);
    assert!(world.stored().await < 40_000, "{}", world.stored().await);
    let head = first.commit.unwrap();
    for (key, bytes) in [
        ("a/00.bin", noise(0, 64 << 10)),
        ("long.bin", noise(99, 9 << 20)),
        ("empty.bin", Vec::new()),
        ("b/same.bin", noise(3, 64 << 10)),
    ] {
        assert!(world.blob_of(head, key).await.unwrap() == bytes, "{key}");
    }

    // The same tree as of an import that takes the bytes in.
    let elsewhere = crate::place().await;
    let (copied, _) = elsewhere.read(&world.objects("raw"), Format::Files).await;
    let copied = copied.commit(&elsewhere.repository, None, &info()).await;
    assert_eq!(copied.unwrap().tree, first.tree);

    let (second, progress) = world.import(Format::Files, first.commit).await;
    assert_eq!((second.changed, progress.files_known), (false, 33));
    world.put("a/00.bin", noise(1000, 64 << 10)).await;
    world.put("new.bin", "new").await;
    let (third, progress) = world.import(Format::Files, first.commit).await;
    assert_eq!((third.added, third.updated), (1, 1));
    assert_eq!(progress.files_known, 32);
    assert_eq!(
        progress.bytes_done - progress.bytes_known,
        (64 << 10) + 3,
        "only what changed is read"
    );
    let last = third.commit.unwrap();
    assert!(world.blob_of(last, "a/00.bin").await.unwrap() == noise(1000, 64 << 10));
    // What was there before is gone, and is told by name.
    let error = world.blob_of(head, "a/00.bin").await.unwrap_err();
    assert_eq!(error.code(), "external_changed");
    assert!(error.to_string().contains("/raw/a/00.bin"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn checkout_and_fsck_read_what_lies_outside() {
    let world = World::new().await;
    let picture = png(9, 7, 3);
    world.put("train/cat/1.png", picture.clone()).await;
    world.put("train/cat/2.png", png(9, 7, 4)).await;
    // A name that no store of ours would give.
    let folder = tempfile::tempdir().unwrap();
    files(folder.path(), &[("3#[1]~50%.png", &png(5, 5, 5))]);
    world.server.fill("raw/test/dog", folder.path());
    world.put("train/dog/broken.png", "no picture").await;
    let (first, _) = world.import(Format::Folder, None).await;
    assert_eq!((first.added, first.labels_set, first.refused), (3, 3, 1));
    let head = first.commit.unwrap();
    world.branch_to(None, head).await;
    let store = world.reopen().await;
    let version = store
        .repository("pets")
        .unwrap()
        .version(&head)
        .await
        .unwrap();
    let out = tempfile::tempdir().unwrap();
    let (all, mut notes) = (Query::default(), Notes::default());
    let written = ingest::checkout(&version, &all, (out.path(), false), &mut notes);
    assert_eq!(written.await.unwrap().files, 3);
    assert!(std::fs::read(out.path().join("train/cat/1.png")).unwrap() == picture);
    let report = store.fsck(false, |_, _| {}).await.unwrap();
    assert_eq!((report.problems, report.outside), (vec![], 3));

    // Written again with the same bytes: still right. With others of the same length: told.
    world.put("train/cat/2.png", png(9, 7, 4)).await;
    let mut other = picture.clone();
    let end = other.len() - 1;
    other[end] ^= 1;
    world.put("train/cat/1.png", other).await;
    for trusts_tags in [false, true] {
        let request = FsckRequest {
            trusts_tags,
            ..FsckRequest::default()
        };
        let report = store.fsck_from(&request, |_| {}).await.unwrap();
        let [problem] = &report.problems[..] else {
            panic!("{:?}", report.problems);
        };
        assert_eq!(problem.code, "external_changed");
        assert!(problem.detail.contains("/raw/train/cat/1.png"));
        assert_eq!(problem.key.as_deref(), Some("train/cat/1.png"));
    }
    let out = tempfile::tempdir().unwrap();
    let written = ingest::checkout(&version, &all, (out.path(), false), &mut notes);
    let error = written.await.unwrap_err();
    assert_eq!(error.code(), "external_changed");
    assert!(!out.path().join("train/cat/1.png").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_again_is_recorded_again() {
    let world = World::new().await;
    world.put("a.bin", noise(1, 4096)).await;
    world.put("b.bin", noise(2, 4096)).await;
    let (first, _) = world.import(Format::Files, None).await;
    let head = first.commit.unwrap();
    world.branch_to(None, head).await;
    // Moved to another place: the same bytes, read there and found there.
    let there = ObjectRoot::open(&world.server.url("raw2"), &world.server.access()).unwrap();
    there.put("a.bin", noise(1, 4096).into()).await.unwrap();
    world.others.delete("a.bin").await.unwrap();
    assert_eq!(
        world.blob_of(head, "a.bin").await.unwrap_err().code(),
        "external_unreachable"
    );
    let (moved, _) = world
        .import_from(
            &world.objects("raw2"),
            &world.options(Format::Files),
            Some(head),
        )
        .await;
    assert_eq!(moved.commit, Some(head), "the samples are the same");
    assert!(world.blob_of(head, "a.bin").await.unwrap() == noise(1, 4096));
    assert!(world.blob_of(head, "b.bin").await.unwrap() == noise(2, 4096));

    // An import that takes bytes in is not content with a record of where they are.
    let mut copying = world.options(Format::Files);
    copying.in_place = false;
    let (copied, progress) = world
        .import_from(&world.objects("raw"), &copying, Some(head))
        .await;
    assert_eq!((copied.changed, progress.files_known), (false, 0));
    world.others.delete("b.bin").await.unwrap();
    assert!(world.blob_of(head, "b.bin").await.unwrap() == noise(2, 4096));

    let store = world.reopen().await;
    for now_ms in [LATER_MS, i64::MAX] {
        let request = GcRequest {
            now_ms,
            ..GcRequest::default()
        };
        store.gc(&request).await.unwrap();
        assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    }
    assert!(world.blob_of(head, "a.bin").await.unwrap() == noise(1, 4096));
    assert!(world.blob_of(head, "b.bin").await.unwrap() == noise(2, 4096));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_without_objects_is_an_error_and_removes_nothing() {
    let world = World::new().await;
    world.put("a.bin", "a").await;
    let (first, _) = world.import(Format::Files, None).await;
    assert_eq!(first.added, 1);
    let mut options = world.options(Format::Files);
    options.mirror = true;
    for wrong in ["rwa", "raw/a", "ra"] {
        let source = world.objects(wrong);
        let mut notes = Notes::default();
        let read = ingest::read(&source, &options, &world.repository, &mut notes).await;
        let error = read.unwrap_err();
        assert_eq!(error.code(), "source_unreadable");
        assert!(
            error.to_string().contains("no object lies there"),
            "{error}"
        );
    }
    let mut texts = world.options(Format::Csv);
    texts.cache = None;
    let (source, mut notes) = (world.objects("raw"), Notes::default());
    let read = ingest::read(&source, &texts, &world.repository, &mut notes);
    assert!(
        read.await
            .unwrap_err()
            .to_string()
            .contains("folder and files")
    );
}

/// Stops an import when so many files are read.
struct Alarm(u64, Arc<tokio::sync::Notify>);

impl Observer for Alarm {
    fn progress(&mut self, progress: &Progress) {
        if progress.files_done >= self.0 {
            self.1.notify_one();
        }
    }

    fn refused(&mut self, refusal: &Refusal) {
        panic!("{refusal}");
    }
}

/// 2,500 objects are three pages of a listing.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_in_place_that_was_cut_short_goes_on_where_it_was() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    for number in 0..2500_u32 {
        let name = format!("c/{number:04}");
        files(folder.path(), &[(&name, &noise(number, 64))]);
    }
    world.server.fill("raw", folder.path());
    let rung = Arc::new(tokio::sync::Notify::new());
    let mut alarm = Alarm(2000, Arc::clone(&rung));
    let (source, options) = (world.objects("raw"), world.options(Format::Files));
    tokio::select! {
        _ = ingest::read(&source, &options, &world.repository, &mut alarm) => {
            panic!("it was not cut short")
        }
        () = rung.notified() => {}
    }
    let (outcome, progress) = world.import(Format::Files, None).await;
    assert_eq!(outcome.samples, 2500);
    assert!((500..2500).contains(&progress.files_known), "{progress:?}");
    let head = outcome.commit.unwrap();
    assert!(world.blob_of(head, "c/0001").await.unwrap() == noise(1, 64));
    assert!(world.blob_of(head, "c/2499").await.unwrap() == noise(2499, 64));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_this_machine_stay_in_place_for_a_store_in_a_folder() {
    let place = crate::place().await;
    let folder = tempfile::tempdir().unwrap();
    let all = [("a/1#.txt", &b"one"[..]), ("a/2.txt", b"two")];
    files(folder.path(), &all);
    let import = async |path: &Path| {
        let source = LocalFiles::new(path).unwrap();
        let mut options = ImportOptions::new(Format::Files);
        options.in_place = true;
        let mut notes = Notes::default();
        let reading = ingest::read(&source, &options, &place.repository, &mut notes).await;
        let outcome = reading
            .unwrap()
            .commit(&place.repository, None, &info())
            .await;
        outcome.unwrap()
    };
    let head = import(folder.path()).await.commit.unwrap();
    let version = place.repository.version(&head).await.unwrap();
    assert_eq!(version.blob(&Hash::of(b"one")).await.unwrap(), "one");
    files(folder.path(), &[("a/1#.txt", b"eno")]);
    let error = version.blob(&Hash::of(b"one")).await.unwrap_err();
    assert_eq!(error.code(), "external_changed");
    assert!(error.to_string().contains("/a/1#.txt"), "{error}");
    // A store on S3 can't read files of this machine: each is refused by name.
    let world = World::new().await;
    let source = LocalFiles::new(folder.path()).unwrap();
    let (outcome, _) = world
        .import_from(&source, &world.options(Format::Files), None)
        .await;
    assert_eq!((outcome.samples, outcome.refused), (0, 2));
    assert_eq!(outcome.refusals[0].code, "external_unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_wrong_byte_comes_from_a_bucket_that_fails() {
    let world = World::new().await;
    let mut blobs = vec![noise(99, 9 << 20)];
    blobs.extend((0..12).map(|number| noise(number, 64 << 10)));
    for (number, bytes) in blobs.iter().enumerate() {
        world.put(&format!("{number:02}.bin"), bytes.clone()).await;
    }
    let (first, _) = world.import(Format::Files, None).await;
    let faulty = FaultyStore::over_s3(&world.server);
    let bucket = || Bucket::over(Arc::new(faulty.clone()), &world.server.bucket);
    let (mut right, mut failed) = (0, 0);
    for seed in 0..12 {
        let store = world.reopen().await;
        store.read_through(bucket());
        faulty.plan(FaultPlan::Random {
            seed,
            per_mille: 250,
        });
        for bytes in &blobs {
            match store.blob(&Hash::of(bytes)).await {
                Ok(read) => {
                    assert!(read == *bytes, "a wrong byte was served");
                    right += 1;
                }
                Err(error) => {
                    // Nobody changed the objects: that must not be said.
                    assert_eq!(error.code(), "external_unreachable", "{error}");
                    failed += 1;
                }
            }
            let range = store.blob_range(&Hash::of(bytes), 5..99).await;
            assert!(range.is_err() || range.unwrap() == bytes[5..99]);
        }
        faulty.plan(FaultPlan::Sound);
        let hashes: Vec<Hash> = blobs.iter().map(|bytes| Hash::of(bytes)).collect();
        let read = store.blobs(&hashes);
        assert!(read.await.unwrap().iter().zip(&blobs).all(|(a, b)| a == b));
    }
    assert!(right > 20 && failed > 20, "{right} {failed}");

    // A listing that breaks off is told, and is not what there is.
    faulty.plan(FaultPlan::Gone { changes: 0 });
    let mut options = world.options(Format::Files);
    options.mirror = true;
    let source = BucketObjects::of(bucket());
    let mut notes = Notes::default();
    let read = ingest::read(&source, &options, &world.repository, &mut notes);
    assert_eq!(read.await.unwrap_err().code(), "source_unreadable");
    assert_eq!(
        world.import(Format::Files, first.commit).await.0.commit,
        first.commit
    );
}
