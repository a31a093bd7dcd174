//! What every writable root must do.

use blob_store::{Error, ObjectRoot};
use bytes::Bytes;
use futures::stream;

/// Runs the whole suite on an empty root.
pub async fn run(root: &ObjectRoot) {
    reads_and_ranges(root).await;
    put_if_absent_never_overwrites(root).await;
    update_swaps_only_what_was_read(root).await;
    racing_updates_have_one_winner_each(root).await;
    long_objects_stream(root).await;
    lists_and_deletes(root).await;
    children_are_apart(root).await;
    let puts = root.probe_conditional_puts("conformance").await.unwrap();
    assert!(puts.are_enough_for_refs());
}

async fn reads_and_ranges(root: &ObjectRoot) {
    let path = "reads/object";
    assert_eq!(root.get_opt(path).await.unwrap(), None);
    assert_eq!(root.head(path).await.unwrap(), None);
    root.put(path, Bytes::from_static(b"0123456789"))
        .await
        .unwrap();
    assert_eq!(root.get(path).await.unwrap(), "0123456789");
    assert_eq!(root.head(path).await.unwrap().unwrap().bytes, 10);
    assert_eq!(root.get_range(path, 2..5).await.unwrap(), "234");
    assert_eq!(
        root.get_ranges(path, &[8..10, 0..1, 0..10]).await.unwrap(),
        ["89", "0", "0123456789"]
    );
    assert!(root.get_range(path, 5..11).await.is_err());
    assert!(matches!(
        root.get("reads/none").await,
        Err(Error::NotFound { .. })
    ));
    assert!(matches!(
        root.get("../reads/object").await,
        Err(Error::InvalidPath { .. })
    ));
}

async fn put_if_absent_never_overwrites(root: &ObjectRoot) {
    let path = "absent/object";
    assert!(
        root.put_if_absent(path, Bytes::from_static(b"a"))
            .await
            .unwrap()
    );
    assert!(
        !root
            .put_if_absent(path, Bytes::from_static(b"a"))
            .await
            .unwrap()
    );
    let other = root.put_if_absent(path, Bytes::from_static(b"b")).await;
    assert!(
        matches!(other, Err(Error::AlreadyExists { .. })),
        "{other:?}"
    );
    assert_eq!(root.get(path).await.unwrap(), "a");
}

async fn update_swaps_only_what_was_read(root: &ObjectRoot) {
    let path = "update/object";
    let first = root
        .update(path, Bytes::from_static(b"1"), None)
        .await
        .unwrap();
    let taken = root.update(path, Bytes::from_static(b"x"), None).await;
    assert!(matches!(taken, Err(Error::Conflict { .. })), "{taken:?}");
    root.update(path, Bytes::from_static(b"2"), Some(&first))
        .await
        .unwrap();
    let stale = root
        .update(path, Bytes::from_static(b"3"), Some(&first))
        .await;
    assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
    let (bytes, version) = root.get_versioned(path).await.unwrap().unwrap();
    assert_eq!(bytes, "2");
    root.update(path, Bytes::from_static(b"4"), Some(&version))
        .await
        .unwrap();
    let gone = root
        .update("update/none", Bytes::from_static(b"5"), Some(&version))
        .await;
    assert!(gone.is_err());
}

async fn racing_updates_have_one_winner_each(root: &ObjectRoot) {
    let path = "race/counter";
    root.update(path, Bytes::from_static(b"0"), None)
        .await
        .unwrap();
    let writers = (0..8).map(|writer| {
        let root = root.clone();
        tokio::spawn(async move {
            loop {
                let (bytes, version) = root.get_versioned(path).await.unwrap().unwrap();
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                // Each line names its writer, so that no two writers ever write the same bytes.
                let next = format!("{text}\n{writer}");
                match root.update(path, Bytes::from(next), Some(&version)).await {
                    Ok(_) => return,
                    Err(Error::Conflict { .. }) => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let text = String::from_utf8(root.get(path).await.unwrap().to_vec()).unwrap();
    assert_eq!(text.lines().count(), 9, "{text}");
}

async fn long_objects_stream(root: &ObjectRoot) {
    let part = Bytes::from(vec![7; 3 * 1024 * 1024]);
    let parts = stream::iter((0..5).map(|_| Ok(part.clone())));
    let written = root.put_stream("long/object", parts).await.unwrap();
    assert_eq!(written, 15 * 1024 * 1024);
    assert_eq!(
        root.head("long/object").await.unwrap().unwrap().bytes,
        written
    );
    assert_eq!(
        root.get_range("long/object", written - 2..written)
            .await
            .unwrap(),
        vec![7, 7]
    );
    let broken = Err(Error::NotFound {
        path: "source".into(),
    });
    let broken = root
        .put_stream("long/broken", stream::iter([Ok(part), broken]))
        .await;
    assert!(broken.is_err());
    assert_eq!(root.head("long/broken").await.unwrap(), None);
}

async fn lists_and_deletes(root: &ObjectRoot) {
    for path in ["list/b", "list/a/2", "list/a/1", "list/.hidden", "listing"] {
        root.put(path, Bytes::from_static(b"xy")).await.unwrap();
    }
    let paths = |found: Vec<blob_store::ObjectInfo>| {
        found.into_iter().map(|info| info.path).collect::<Vec<_>>()
    };
    assert_eq!(
        paths(root.list("list").await.unwrap()),
        ["list/a/1", "list/a/2", "list/b"]
    );
    assert_eq!(
        paths(root.list("list/a").await.unwrap()),
        ["list/a/1", "list/a/2"]
    );
    assert!(root.list("no/such").await.unwrap().is_empty());
    root.delete("list/a/1").await.unwrap();
    root.delete("list/a/1").await.unwrap();
    assert_eq!(paths(root.list("list/a").await.unwrap()), ["list/a/2"]);
}

async fn children_are_apart(root: &ObjectRoot) {
    let child = root.child("team").unwrap();
    child
        .put("x/y", Bytes::from_static(b"child"))
        .await
        .unwrap();
    assert_eq!(root.get("team/x/y").await.unwrap(), "child");
    let listed = child.list("").await.unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|info| info.path.as_str())
            .collect::<Vec<_>>(),
        ["x/y"]
    );
    assert!(root.child("..").is_err());
}
