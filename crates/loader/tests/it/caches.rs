//! The cache: what it keeps, what it never hands out, and what it does when there is no room.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blob_store::ObjectRoot;
use loader::{
    Batch, CacheOptions, CacheReport, Dataset, LoaderOptions, OpenOptions, Shuffle, Worker,
};
use testkit::{FaultPlan, FaultyStore};
use version_store::{Store, StoreOptions};

use crate::stores::{block_on, write_into};

/// A store behind something that can fail.
struct Far {
    _folder: tempfile::TempDir,
    faulty: FaultyStore,
}

impl Far {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let faulty = FaultyStore::over_folder(folder.path());
        let options = StoreOptions {
            pack_bytes: 2048,
            ..StoreOptions::default()
        };
        let root: ObjectRoot = faulty.root();
        block_on(async { write_into(Store::init_root(root, &options).await.unwrap()).await });
        Self {
            _folder: folder,
            faulty,
        }
    }

    fn open(&self, cache: Option<(&Path, u64)>) -> Dataset {
        Dataset::open(OpenOptions {
            root: Some(self.faulty.root()),
            cache: cache.map(|(folder, bytes)| CacheOptions {
                folder: folder.to_owned(),
                bytes,
            }),
            ..OpenOptions::new("faulty://store")
        })
        .unwrap()
    }
}

const PLENTY: u64 = 1 << 30;

fn epoch(dataset: &Dataset) -> loader::Result<Vec<Batch>> {
    let mut wanted = LoaderOptions::new(16);
    wanted.columns = Some(["key", "record", "text"].map(str::to_owned).to_vec());
    wanted.order.shuffle = Shuffle::Full;
    wanted.prefetch.threads = 4;
    let loader = dataset.loader(wanted)?;
    loader.iterate(Worker::default())?.collect()
}

fn report(dataset: &Dataset) -> CacheReport {
    dataset.cache_report().unwrap()
}

/// The files of packs in a cache.
fn files(cache: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(cache.join("strata-cache-1")).unwrap();
    let folders = folders.map(|folder| folder.unwrap().path());
    folders
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

fn on_disk(cache: &Path) -> u64 {
    let sizes = files(cache).into_iter();
    sizes
        .map(|file| file.metadata().unwrap().blocks() * 512)
        .sum()
}

#[test]
fn a_second_epoch_needs_no_store() {
    let (far, cache) = (Far::new(), tempfile::tempdir().unwrap());
    let wanted = epoch(&far.open(None)).unwrap();
    let dataset = far.open(Some((cache.path(), PLENTY)));
    assert!(epoch(&dataset).unwrap() == wanted);
    let first = report(&dataset);
    assert!(first.fetched_bytes > 0 && first.declined_bytes == 0 && first.failure.is_none());
    far.faulty.plan(FaultPlan::Gone { changes: 0 });
    assert!(epoch(&dataset).unwrap() == wanted);
    let second = report(&dataset);
    assert_eq!(second.fetched_bytes, first.fetched_bytes);
    assert!(second.hit_bytes > first.hit_bytes && second.damaged == 0);
    // Without the cache there is nothing to read from.
    far.faulty.plan(FaultPlan::Sound);
    let uncached = far.open(None);
    far.faulty.plan(FaultPlan::Gone { changes: 0 });
    assert!(epoch(&uncached).is_err());
}

#[test]
fn ranks_share_what_each_of_them_fetched() {
    let (far, cache) = (Far::new(), tempfile::tempdir().unwrap());
    let wanted = epoch(&far.open(None)).unwrap();
    let alone = far.open(Some((cache.path(), PLENTY)));
    epoch(&alone).unwrap();
    let whole = report(&alone).fetched_bytes;

    let cache = tempfile::tempdir().unwrap();
    let ranks: Vec<Dataset> = (0..4)
        .map(|_| far.open(Some((cache.path(), PLENTY))))
        .collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = ranks
            .iter()
            .map(|rank| scope.spawn(|| epoch(rank).unwrap()))
            .collect();
        for rank in running {
            assert!(rank.join().unwrap() == wanted);
        }
    });
    let fetched: u64 = ranks.iter().map(|rank| report(rank).fetched_bytes).sum();
    assert_eq!(fetched, whole);
    let late = far.open(Some((cache.path(), PLENTY)));
    assert!(epoch(&late).unwrap() == wanted);
    assert_eq!(report(&late).fetched_bytes, 0);
}

#[test]
fn damage_in_the_cache_is_fetched_again() {
    let (far, cache) = (Far::new(), tempfile::tempdir().unwrap());
    let dataset = far.open(Some((cache.path(), PLENTY)));
    let wanted = epoch(&dataset).unwrap();
    let fetched = report(&dataset).fetched_bytes;
    let flip = |bytes: &mut Vec<u8>| bytes.iter_mut().for_each(|byte| *byte ^= 1);
    // What a crash leaves: a file that ends early, or has pages that were never written.
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    let blank = |bytes: &mut Vec<u8>| bytes.iter_mut().for_each(|byte| *byte = 0);
    for (round, harm) in [&flip as &dyn Fn(&mut Vec<u8>), &cut, &blank]
        .into_iter()
        .enumerate()
    {
        for file in files(cache.path()) {
            let mut bytes = std::fs::read(&file).unwrap();
            harm(&mut bytes);
            std::fs::write(&file, bytes).unwrap();
        }
        assert!(epoch(&dataset).unwrap() == wanted, "round {round}");
        assert!(report(&dataset).fetched_bytes > fetched);
        assert!(report(&dataset).damaged > 0);
        // And now it is whole again.
        let before = report(&dataset).fetched_bytes;
        assert!(epoch(&dataset).unwrap() == wanted);
        assert_eq!(report(&dataset).fetched_bytes, before);
    }
}

