//! Erasing samples: nothing of them is left, and everything else still verifies.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Sample};
use ids::Hash;
use version_store::{Changes, EraseReport, EraseRequest, Repository, Store};

use crate::builder::{
    boxed, class, commit, content, first_commit, import, key, move_branch, person, picture, sample,
    write_pictures,
};
use crate::places::{Place, everywhere};

/// What must be nowhere: in a blob, an inline value, a long value, a label, a provenance.
const SECRETS: [&str; 5] = [
    "blob-secret-4711",
    "inline-secret-4711",
    "long-secret-4711",
    "label-secret-4711",
    "person-secret-4711",
];

fn secret_sample(long: bool) -> (Sample, Bytes) {
    let bytes = Bytes::from(SECRETS[0].repeat(40));
    let blob = BlobField {
        hash: Hash::of(&bytes),
        media_type: "text/plain".into(),
        bytes: bytes.len() as u64,
        width: None,
        height: None,
    };
    let mut sample = sample(3, "train");
    sample.fields = [("text".into(), Field::Blob(blob))].into();
    sample.metadata.insert("note".into(), SECRETS[1].into());
    if long {
        sample
            .metadata
            .insert("story".into(), SECRETS[2].repeat(200).into());
    }
    (sample, bytes)
}

fn secret_label() -> LabelRow {
    let mut label = boxed(3, "b1", 4.0);
    label
        .item
        .attributes
        .insert("name".into(), SECRETS[3].into());
    label
}

/// A history with the secrets as rows of leaves, as values of their own, and in segments.
async fn history(repository: &Repository) -> Vec<Hash> {
    let (plain, bytes) = secret_sample(false);
    let (long, _) = secret_sample(true);
    let first = first_commit(repository, 40).await;
    let mut blobs = repository.write_blobs().await.unwrap();
    blobs.put(bytes).await.unwrap();
    blobs.finish().await.unwrap();
    let mut commits = vec![first];
    let mut head = first;
    for number in 0..4 {
        let mut changes = Changes::new();
        match number {
            0 => changes.upsert_sample(&plain).unwrap(),
            1 => changes
                .set_label(&secret_label(), &person(SECRETS[4]))
                .unwrap(),
            2 => changes.upsert_sample(&long).unwrap(),
            _ => changes.set_label(&class(7, "fox"), &import("x")).unwrap(),
        }
        head = commit(repository, &[head], changes).await.commit;
        commits.push(head);
        if number == 1 {
            // Here the nodes are written; what follows are segments.
            repository.materialize(&head).await.unwrap();
        }
    }
    move_branch(repository, "main", Some(first), Some(head)).await;
    commits
}

async fn erase(store: &Store, keys: &[&str]) -> EraseReport {
    let request = EraseRequest {
        keys: keys.iter().map(|text| key(text)).collect(),
        by: "ann".into(),
        reason: "asked for".into(),
        time_ms: 99,
        dry_run: false,
    };
    store.erase(&request).await.unwrap()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Which secrets stand in any stored byte, also in what is compressed: every zstd frame is unpacked.
fn left(folder: &Path) -> Vec<&'static str> {
    let mut found = Vec::new();
    files(folder, &mut found);
    let mut bytes = Vec::new();
    for file in found {
        let stored = std::fs::read(file).unwrap();
        for at in 0..stored.len().saturating_sub(4) {
            if stored[at..at + 4] == [0x28, 0xb5, 0x2f, 0xfd] {
                let mut decoder = zstd::Decoder::new(&stored[at..]).unwrap().single_frame();
                let _ = std::io::copy(&mut decoder, &mut bytes);
            }
        }
        bytes.extend(stored);
    }
    let holds = |secret: &&str| {
        bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    };
    SECRETS.into_iter().filter(|secret| holds(secret)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_and_every_commit_still_verifies() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let store = repository.store();
        let commits = history(repository).await;
        store
            .root()
            .put("derived/search/x.tar", SECRETS[1].into())
            .await
            .unwrap();
        let folder = place.files();
        assert_eq!(left(folder), SECRETS);
        let before = content(repository, &commits[4]).await;

        let report = erase(store, &["00003.png", "no-such.png"]).await;
        assert_eq!(
            (report.keys, report.blobs, report.blobs_kept.len()),
            (1, 2, 0)
        );
        assert!(
            report.segments_rewritten > 0
                && report.packs_rewritten > 0
                && report.derived_deleted == 1
        );
        assert_eq!(left(folder), [] as [&str; 0]);
        let checked = store.fsck(false, |_, _| {}).await.unwrap();
        assert_eq!(checked.problems, []);
        assert_eq!(checked.commits, 5);

        // A reader that never saw what was there: others are as they were, this one is named.
        let again = place.reopen().await;
        for repository in [repository, &again.repository("pets").unwrap()] {
            for commit in &commits {
                let version = repository.version(commit).await.unwrap();
                let error = version.sample("00003.png").await.unwrap_err();
                assert_eq!(error.code(), "content_erased");
                assert_eq!(version.labels("00003.png").await.unwrap(), []);
                assert_eq!(
                    version
                        .scan_after("")
                        .await
                        .unwrap()
                        .next()
                        .await
                        .unwrap()
                        .unwrap()
                        .0
                        .key,
                    key("00000.png")
                );
            }
            let mut after = content(repository, &commits[4]).await;
            assert_eq!(after.len(), 39);
            after.insert("00003.png".into(), before["00003.png"].clone());
            assert_eq!(after, before);
        }
        // Once more is as good as once.
        let second = erase(store, &["00003.png"]).await;
        assert_eq!((second.rows, second.packs_rewritten), (0, 0));
        assert_eq!(store.tombstones().await.unwrap()[0].blobs.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_does_not_come_back() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let commits = history(repository).await;
        erase(repository.store(), &["00003.png"]).await;
        let (plain, bytes) = secret_sample(false);
        let mut blobs = repository.write_blobs().await.unwrap();
        let error = blobs.put(bytes).await.unwrap_err();
        assert_eq!(error.code(), "erased_before");
        assert!(error.to_string().contains("asked for"), "{error}");
        // Without the blob the row itself is known.
        let mut changes = Changes::new();
        changes.upsert_sample(&plain).unwrap();
        let request = version_store::CommitRequest {
            parents: vec![commits[4]],
            changes,
            author: "ann".into(),
            message: "again".into(),
            time_ms: 3,
            lineage: Default::default(),
        };
        assert_eq!(
            repository.commit(request).await.unwrap_err().code(),
            "erased_before"
        );
        // The key may have another sample; the old versions stay as they are.
        write_pictures(repository, [50].into_iter()).await;
        let mut other = sample(50, "train");
        other.key = key("00003.png");
        let mut changes = Changes::new();
        changes.upsert_sample(&other).unwrap();
        let next = commit(repository, &[commits[4]], changes).await.commit;
        let version = repository.version(&next).await.unwrap();
        assert_eq!(version.sample("00003.png").await.unwrap().unwrap(), other);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_another_sample_uses_stays_until_that_one_goes_too() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let first = first_commit(repository, 5).await;
        let mut twin = sample(2, "test");
        twin.key = key("twin.png");
        let mut changes = Changes::new();
        changes.upsert_sample(&twin).unwrap();
        let head = commit(repository, &[first], changes).await.commit;
        move_branch(repository, "main", Some(first), Some(head)).await;
        let store = repository.store();
        let report = erase(store, &["00002.png"]).await;
        assert_eq!(
            (report.blobs, report.blobs_kept[0].key.as_str()),
            (0, "twin.png")
        );
        let hash = Hash::of(&picture(2));
        assert_eq!(store.blob(&hash).await.unwrap(), picture(2));
        let report = erase(store, &["twin.png", "00002.png"]).await;
        assert_eq!(report.blobs, 1);
        assert_eq!(
            store.blob(&hash).await.unwrap_err().code(),
            "store_content_missing"
        );
        assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    })
    .await;
}

