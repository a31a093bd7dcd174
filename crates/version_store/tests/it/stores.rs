//! The whole path on a real S3 server, and stores written by several handles.

use blob_store::StoreAccess;
use testkit::S3Server;
use version_store::{Changes, MergeOutcome, MergeRequest, RefKind, Settle, Store, StoreOptions};

use crate::builder::*;

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_on_s3() {
    let server = S3Server::start().await;
    let access = StoreAccess {
        endpoint: Some(server.endpoint.clone()),
        access_key_id: Some(server.access_key_id.clone()),
        secret_access_key: Some(server.secret_access_key.clone()),
        allow_http: true,
        ..StoreAccess::default()
    };
    // Small packs, so that there are several.
    let options = StoreOptions {
        access,
        pack_bytes: 8 * 1024,
        ..StoreOptions::default()
    };
    let url = format!("s3://{}/data", server.bucket);
    let store = Store::init(&url, &options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let first = first_commit(&repository, 120).await;
    let mut changes = Changes::new();
    changes.set_label(&class(3, "cat"), &person("bob")).unwrap();
    let ours = commit(&repository, &[first], changes).await.commit;
    let mut changes = Changes::new();
    changes.set_label(&class(5, "cat"), &person("eve")).unwrap();
    let theirs = commit(&repository, &[first], changes).await.commit;
    let request = MergeRequest {
        ours,
        theirs,
        settle: Settle::default(),
        author: "a".into(),
        message: "m".into(),
        time_ms: 1,
    };
    let MergeOutcome::Merged(merged) = repository.merge(request).await.unwrap() else {
        panic!()
    };
    move_branch(&repository, "main", Some(first), Some(merged.commit)).await;

    let fresh = Store::open(&url, &options)
        .await
        .unwrap()
        .repository("pets")
        .unwrap();
    let head = fresh
        .read_ref(RefKind::Branch, "main")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(head, merged.commit);
    assert_eq!(content(&fresh, &head).await.len(), 120);
    let version = fresh.version(&head).await.unwrap();
    assert_eq!(
        version.labels("00005.png").await.unwrap(),
        [class(5, "cat")]
    );
    assert_eq!(
        version.blob(&ids::Hash::of(&picture(99))).await.unwrap(),
        picture(99)
    );
    assert_eq!(
        fresh.store().fsck(false, |_, _| {}).await.unwrap().problems,
        []
    );

    // The same content in a folder has the same tree.
    let local = fixture().await;
    write_pictures(&local.repository, 0..120).await;
    let mut changes = pets(120);
    changes.set_label(&class(3, "cat"), &import("x")).unwrap();
    changes.set_label(&class(5, "cat"), &import("x")).unwrap();
    assert_eq!(
        commit(&local.repository, &[], changes).await.tree,
        merged.tree
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_what_others_write_and_small_indexes_are_merged() {
    let Fixture {
        repository,
        url,
        folder,
    } = fixture().await;
    let mut head = first_commit(&repository, 50).await;
    let reader = Store::open(&url, &StoreOptions::default())
        .await
        .unwrap()
        .repository("pets")
        .unwrap();
    for round in 0..40_u32 {
        let mut changes = Changes::new();
        changes
            .set_label(&boxed(round, "b", 1.0), &person("bob"))
            .unwrap();
        head = commit(&repository, &[head], changes).await.commit;
        let labels = reader
            .version(&head)
            .await
            .unwrap()
            .labels(&format!("{round:05}.png"))
            .await
            .unwrap();
        assert_eq!(labels.len(), 2, "{round}");
    }
    for number in 100..140 {
        let mut blobs = repository.write_blobs().await.unwrap();
        let blob = blobs.put(picture(number)).await.unwrap();
        let mut changes = Changes::new();
        changes.upsert_sample(&sample(number, "train")).unwrap();
        changes.index(&blobs.finish_unindexed().await.unwrap());
        let first = commit(&repository, &[], changes).await.commit;
        let version = reader.version(&first).await.unwrap();
        assert_eq!(version.sample_count(), 1);
        let read = reader.store().blob(&blob.hash).await.unwrap();
        assert_eq!(read, picture(number));
    }
    let files = |folder_of: &str| {
        let folder = folder.path().join("store/index").join(folder_of);
        std::fs::read_dir(folder).unwrap().count()
    };
    let counts = ["blobs", "nodes", "both"].map(files);
    assert!(
        counts.iter().all(|files| (1..8).contains(files)),
        "{counts:?}"
    );
    let sound = repository.store().fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(sound.problems, []);
}
