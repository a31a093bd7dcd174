//! Folders that get another name.

use annotation::Item;
use dataset::{LabelRow, Sample};
use version_store::{Changes, Store, StoreOptions};

use crate::builder::*;

fn in_folder(folder: &str, number: u32) -> (Sample, LabelRow) {
    let mut sample = sample(number, "train");
    sample.key = key(&format!("{folder}/{number:05}.png"));
    let item = Item::classification("class", "label", "cat");
    (sample.clone(), LabelRow::new(sample.key, item))
}

fn folders(names: &[(&str, u32)]) -> Changes {
    let mut changes = Changes::new();
    for (folder, count) in names {
        for number in 0..*count {
            let (sample, label) = in_folder(folder, number);
            changes.upsert_sample(&sample).unwrap();
            changes.set_label(&label, &import("pets")).unwrap();
        }
    }
    changes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_is_one_row_and_the_tree_is_that_of_the_new_keys() {
    let fixture = fixture().await;
    let repository = &fixture.repository;
    write_pictures(repository, 0..500).await;
    let first = commit(
        repository,
        &[],
        folders(&[("a", 500), ("ab", 3), ("c", 40)]),
    )
    .await
    .commit;
    let mut changes = Changes::new();
    changes.move_folder("a/", "b/deep").unwrap();
    let mut relabelled = in_folder("b/deep", 7).1;
    relabelled.item.class = "fox".into();
    changes
        .set_label(&relabelled, &person("ann@example.org"))
        .unwrap();
    let moved = commit(repository, &[first], changes).await;
    assert!(moved.stored_bytes < 700, "{}", moved.stored_bytes);

    let mut expected = folders(&[("b/deep", 500), ("ab", 3), ("c", 40)]);
    expected
        .set_label(&relabelled, &person("ann@example.org"))
        .unwrap();
    let whole = commit(repository, &[], expected).await;
    assert_eq!((moved.tree, moved.counts), (whole.tree, whole.counts));

    let store = Store::open(&fixture.url, &StoreOptions::default())
        .await
        .unwrap();
    let other = store.repository("pets").unwrap();
    assert_eq!(
        content(&other, &moved.commit).await,
        content(repository, &whole.commit).await
    );
    let version = other.version(&moved.commit).await.unwrap();
    let provenance = version.provenance("b/deep/00007.png").await.unwrap();
    assert_eq!(provenance[0].1, person("ann@example.org"));
    assert_eq!(
        version.provenance("b/deep/00008.png").await.unwrap()[0].1,
        import("pets")
    );

    // And back, over a commit that was not written as nodes.
    let mut changes = Changes::new();
    changes.move_folder("b/deep", "a").unwrap();
    changes
        .set_label(&in_folder("a", 7).1, &import("pets"))
        .unwrap();
    let back = commit(&other, &[moved.commit], changes).await;
    assert_eq!(back.tree, other.version(&first).await.unwrap().tree_hash());
    move_branch(&other, "main", None, Some(back.commit)).await;
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_move_is_refused_by_name() {
    let fixture = fixture().await;
    let repository = &fixture.repository;
    write_pictures(repository, 0..5).await;
    let first = commit(repository, &[], folders(&[("a", 5), ("b", 2)]))
        .await
        .commit;
    for (from, to) in [("", "b"), ("a", "a"), ("a/b", "a/b/"), ("a", "b\0")] {
        let error = Changes::new().move_folder(from, to).unwrap_err();
        assert_eq!(error.code(), "change_invalid", "{from} {to}");
    }
    for (from, to) in [("none", "c"), ("a", "b")] {
        let mut changes = Changes::new();
        changes.move_folder(from, to).unwrap();
        let error = repository
            .commit(request(&[first], changes))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "change_invalid", "{from} {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_moves_into_itself_and_out_again() {
    let fixture = fixture().await;
    let repository = &fixture.repository;
    write_pictures(repository, 0..30).await;
    // The names that would come first for the way between are taken.
    let others = [("0", 3), ("1/2", 2)];
    let with = |moving: &[(&'static str, u32)]| folders(&[&others[..], moving].concat());
    let first = commit(repository, &[], with(&[("a", 30), ("a/b", 20), ("ab", 1)]))
        .await
        .commit;
    let steps = [
        ("a", "a/b", [("a/b", 30), ("a/b/b", 20), ("ab", 1)]),
        ("a/b", "a", [("a", 30), ("a/b", 20), ("ab", 1)]),
        ("a", "a/a/a", [("a/a/a", 30), ("a/a/a/b", 20), ("ab", 1)]),
        ("a/a/a", "a", [("a", 30), ("a/b", 20), ("ab", 1)]),
    ];
    let mut head = first;
    for (from, to, expected) in steps {
        let mut changes = Changes::new();
        changes.move_folder(from, to).unwrap();
        let moved = commit(repository, &[head], changes).await;
        let whole = commit(repository, &[], with(&expected)).await;
        assert_eq!(moved.tree, whole.tree, "{from} to {to}");
        head = moved.commit;
    }
    // What lies in the way stops it: `a/b/…` would fall on `a/…`.
    let mut changes = Changes::new();
    changes.move_folder("a/b", "a").unwrap();
    let error = repository
        .commit(request(&[head], changes))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "change_invalid");
    move_branch(repository, "main", None, Some(head)).await;
    let store = Store::open(&fixture.url, &StoreOptions::default())
        .await
        .unwrap();
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
}