/// Copies the files that are not there yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_sample_that_has_its_key_from_a_moved_folder_goes() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let store = repository.store();
        let (mut secret, bytes) = secret_sample(false);
        secret.key = key("a/1.png");
        let mut blobs = repository.write_blobs().await.unwrap();
        blobs.put(bytes).await.unwrap();
        blobs.finish().await.unwrap();
        let mut changes = Changes::new();
        changes.upsert_sample(&secret).unwrap();
        let first = commit(repository, &[], changes).await.commit;
        let mut changes = Changes::new();
        changes.move_folder("a", "b").unwrap();
        let moved = commit(repository, &[first], changes).await.commit;
        move_branch(repository, "main", None, Some(moved)).await;

        let report = erase(store, &["b/1.png"]).await;
        assert_eq!((report.keys, report.rows), (1, 1));
        assert_eq!(report.blobs_kept[0].key, "a/1.png");
        let again = place.reopen().await;
        for repository in [repository, &again.repository("pets").unwrap()] {
            let version = repository.version(&moved).await.unwrap();
            let error = version.sample("b/1.png").await.unwrap_err();
            assert_eq!(error.code(), "content_erased");
            let before = repository.version(&first).await.unwrap();
            assert_eq!(
                before.sample("a/1.png").await.unwrap(),
                Some(secret.clone())
            );
        }
        erase(store, &["a/1.png", "b/1.png"]).await;
        assert_eq!(left(place.files()), [] as [&str; 0]);
        let checked = store.fsck(false, |_, _| {}).await.unwrap();
        assert_eq!(checked.problems, []);
    })
    .await;
}

fn copy(from: &Path, to: &Path) {
    let mut found = Vec::new();
    files(from, &mut found);
    for file in found {
        let target = to.join(file.strip_prefix(from).unwrap());
        if !target.exists() {
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(&file, &target).unwrap();
        }
    }
}

/// A kill before the old packs went: they stand beside the new ones, and the next run completes it.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_erasure_is_completed_by_the_next() {
    everywhere(async |place: Place| {
        let commits = history(&place.repository).await;
        let store = place.files().to_owned();
        let spare = tempfile::tempdir().unwrap();
        copy(&store, spare.path());
        erase(place.repository.store(), &["00003.png"]).await;
        copy(&spare.path().join("packs"), &store.join("packs"));
        assert!(!left(place.files()).is_empty());
        let again = place.reopen().await;
        let report = erase(&again, &["00003.png"]).await;
        assert_eq!(report.keys, 1);
        assert_eq!(left(place.files()), [] as [&str; 0]);
        let problems = again.fsck(false, |_, _| {}).await.unwrap().problems;
        assert_eq!(problems, []);
        let rows = content(&again.repository("pets").unwrap(), &commits[4]).await;
        assert_eq!(rows.len(), 39);
    })
    .await;
}
