//! Commits that write a change segment instead of nodes.

use std::path::Path;

use version_store::{Changes, GcRequest, RefKind, RefMove, Repository, Store, StoreOptions};

use crate::builder::*;

async fn reopened(url: &str) -> Repository {
    let store = Store::open(url, &StoreOptions::default()).await.unwrap();
    store.repository("pets").unwrap()
}

fn files(url: &str, folder: &str) -> usize {
    let mut count = 0;
    let mut open = vec![Path::new(url).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                count += 1;
            }
        }
    }
    count
}

fn relabel(number: u32, name: &str) -> Changes {
    let mut changes = Changes::new();
    changes
        .set_label(&class(number, name), &person("ann@example.org"))
        .unwrap();
    changes
}

#[tokio::test(flavor = "multi_thread")]
async fn few_rows_write_a_segment_and_others_read_the_same() {
    let fixture = fixture().await;
    let (repository, url) = (&fixture.repository, &fixture.url);
    let mut head = first_commit(repository, 300).await;
    let packs = files(url, "packs");
    for number in 0..5 {
        head = commit(repository, &[head], relabel(number, "fox"))
            .await
            .commit;
    }
    move_branch(repository, "lazy", None, Some(head)).await;
    assert_eq!((files(url, "packs"), files(url, "segments")), (packs, 5));

    let other = reopened(url).await;
    assert_eq!(
        content(&other, &head).await,
        content(repository, &head).await
    );
    let whole = commit(
        &other,
        &[],
        pets_with(300, |number| (number < 5).then_some("fox")),
    )
    .await;
    assert_eq!(other.version(&head).await.unwrap().tree_hash(), whole.tree);
    let report = other.store().fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, []);

    // With nodes written, the segments are not needed to read.
    let other = reopened(url).await;
    assert!(other.materialize(&head).await.unwrap() > 0);
    assert_eq!(other.materialize(&head).await.unwrap(), 0);
    std::fs::remove_dir_all(Path::new(url).join("segments")).unwrap();
    let other = reopened(url).await;
    assert_eq!(
        content(&other, &head).await,
        content(repository, &head).await
    );
    let report = other.store().fsck(false, |_, _| {}).await.unwrap();
    assert!(!report.problems.is_empty());
    assert!(
        report
            .problems
            .iter()
            .all(|problem| problem.commit.is_some())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_written_in_the_end_and_for_tags() {
    let fixture = fixture().await;
    let (repository, url) = (&fixture.repository, &fixture.url);
    let mut head = first_commit(repository, 50).await;
    let packs = files(url, "packs");
    for number in 0..65 {
        let name = format!("class {number}");
        head = commit(repository, &[head], relabel(7, &name)).await.commit;
    }
    assert_eq!(
        (files(url, "packs"), files(url, "segments")),
        (packs + 1, 64)
    );
    head = commit(repository, &[head], relabel(7, "last")).await.commit;
    assert_eq!(
        (files(url, "packs"), files(url, "segments")),
        (packs + 1, 65)
    );
    let tag = RefMove {
        kind: RefKind::Tag,
        name: "v1",
        old: None,
        new: Some(head),
        by: "ann",
        cause: "release",
        time_ms: 1,
    };
    repository.compare_and_swap_ref(&tag).await.unwrap();
    assert_eq!(files(url, "packs"), packs + 2);
    let other = reopened(url).await;
    assert_eq!(
        content(&other, &head).await,
        content(repository, &head).await
    );

    // Many rows at once write their nodes.
    let mut many = Changes::new();
    for number in 100..4300 {
        many.upsert_sample(&sample(number, "test")).unwrap();
    }
    write_pictures(&other, 100..4300).await;
    let head = commit(&other, &[head], many).await.commit;
    assert_eq!(files(url, "segments"), 65);
    let other = reopened(url).await;
    assert_eq!(other.version(&head).await.unwrap().sample_count(), 4250);
    assert_eq!(
        other
            .version(&head)
            .await
            .unwrap()
            .samples(None, 9999)
            .await
            .unwrap()
            .len(),
        4250
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_damaged_segment_is_named() {
    let fixture = fixture().await;
    let (repository, url) = (&fixture.repository, &fixture.url);
    let first = first_commit(repository, 20).await;
    let head = commit(repository, &[first], relabel(1, "fox")).await.commit;
    move_branch(repository, "lazy", None, Some(head)).await;
    let changes = repository
        .store()
        .commit(&head)
        .await
        .unwrap()
        .changes
        .unwrap();
    let name = changes.to_string();
    let path = Path::new(url).join("segments").join(&name[..2]).join(&name);
    let sound = std::fs::read(&path).unwrap();
    for (bytes, code) in [
        (Some(&sound[..sound.len() - 1]), "store_damaged"),
        (None, "store_content_missing"),
    ] {
        std::fs::remove_file(&path).unwrap();
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let other = reopened(url).await;
        let version = other.version(&head).await.unwrap();
        assert_eq!(version.sample("00001.png").await.unwrap_err().code(), code);
        let report = other.store().fsck(true, |_, _| {}).await.unwrap();
        assert_eq!(report.problems.len(), 1);
        assert_eq!(
            (report.problems[0].code, report.problems[0].commit),
            (code, Some(head))
        );
        assert_eq!(
            other
                .version(&first)
                .await
                .unwrap()
                .samples(None, 99)
                .await
                .unwrap()
                .len(),
            20
        );
        std::fs::write(&path, &sound).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_keeps_live_segments_and_what_they_rest_on() {
    let fixture = fixture().await;
    let (repository, url) = (&fixture.repository, &fixture.url);
    let mut head = first_commit(repository, 30).await;
    for number in 0..3 {
        let mut changes = relabel(number, "fox");
        let mut long = sample(number, "train");
        let text = format!("long {number} ").repeat(300);
        long.fields
            .insert("text".into(), dataset::Field::Inline(text.into()));
        changes.upsert_sample(&long).unwrap();
        head = commit(repository, &[head], changes).await.commit;
    }
    move_branch(repository, "lazy", None, Some(head)).await;
    let before = content(repository, &head).await;
    commit(repository, &[head], relabel(9, "dead")).await;
    let request = GcRequest {
        now_ms: 4_000_000_000_000,
        ..GcRequest::default()
    };
    let report = reopened(url).await.store().gc(&request).await.unwrap();
    assert_eq!((report.commits_deleted, report.segments_deleted), (1, 1));
    let other = reopened(url).await;
    assert_eq!(content(&other, &head).await, before);
    assert_eq!(
        other.store().fsck(false, |_, _| {}).await.unwrap().problems,
        []
    );
}