#[test]
fn a_small_cache_keeps_what_fits_and_streams_the_rest() {
    let far = Far::new();
    let wanted = epoch(&far.open(None)).unwrap();
    // From less than any read takes up to a part of the version.
    for bytes in [1, 4096, 3 * 4096] {
        let cache = tempfile::tempdir().unwrap();
        let dataset = far.open(Some((cache.path(), bytes)));
        for _ in 0..3 {
            assert!(epoch(&dataset).unwrap() == wanted);
            assert!(on_disk(cache.path()) <= bytes, "{bytes}");
        }
        let report = report(&dataset);
        assert!(report.declined_bytes > 0 && report.failure.is_none());
        assert_eq!(report.hit_bytes > 0, bytes >= 4096, "{bytes}");
    }
}

#[test]
fn what_nobody_uses_makes_room() {
    let (old, new) = (Far::new(), Far::new());
    let cache = tempfile::tempdir().unwrap();
    epoch(&old.open(Some((cache.path(), PLENTY)))).unwrap();
    let bytes = on_disk(cache.path());
    let stranger = cache.path().join("strata-cache-1").join("notes.txt");
    std::fs::write(&stranger, "mine").unwrap();
    // The clock of a file system ticks every few milliseconds.
    std::thread::sleep(std::time::Duration::from_millis(50));

    // The same packs in a second store would be the same files: open a version that was never cached.
    let other = tempfile::tempdir().unwrap();
    let alone = new.open(Some((other.path(), PLENTY)));
    let wanted = epoch(&alone).unwrap();
    for file in files(cache.path()) {
        let renamed = file.with_file_name(format!(
            "{}{}",
            &file.file_name().unwrap().to_str().unwrap()[..2],
            "0".repeat(62)
        ));
        std::fs::rename(&file, renamed).unwrap();
    }
    let dataset = new.open(Some((cache.path(), bytes)));
    assert!(epoch(&dataset).unwrap() == wanted);
    assert!(on_disk(cache.path()) <= bytes);
    assert_eq!(report(&dataset).declined_bytes, 0);
    assert_eq!(std::fs::read_to_string(stranger).unwrap(), "mine");
}

#[test]
fn a_store_that_fails_never_leaves_a_wrong_byte() {
    let far = Far::new();
    let wanted = epoch(&far.open(None)).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let dataset = far.open(Some((cache.path(), PLENTY)));
    let mut failed = 0;
    for seed in 0..30 {
        far.faulty.plan(FaultPlan::Random {
            seed,
            per_mille: 150,
        });
        match epoch(&dataset) {
            Ok(batches) => assert!(batches == wanted),
            Err(_) => failed += 1,
        }
    }
    assert!(far.faulty.plan(FaultPlan::Sound) > 0 || failed > 0);
    assert!(epoch(&dataset).unwrap() == wanted);
}

#[test]
fn a_cache_that_can_not_be_used_is_named() {
    let (far, place) = (Far::new(), tempfile::tempdir().unwrap());
    std::fs::write(place.path().join("file"), "").unwrap();
    std::fs::create_dir(place.path().join("store")).unwrap();
    std::fs::write(place.path().join("store/strata.json"), "{}").unwrap();
    for (folder, bytes) in [("file", PLENTY), ("store", PLENTY), ("good", 0)] {
        let error = Dataset::open(OpenOptions {
            root: Some(far.faulty.root()),
            cache: Some(CacheOptions {
                folder: place.path().join(folder),
                bytes,
            }),
            ..OpenOptions::new("faulty://store")
        })
        .unwrap_err();
        assert_eq!(error.code(), "cache_failed", "{error}");
        assert!(error.to_string().contains(folder), "{error}");
    }
}

#[test]
fn a_cache_that_breaks_is_streamed_around_and_says_why() {
    let (far, cache) = (Far::new(), tempfile::tempdir().unwrap());
    let dataset = far.open(Some((cache.path(), PLENTY)));
    let wanted = epoch(&far.open(None)).unwrap();
    // A file stands where every folder should.
    for byte in 0..=u8::MAX {
        let place = cache
            .path()
            .join("strata-cache-1")
            .join(format!("{byte:02x}"));
        std::fs::write(place, "").unwrap();
    }
    assert!(epoch(&dataset).unwrap() == wanted);
    let report = report(&dataset);
    assert!(report.declined_bytes > 0 && report.declined_bytes == report.fetched_bytes);
    assert!(report.failure.is_some());
}
