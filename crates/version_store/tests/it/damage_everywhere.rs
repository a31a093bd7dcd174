//! Every single bit of a small store flipped, every object cut, grown, swapped and taken away: fsck finds it and
//! names what is hurt, and readers serve the truth or a named error.
//!
//! Nothing here knows which kinds of objects there are: what lies in the store is what is damaged.

use std::collections::BTreeMap;

use blob_store::ObjectRoot;
use bytes::Bytes;
use testkit::FaultyStore;
use version_store::{Changes, FsckReport, Result, Store, StoreOptions};

use crate::builder::*;

/// Damaged at the same time, each in a copy of its own.
const COPIES: usize = 2;
/// Readers go over the whole store at one of so many flipped bits, fsck at each.
const READ_EVERY: usize = 16;

type Objects = BTreeMap<String, Bytes>;

/// A store with so many commits on its branch.
async fn small_store(commits: usize) -> Objects {
    let root = FaultyStore::in_memory().root();
    let options = StoreOptions::default();
    let store = Store::init_root(root.clone(), &options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let mut head = first_commit(&repository, 1).await;
    for _ in 1..commits {
        let mut changes = Changes::new();
        changes.set_label(&class(0, "fox"), &person("bob")).unwrap();
        let next = commit(&repository, &[head], changes).await.commit;
        move_branch(&repository, "main", Some(head), Some(next)).await;
        head = next;
    }
    let mut objects = Objects::new();
    for info in root.list("").await.unwrap() {
        let bytes = root.get(&info.path).await.unwrap();
        objects.insert(info.path, bytes);
    }
    objects
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
                    let blob = sample.fields.values().find_map(dataset::Field::blob);
                    let bytes = store.blob(&blob.expect("pictures have bytes").hash).await?;
                    told.push(format!("{sample:?} {labels:?} {bytes:?}"));
                }
            }
        }
    }
    Ok(told)
}

async fn fsck(root: &ObjectRoot) -> Result<FsckReport> {
    let store = Store::open_root(root.clone(), &StoreOptions::default()).await?;
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

/// That readers tell the truth or nothing.
async fn assert_true(root: &ObjectRoot, truth: &[String], what: &str) {
    if let Ok(told) = read_all(root).await {
        assert_eq!(told, truth, "{what}");
    }
}

/// Flips each of these bits and puts it back.
async fn flip_all(objects: &Objects, truth: &[String], part: usize) -> usize {
    let root = copy(objects).await;
    let (mut bit, mut flipped) = (0, 0);
    for (path, sound) in objects {
        for at in 0..sound.len() * 8 {
            bit += 1;
            if bit % COPIES != part {
                continue;
            }
            let mut hurt = sound.to_vec();
            hurt[at / 8] ^= 1 << (at % 8);
            root.put(path, hurt.into()).await.unwrap();
            let what = format!("flipped bit {at}");
            assert_found(&root, path, &what).await;
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
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

#[test]
fn every_flipped_bit_is_found_and_named() {
    let objects = alone(small_store(1));
    let truth = alone(async { read_all(&copy(&objects).await).await.unwrap() });
    let total: usize = objects.values().map(|bytes| bytes.len() * 8).sum();
    let flipped: usize = std::thread::scope(|scope| {
        let running: Vec<_> = (0..COPIES)
            .map(|part| {
                scope.spawn({
                    let (objects, truth) = (&objects, &truth);
                    move || alone(flip_all(objects, truth, part))
                })
            })
            .collect();
        let ended = running.into_iter().map(|thread| thread.join().unwrap());
        ended.sum()
    });
    println!("{flipped} bits of {} objects", objects.len());
    assert_eq!(flipped, total);
}

#[tokio::test]
async fn cut_grown_swapped_and_missing_objects_are_found_and_named() {
    let objects = small_store(2).await;
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
        assert_missed(root, path).await;
        // Of a ref that is gone readers can't know; what they list is nothing then.
        let is_unknown = path.starts_with("refs/");
        let known = if is_unknown { &[][..] } else { truth };
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
