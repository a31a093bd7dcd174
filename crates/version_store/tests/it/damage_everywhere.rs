//! Every single bit of a small store flipped, every object cut, grown, swapped and taken away: fsck finds it and
//! names what is hurt, and readers serve the truth or a named error.
//!
//! Nothing here knows which kinds of objects there are: what lies in the store is what is damaged.

use std::collections::BTreeMap;
use std::sync::Arc;

use blob_store::{Bucket, ObjectRoot};
use bytes::Bytes;
use dataset::{BlobField, Field, Sample, SplitRule};
use quality::gates::{BranchRule, GateResult, Protection};
use testkit::FaultyStore;
use version_store::{
    BlobRef, Changes, EraseRequest, Error, ExternalBlob, FsckReport, Result, Store, StoreOptions,
    prepare_blob,
};

use crate::builder::*;

/// Damaged at the same time, each in a copy of its own.
const COPIES: usize = 2;
/// Readers go over the whole store at one of so many flipped bits, fsck at each.
const READ_EVERY: usize = 16;

/// The field of a sample whose blob lies in a bucket.
const OUTSIDE: &str = "outside";
/// The bytes of that blob.
const ELSEWHERE: &[u8] = b"elsewhere";
/// Objects that may be there or not: of one that is gone nobody can know.
const OPTIONAL: [&str; 3] = ["protection/", "gates/", "erased/"];

/// What lies in a store, by path.
pub type Objects = BTreeMap<String, Bytes>;

/// A store with one commit.
async fn small_store() -> Objects {
    let root = FaultyStore::in_memory().root();
    let options = StoreOptions::default();
    let store = Store::init_root(root.clone(), &options).await.unwrap();
    first_commit(&store.repository("pets").unwrap(), 1).await;
    objects_of(&root).await
}

/// The bucket with the blob that lies outside.
async fn bucket() -> Bucket {
    let faulty = FaultyStore::in_memory();
    let root = faulty.root();
    root.put("key", ELSEWHERE.into()).await.unwrap();
    Bucket::over(Arc::new(faulty), "bucket")
}

async fn objects_of(root: &ObjectRoot) -> Objects {
    let mut objects = Objects::new();
    for info in root.list("").await.unwrap() {
        let bytes = root.get(&info.path).await.unwrap();
        objects.insert(info.path, bytes);
    }
    objects
}

/// A sample of one blob.
fn of_blob(name: &str, field: &str, written: BlobRef) -> Sample {
    let blob = BlobField {
        hash: written.hash,
        media_type: "text/csv".into(),
        bytes: written.bytes,
        width: None,
        height: None,
    };
    Sample {
        key: key(name),
        fields: [(field.to_owned(), Field::Blob(blob))].into(),
        metadata: Default::default(),
        split: None,
    }
}

