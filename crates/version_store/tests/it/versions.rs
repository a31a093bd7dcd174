//! Committing and reading.

use version_store::{Changes, Error, Store, StoreOptions};

use crate::builder::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_read_back() {
    let Fixture {
        repository,
        url,
        folder: _folder,
    } = fixture().await;
    let commit = first_commit(&repository, 500).await;
    let version = repository.version(&commit).await.unwrap();
    assert_eq!(
        (version.sample_count(), version.commit().counts.labels),
        (500, 500)
    );
    let found = version.sample("00007.png").await.unwrap().unwrap();
    assert_eq!(found, sample(7, "train"));
    assert_eq!(
        version.labels("00007.png").await.unwrap(),
        [class(7, "dog")]
    );
    assert_eq!(
        version.provenance("00007.png").await.unwrap()[0].1,
        import("pets")
    );
    assert_eq!(version.sample("nothing").await.unwrap(), None);
    assert_eq!(
        version.sample_at(499).await.unwrap().unwrap().key.as_str(),
        "00499.png"
    );
    let hash = found.fields["image"].blob().unwrap().hash;
    assert_eq!(version.blob(&hash).await.unwrap(), picture(7));
    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    let location = store.locate(&hash).await.unwrap();
    let pack = std::fs::read(store.pack_file(&location.pack).unwrap()).unwrap();
    let stored = &pack[location.offset as usize..location.range().end as usize];
    let stored = bytes::Bytes::copy_from_slice(stored);
    assert_eq!(
        Store::unpack_blob(&hash, &location, stored).unwrap(),
        picture(7)
    );
    assert_eq!(
        version.blob_range(&hash, 8..16).await.unwrap(),
        picture(7).slice(8..16)
    );
    let page = version.samples(Some("00009.png"), 2).await.unwrap();
    assert_eq!(
        page.iter()
            .map(|(sample, _)| sample.key.as_str())
            .collect::<Vec<_>>(),
        ["00010.png", "00011.png"]
    );
    assert_eq!(page[0].1, [class(10, "cat")]);
    assert_eq!(content(&repository, &commit).await.len(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_hash_is_that_of_the_content() {
    let (one, other) = (fixture().await, fixture().await);
    let whole = first_commit(&one.repository, 300).await;
    // The other machine gets the same samples in another order, in three commits, in other packs.
    let repository = &other.repository;
    write_pictures(repository, (0..300).rev()).await;
    let mut late = Changes::new();
    for number in (100..300).rev() {
        late.upsert_sample(&sample(number, "test")).unwrap();
    }
    let first = commit(repository, &[], late).await.commit;
    let second = commit(repository, &[first], pets(200)).await.commit;
    let third = commit(repository, &[second], pets(300)).await;
    let tree = one.repository.version(&whole).await.unwrap().tree_hash();
    assert_eq!(third.tree, tree);
    assert_ne!(third.commit, whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_commits_nothing_and_labels_write_no_media() {
    let Fixture {
        repository,
        url,
        folder: _folder,
    } = fixture().await;
    let first = first_commit(&repository, 100).await;
    let packs = |url: String| async move {
        let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
        store.root().list("packs").await.unwrap()
    };
    let before = packs(url.clone()).await;
    write_pictures(&repository, 0..100).await;
    let mut again = pets(100);
    again
        .set_label(&class(1, "dog"), &import("another day"))
        .unwrap();
    let outcome = commit(&repository, &[first], again).await;
    assert_eq!((outcome.changed, outcome.commit), (false, first));
    assert_eq!(packs(url.clone()).await, before);

    let mut changes = Changes::new();
    changes.set_label(&class(1, "cat"), &person("bob")).unwrap();
    let outcome = commit(&repository, &[first], changes).await;
    assert!(outcome.changed);
    let after = packs(url).await;
    let new: u64 = after
        .iter()
        .filter(|info| !before.contains(info))
        .map(|info| info.bytes)
        .sum();
    assert!(new < 64 * 1024, "{new} bytes for one label");
    let version = repository.version(&outcome.commit).await.unwrap();
    assert_eq!(
        version.provenance("00001.png").await.unwrap()[0].1,
        person("bob")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn confirming_a_label_keeps_the_tree_and_changes_the_provenance() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let first = first_commit(&repository, 10).await;
    let tree = repository.version(&first).await.unwrap().tree_hash();
    let mut changes = Changes::new();
    changes
        .confirm_label(&class(2, "cat"), &person("bob"))
        .unwrap();
    let outcome = commit(&repository, &[first], changes).await;
    assert_eq!((outcome.changed, outcome.tree), (true, tree));
    let version = repository.version(&outcome.commit).await.unwrap();
    assert_eq!(
        version.provenance("00002.png").await.unwrap()[0].1,
        person("bob")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_sample_removes_its_labels_and_replacing_keeps_what_is_set() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let first = first_commit(&repository, 20).await;
    let mut changes = Changes::new();
    changes.remove_sample(&key("00003.png"));
    changes
        .set_label(&boxed(4, "b1", 1.0), &person("bob"))
        .unwrap();
    changes
        .set_label(&boxed(4, "b2", 2.0), &person("bob"))
        .unwrap();
    let second = commit(&repository, &[first], changes).await;
    assert_eq!((second.counts.samples, second.counts.labels), (19, 21));
    let mut changes = Changes::new();
    changes.replace_labels(&key("00004.png"), Some("objects"));
    changes
        .set_label(&boxed(4, "b2", 5.0), &person("eve"))
        .unwrap();
    let third = commit(&repository, &[second.commit], changes).await.commit;
    let version = repository.version(&third).await.unwrap();
    assert_eq!(
        version.labels("00004.png").await.unwrap(),
        [class(4, "cat"), boxed(4, "b2", 5.0)]
    );
    assert_eq!(version.provenance("00004.png").await.unwrap().len(), 2);
    assert_eq!(version.provenance("00003.png").await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dangles_is_refused() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let request = |changes| version_store::CommitRequest {
        parents: vec![],
        changes,
        author: "a".into(),
        message: "m".into(),
        time_ms: 0,
        lineage: version_store::Lineage::default(),
    };
    let mut without_blob = Changes::new();
    without_blob.upsert_sample(&sample(1, "train")).unwrap();
    let error = repository.commit(request(without_blob)).await.unwrap_err();
    assert!(matches!(error, Error::Missing { .. }), "{error}");
    let mut without_sample = Changes::new();
    without_sample
        .set_label(&class(1, "cat"), &import("x"))
        .unwrap();
    let error = repository
        .commit(request(without_sample))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::InvalidChange { .. }), "{error}");
}
