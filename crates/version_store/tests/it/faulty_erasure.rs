//! Erasing from stores that fail: whatever an erasure leaves behind is a store without problems, whose other
//! samples are all there, and the next run completes it.

use std::path::Path;

use ids::Hash;
use testkit::{FaultPlan, FaultyStore, S3Server};
use version_store::{Changes, EraseReport, EraseRequest, Error, Result, Store, StoreOptions};

use crate::builder::{
    class, commit, content, first_commit, import, key, move_branch, person, picture, sample,
};
use crate::world::is_honest;

/// Erasures that may fail before a test gives up.
const TRIES: u32 = 200;
const SAMPLES: u32 = 24;
const ERASED: [u32; 2] = [3, 17];

fn options() -> StoreOptions {
    // Small packs, so that there are several.
    StoreOptions {
        pack_bytes: 4 * 1024,
        ..StoreOptions::default()
    }
}

async fn open(faulty: &FaultyStore) -> Result<Store> {
    Store::open_root(faulty.root(), &options()).await
}

/// Leaves, segments and packs with samples that will go.
async fn begun(faulty: &FaultyStore) -> Vec<Hash> {
    let store = Store::init_root(faulty.root(), &options()).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let first = first_commit(&repository, SAMPLES).await;
    let mut head = first;
    let mut commits = vec![first];
    for number in [3, 5, 17] {
        let mut changes = Changes::new();
        changes
            .set_label(&class(number, "fox"), &person("bob"))
            .unwrap();
        changes
            .set_label(&class(number + 1, "cat"), &import("x"))
            .unwrap();
        head = commit(&repository, &[head], changes).await.commit;
        commits.push(head);
    }
    move_branch(&repository, "main", Some(first), Some(head)).await;
    store.root().put("derived/x.bin", "x".into()).await.unwrap();
    commits
}

async fn erase(store: &Store) -> Result<EraseReport> {
    let keys = ERASED.map(|number| key(&format!("{number:05}.png")));
    let request = EraseRequest {
        keys: keys.to_vec(),
        by: "ann".into(),
        reason: "asked for".into(),
        time_ms: 99,
        dry_run: false,
    };
    store.erase(&request).await
}

/// What must hold whenever nothing fails: no problems, and every other sample whole in every version.
async fn check_others(faulty: &FaultyStore, commits: &[Hash], story: &str) {
    let store = open(faulty).await.unwrap();
    let report = store.fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, [], "{story}");
    for commit in commits {
        let repository = store.repository("pets").unwrap();
        let version = repository.version(commit).await.unwrap();
        for number in (0..SAMPLES).filter(|number| !ERASED.contains(number)) {
            let name = format!("{number:05}.png");
            let found = version.sample(&name).await.unwrap();
            assert_eq!(found, Some(sample(number, "train")), "{story}");
            let bytes = version.blob(&Hash::of(&picture(number))).await.unwrap();
            assert_eq!(bytes, picture(number), "{story}");
        }
    }
}

/// The erasure is done: nothing of the samples can be read, and nothing more is to be done.
async fn check_done(faulty: &FaultyStore, commits: &[Hash], story: &str) {
    check_others(faulty, commits, story).await;
    let store = open(faulty).await.unwrap();
    for number in ERASED {
        let read = store.blob(&Hash::of(&picture(number))).await;
        assert_eq!(read.unwrap_err().code(), "store_content_missing", "{story}");
    }
    let repository = store.repository("pets").unwrap();
    let rows = content(&repository, commits.last().unwrap()).await;
    assert_eq!(rows.len(), SAMPLES as usize - ERASED.len(), "{story}");
    let again = erase(&store).await.unwrap();
    assert_eq!((again.rows, again.packs_rewritten), (0, 0), "{story}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}

/// How many steps there were, each of them the last before the store was gone or full, and said so by this code.
async fn at_every_step(code: &str, plan: impl Fn(u64) -> FaultPlan) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    std::fs::create_dir(&sound).unwrap();
    let commits = begun(&FaultyStore::over_folder(&sound)).await;
    for step in 0.. {
        let story = format!("step {step}");
        let place = folder.path().join(step.to_string());
        copy(&sound, &place);
        let faulty = FaultyStore::over_folder(&place);
        let store = open(&faulty).await.unwrap();
        faulty.plan(plan(step));
        let erased = erase(&store).await;
        if faulty.plan(FaultPlan::Sound) == 0 {
            erased.unwrap();
            check_done(&faulty, &commits, &story).await;
            return step;
        }
        let error = erased.expect_err("a step that fails is told");
        assert_eq!(error.code(), code, "{story}: {error}");
        check_others(&faulty, &commits, &story).await;
        erase(&open(&faulty).await.unwrap()).await.unwrap();
        check_done(&faulty, &commits, &story).await;
        std::fs::remove_dir_all(&place).unwrap();
    }
    unreachable!()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_dies_at_every_step() {
    let steps = at_every_step("store_failed", |changes| FaultPlan::Gone { changes }).await;
    assert!(steps >= 15, "{steps}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_on_a_disk_that_is_full_at_every_step() {
    let steps = at_every_step("store_full", |writes| FaultPlan::Full { writes }).await;
    assert!(steps >= 8, "{steps}");
}

/// Erases under faults until it is done; how often it failed.
async fn under_faults(faulty: FaultyStore, seed: u64) -> u32 {
    let story = format!("seed {seed}");
    let commits = begun(&faulty).await;
    let per_mille = [10, 20, 40][seed as usize % 3];
    faulty.plan(FaultPlan::Random { seed, per_mille });
    for failed in 0..TRIES {
        let erased = match open(&faulty).await {
            Ok(store) => erase(&store).await,
            Err(error) => Err(error),
        };
        if erased.is_ok() {
            faulty.plan(FaultPlan::Sound);
            faulty.quiet().await;
            faulty.catch_up();
            // What a stale list hid, or came late, is found by the next run.
            erase(&open(&faulty).await.unwrap()).await.unwrap();
            check_done(&faulty, &commits, &story).await;
            return failed;
        }
        let error: Error = erased.unwrap_err();
        assert!(is_honest(&error), "{story}: {error}");
        if failed % 8 == 0 {
            faulty.plan(FaultPlan::Sound);
            faulty.quiet().await;
            faulty.catch_up();
            check_others(&faulty, &commits, &story).await;
            let seed = seed.wrapping_mul(1_000_003) + u64::from(failed);
            faulty.plan(FaultPlan::Random { seed, per_mille });
        }
    }
    panic!("{story}: it never succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_under_faults_completes_in_a_folder() {
    let mut failed = 0;
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        failed += under_faults(FaultyStore::over_folder(folder.path()), seed).await;
    }
    assert!(failed > 6, "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_under_faults_completes_on_s3() {
    for seed in 100..103 {
        let server = S3Server::start().await;
        under_faults(FaultyStore::over_s3(&server), seed).await;
    }
}