/// A store with all that few stores have: a blob that is cut, one that lies outside, a sample that was erased,
/// a rule for splits, a change segment, rules for branches, and what gates said.
pub async fn rich_store() -> Objects {
    let root = FaultyStore::in_memory().root();
    let options = StoreOptions::default();
    let store = Store::init_root(root.clone(), &options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let mut blobs = repository.write_blobs().await.unwrap();
    let zeros = Bytes::from(vec![0; 700 * 1024]);
    let zeros = prepare_blob(zeros, "text/csv");
    let cut = blobs.put_prepared(&zeros).await.unwrap();
    store.read_through(bucket().await);
    let outside = ExternalBlob {
        hash: ids::Hash::of(ELSEWHERE),
        bytes: ELSEWHERE.len() as u64,
        url: "s3://bucket/key".to_owned(),
        etag: None,
    };
    let outside = blobs.put_external(&outside).await.unwrap();
    let erased = blobs.put(Bytes::from_static(b"a face")).await.unwrap();
    blobs.finish().await.unwrap();
    write_pictures(&repository, 0..1).await;
    let mut changes = pets(1);
    for sample in [
        of_blob("cut", "file", cut),
        of_blob("erased", "file", erased),
        of_blob("outside", OUTSIDE, outside),
    ] {
        changes.upsert_sample(&sample).unwrap();
    }
    let first = commit(&repository, &[], changes).await.commit;
    move_branch(&repository, "main", None, Some(first)).await;
    let mut changes = Changes::new();
    changes.set_label(&class(0, "fox"), &person("bob")).unwrap();
    let shares = [("train".to_owned(), 8), ("test".to_owned(), 2)];
    changes.set_split_rule(Some(SplitRule::from_shares("s", &shares, None).unwrap()));
    let second = commit(&repository, &[first], changes).await.commit;
    move_branch(&repository, "main", Some(first), Some(second)).await;
    let request = EraseRequest {
        keys: vec![key("erased")],
        by: "ann".into(),
        reason: "asked for it".into(),
        time_ms: 5,
        dry_run: false,
    };
    store.erase(&request).await.unwrap();
    let protect = |rules: &mut Protection| {
        rules.rules.push(BranchRule {
            branches: "main".into(),
            no_deletion: true,
            no_rewind: true,
            gates: Vec::new(),
        });
        Ok::<_, Error>(())
    };
    repository.update_protection(protect).await.unwrap();
    let said = GateResult {
        gate: "labels".into(),
        kind: "labels".into(),
        rule: ids::Hash::of(b"rule"),
        branch: None,
        against: None,
        passed: true,
        checked: 3,
        failures: 0,
        message: "all have a label".into(),
        examples: Vec::new(),
        time_ms: 5,
    };
    repository.record_gates(&second, &[said]).await.unwrap();
    objects_of(&root).await
}

/// A store of its own with these objects.
async fn copy(objects: &Objects) -> ObjectRoot {
    let root = FaultyStore::in_memory().root();
    for (path, bytes) in objects {
        root.put(path, bytes.clone()).await.unwrap();
    }
    root
}

/// All that readers can learn from a store: every ref, its log, every commit, every row, every blob.
async fn read_all(root: &ObjectRoot) -> Result<Vec<String>> {
    let store = Store::open_root(root.clone(), &StoreOptions::default()).await?;
    store.read_through(bucket().await);
    let mut told = Vec::new();
    for dataset in store.datasets().await? {
        let repository = store.repository(&dataset)?;
        for found in repository.refs().await? {
            let moves = repository.ref_log(found.kind, &found.name, 100).await?;
            told.push(format!("{found:?} {moves:?}"));
            for (hash, commit) in repository.log(&found.commit, 100).await? {
                told.push(format!("{hash} {commit:?}"));
                let version = repository.version(&hash).await?;
                for (sample, labels) in version.samples(None, usize::MAX).await? {
                    told.push(format!("{sample:?} {labels:?}"));
                    for blob in sample.fields.values().filter_map(Field::blob) {
                        let bytes = store.blob(&blob.hash).await?;
                        assert_eq!(ids::Hash::of(&bytes), blob.hash);
                    }
                }
            }
        }
        told.push(format!("{:?}", repository.protection().await?));
        for commit in repository.gated_commits().await? {
            told.push(format!("{:?}", repository.gate_report(&commit).await?));
        }
    }
    told.push(format!("{:?}", store.tombstones().await?));
    Ok(told)
}

async fn fsck(root: &ObjectRoot) -> Result<FsckReport> {
    let store = Store::open_root(root.clone(), &StoreOptions::default()).await?;
    store.read_through(bucket().await);
    store.fsck(false, |_, _| {}).await
}

/// What a report must name when the object at this path is hurt: its hash, its ref, or the store.
fn belongs_to(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    let name = name.split('.').next().unwrap();
    name.rsplit('-').next().unwrap().to_owned()
}

/// That the damage done to `path` is found and named.
async fn assert_found(root: &ObjectRoot, path: &str, how: &str) {
    let told = match fsck(root).await {
        Ok(report) => {
            assert!(!report.problems.is_empty(), "{how} of {path} was not found");
            serde_json::to_string(&report.problems).unwrap()
        }
        Err(error) => error.to_string(),
    };
    let named = belongs_to(path);
    let whole_store = path == "strata.json" && told.contains("store");
    assert!(
        told.contains(&named) || whole_store,
        "{how} of {path}: {named} is not named in {told}"
    );
}

/// A segment is named by the rows that it unpacks to, and a few bits of a packed frame change nothing in these:
/// such a flip is found, or every reader tells the whole truth.
async fn assert_found_or_harmless(root: &ObjectRoot, path: &str, how: &str, truth: &[String]) {
    match fsck(root).await {
        Ok(report) if report.problems.is_empty() => {
            let told = read_all(root).await;
            assert_eq!(told.unwrap(), truth, "{how} of {path}");
        }
        _ => assert_found(root, path, how).await,
    }
}

/// That readers tell the truth or nothing.
async fn assert_true(root: &ObjectRoot, truth: &[String], what: &str) {
    if let Ok(told) = read_all(root).await {
        assert_eq!(told, truth, "{what}");
    }
}

/// Flips one bit in so many of each object (0: none) and puts it back; how many there were.
async fn flip_all(
    objects: &Objects,
    every: impl Fn(&str) -> usize,
    truth: &[String],
    part: usize,
) -> usize {
    let root = copy(objects).await;
    let (mut bit, mut flipped) = (0, 0);
    for (path, sound) in objects.iter().filter(|(path, _)| every(path) > 0) {
        for at in (0..sound.len() * 8).step_by(every(path)) {
            bit += 1;
            if bit % COPIES != part {
                continue;
            }
            let mut hurt = sound.to_vec();
            hurt[at / 8] ^= 1 << (at % 8);
            root.put(path, hurt.into()).await.unwrap();
            let what = format!("flipped bit {at}");
            match path.starts_with("segments/") {
                true => assert_found_or_harmless(&root, path, &what, truth).await,
                false => assert_found(&root, path, &what).await,
            }
            if flipped % READ_EVERY == 0 {
                assert_true(&root, truth, &format!("{what} of {path}")).await;
            }
            flipped += 1;
        }
        root.put(path, sound.clone()).await.unwrap();
    }
    flipped
}

fn alone<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

/// Flips one bit in so many of each object of a store.
fn flip_everywhere(objects: &Objects, every: impl Fn(&str) -> usize + Copy + Send + Sync) {
    let truth = alone(async { read_all(&copy(objects).await).await.unwrap() });
    let hurt: Vec<_> = objects.iter().filter(|(path, _)| every(path) > 0).collect();
    let bits = |(path, bytes): &(&String, &Bytes)| (bytes.len() * 8).div_ceil(every(path));
    let total: usize = hurt.iter().map(bits).sum();
    let flipped: usize = std::thread::scope(|scope| {
        let running: Vec<_> = (0..COPIES)
            .map(|part| {
                let truth = &truth;
                scope.spawn(move || alone(flip_all(objects, every, truth, part)))
            })
            .collect();
        let ended = running.into_iter().map(|thread| thread.join().unwrap());
        ended.sum()
    });
    println!("{flipped} bits of {} objects", hurt.len());
    assert_eq!(flipped, total);
}

#[test]
fn every_flipped_bit_is_found_and_named() {
    flip_everywhere(&alone(small_store()), |_| 1);
}

#[test]
fn every_flipped_bit_of_what_few_stores_have_is_found_and_named() {
    let objects = alone(rich_store());
    let is_there = |kind: &str| objects.keys().any(|path| path.starts_with(kind));
    assert!(is_there("segments/") && OPTIONAL.iter().all(|kind| is_there(kind)));
    // Of what the small store has too, a part; an odd one, so that each bit of a byte has its turn.
    flip_everywhere(&objects, |path| match path.split('/').next() {
        Some("strata.json" | "commits" | "refs" | "reflog") => 0,
        Some("packs" | "index") => 29,
        _ => 1,
    });
}

#[tokio::test]
async fn cut_grown_swapped_and_missing_objects_are_found_and_named() {
    let objects = rich_store().await;
    let root = &copy(&objects).await;
    assert_eq!(fsck(root).await.unwrap().problems, []);
    let truth = &read_all(root).await.unwrap();
    for (path, sound) in &objects {
        let step = (sound.len() / 64).max(1);
        for length in (0..sound.len()).step_by(step).chain([sound.len() - 1]) {
            let how = format!("cut to {length}");
            root.put(path, sound.slice(..length)).await.unwrap();
            assert_found(root, path, &how).await;
            assert_true(root, truth, &how).await;
        }
        for more in [&b"\0"[..], b" ", b"\n", b"}", &[0xff; 64]] {
            let grown = [sound, more].concat();
            root.put(path, grown.into()).await.unwrap();
            assert_found(root, path, "growth").await;
            assert_true(root, truth, &format!("{path} with {more:?}")).await;
        }
        for (other, bytes) in objects.iter().filter(|(other, _)| *other != path) {
            let how = format!("exchange for {other}");
            root.put(path, bytes.clone()).await.unwrap();
            assert_found(root, path, &how).await;
            assert_true(root, truth, &format!("{how} of {path}")).await;
        }
        root.delete(path).await.unwrap();
        if OPTIONAL.iter().any(|kind| path.starts_with(kind)) {
            root.put(path, sound.clone()).await.unwrap();
            continue;
        }
        assert_missed(root, path).await;
        // Of a ref that is gone readers can't know; they tell of what was erased, and of no dataset.
        let is_unknown = path.starts_with("refs/");
        let known = if is_unknown {
            &truth[truth.len() - 1..]
        } else {
            truth
        };
        assert_true(root, known, &format!("{path} is gone")).await;
        root.put(path, sound.clone()).await.unwrap();
    }
    assert_eq!(fsck(root).await.unwrap().problems, []);
}

/// That an object that is gone is missed. Nobody knows the name of an index; what it led to is named then.
async fn assert_missed(root: &ObjectRoot, path: &str) {
    match path.starts_with("index/") {
        true => {
            let problems = fsck(root).await.unwrap().problems;
            assert!(problems.iter().any(|problem| problem.commit.is_some()));
        }
        false => assert_found(root, path, "absence").await,
    }
}
