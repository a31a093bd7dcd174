//! Collecting garbage.

use version_store::{Changes, GcRequest, Store, StoreOptions};

use crate::builder::*;

/// Well after every file that a test writes.
const LATER_MS: i64 = 4_000_000_000_000;

fn collect(grace_ms: i64, now_ms: i64) -> GcRequest {
    GcRequest {
        now_ms,
        grace_ms,
        ..GcRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_refs_lead_to_stays_and_the_rest_goes_after_its_grace() {
    let Fixture {
        repository,
        url,
        folder: _folder,
    } = fixture().await;
    let head = first_commit(&repository, 200).await;
    let kept = content(&repository, &head).await;
    // An import that was never committed, and a commit that no ref names.
    write_pictures(&repository, 1000..1100).await;
    let mut changes = Changes::new();
    changes.remove_sample(&key("00001.png"));
    let lost = commit(&repository, &[head], changes).await.commit;

    let store = repository.store();
    let grace = 1000;
    let report = store.gc(&collect(grace, LATER_MS)).await.unwrap();
    assert_eq!(
        (
            report.packs_condemned,
            report.packs_deleted,
            report.commits_deleted,
            report.segments_deleted
        ),
        (1, 0, 0, 0)
    );
    let report = store
        .gc(&collect(grace, LATER_MS + grace - 1))
        .await
        .unwrap();
    assert_eq!((report.packs_condemned, report.packs_deleted), (0, 0));
    let report = store.gc(&collect(grace, LATER_MS + grace)).await.unwrap();
    assert_eq!(
        (
            report.packs_deleted,
            report.commits_deleted,
            report.segments_deleted
        ),
        (1, 1, 1)
    );

    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    assert_eq!(
        content(&store.repository("pets").unwrap(), &head).await,
        kept
    );
    assert!(store.commit(&lost).await.is_err());
    assert!(
        !store
            .has_blob(&ids::Hash::of(&picture(1000)))
            .await
            .unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_rescues_what_is_condemned() {
    let Fixture {
        repository,
        url,
        folder: _folder,
    } = fixture().await;
    let head = first_commit(&repository, 5).await;
    write_pictures(&repository, 50..60).await;
    let store = repository.store();
    assert_eq!(
        store
            .gc(&collect(1000, LATER_MS))
            .await
            .unwrap()
            .packs_condemned,
        1
    );
    // The blobs are there, but about to go: the writer writes them again.
    let other = Store::open(&url, &StoreOptions::default())
        .await
        .unwrap()
        .repository("pets")
        .unwrap();
    write_pictures(&other, 50..60).await;
    let mut changes = Changes::new();
    changes.upsert_sample(&sample(55, "train")).unwrap();
    let second = commit(&other, &[head], changes).await.commit;
    move_branch(&other, "main", Some(head), Some(second)).await;
    let report = store.gc(&collect(1000, LATER_MS + 5000)).await.unwrap();
    assert_eq!(report.packs_deleted, 1);
    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    assert_eq!(
        store.blob(&ids::Hash::of(&picture(55))).await.unwrap(),
        picture(55)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_that_are_mostly_dead_are_rewritten() {
    let Fixture {
        repository,
        url,
        folder: _folder,
    } = fixture().await;
    write_pictures(&repository, 0..100).await;
    let head = commit(&repository, &[], pets(10)).await.commit;
    move_branch(&repository, "main", None, Some(head)).await;
    let report = repository.store().gc(&collect(0, LATER_MS)).await.unwrap();
    assert_eq!((report.packs_rewritten, report.packs_deleted), (1, 1));
    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    assert_eq!(
        store.blob(&ids::Hash::of(&picture(3))).await.unwrap(),
        picture(3)
    );
    assert!(!store.has_blob(&ids::Hash::of(&picture(30))).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_gates_go_with_their_commits_and_half_written_files_after_their_grace() {
    let fixture = fixture().await;
    let repository = &fixture.repository;
    let head = first_commit(repository, 5).await;
    let mut changes = Changes::new();
    changes.remove_sample(&key("00001.png"));
    let lost = commit(repository, &[head], changes).await.commit;
    for commit in [head, lost] {
        repository.record_gates(&commit, &[]).await.unwrap();
    }
    // What a writer leaves who is killed, and a file of somebody that only looks like it.
    let store = std::path::PathBuf::from(&fixture.url);
    let half = store.join(format!("packs/ab/{}.pack#1", "ab".repeat(32)));
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, vec![1; 1000]).unwrap();
    let mine = store.join("notes#1");
    std::fs::write(&mine, "mine").unwrap();

    let gc = |grace_ms, now_ms, dry_run| {
        let request = GcRequest {
            dry_run,
            ..collect(grace_ms, now_ms)
        };
        async move {
            let report = repository.store().gc(&request).await.unwrap();
            (report.gate_reports_deleted, report.unfinished_deleted)
        }
    };
    let young = LATER_MS;
    assert_eq!(gc(LATER_MS, young, false).await, (0, 0));
    // Condemned now, but its commit is there until the grace is over.
    assert_eq!(gc(1000, LATER_MS, true).await, (0, 1));
    assert_eq!(gc(1000, LATER_MS, false).await, (0, 1));
    assert!(!half.exists() && mine.exists());
    assert_eq!(gc(1000, LATER_MS + 1000, false).await, (1, 0));
    assert_eq!(repository.gated_commits().await.unwrap(), [head]);
    let report = repository.store().fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, []);
}
