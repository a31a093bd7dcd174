//! A local folder and an upload of the same files are the same.
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use annotation::Maker;
use bytes::Bytes;
use futures::StreamExt;
use ingest::{Entry, Format, LocalFiles, StagedObjects};
use testkit::png;

use crate::{files, info, place};

#[tokio::test]
async fn staged_objects_give_the_tree_of_the_folder() {
    let objects: BTreeMap<String, Vec<u8>> = (0..30u8)
        .map(|n| {
            (
                format!("train/{}/{n:02}.png", ["cat", "dog"][usize::from(n % 2)]),
                png(9, 9, n),
            )
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &objects {
        files(folder.path(), &[(path, bytes)]);
    }
    let (one, two) = (place().await, place().await);
    let local = one.import(folder.path(), Format::Folder, None).await;

    let entries = objects.iter().rev().map(|(path, bytes)| Entry {
        path: path.clone(),
        bytes: bytes.len() as u64,
    });
    let hidden = Entry {
        path: "train/.DS_Store".into(),
        bytes: 3,
    };
    let entries = entries.chain([hidden]).collect();
    let objects = Arc::new(objects);
    let source = StagedObjects::new(entries, move |path| {
        let bytes = objects.get(&path).cloned();
        Box::pin(async move {
            let bytes = bytes.ok_or(io::ErrorKind::NotFound)?;
            let pieces: Vec<_> = bytes
                .chunks(10)
                .map(|piece| Ok(Bytes::copy_from_slice(piece)))
                .collect();
            Ok(futures::stream::iter(pieces).boxed())
        })
    });
    let (reading, notes) = two.read(&source, Format::Folder).await;
    assert!(notes.refused.is_empty());
    let staged = reading
        .commit(&two.repository, None, &info())
        .await
        .unwrap();
    // Where it came from is told with the commit and the labels, and is no part of the tree.
    assert_eq!((staged.tree, staged.samples), (local.tree, 30));
    let version = two
        .repository
        .version(&staged.commit.unwrap())
        .await
        .unwrap();
    assert_eq!(version.commit().lineage.sources, ["train (30 files)"]);
    let (_, made) = &version.provenance("train/cat/00.png").await.unwrap()[0];
    let source = "train (30 files)".to_owned();
    assert_eq!(made.made_by, Maker::Import { source });
    let here = one
        .repository
        .version(&local.commit.unwrap())
        .await
        .unwrap();
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(here.commit().lineage.sources, [name]);
}

#[tokio::test]
async fn an_object_that_fails_is_refused_and_the_rest_comes_through() {
    let place = place().await;
    let entries = ["a.png", "b.png"]
        .map(|path| Entry {
            path: path.into(),
            bytes: 10,
        })
        .to_vec();
    let source = StagedObjects::new(entries, |path| {
        Box::pin(async move {
            if path == "a.png" {
                return Err(io::Error::other("the bucket is on fire"));
            }
            Ok(futures::stream::iter([Ok(Bytes::from(png(4, 4, 1)))]).boxed())
        })
    });
    let (reading, notes) = place.read(&source, Format::Folder).await;
    assert_eq!(reading.progress.samples, 1);
    assert_eq!(
        notes.refused[0].to_string(),
        "a.png: the bucket is on fire (file_unreadable)"
    );
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let error = LocalFiles::new(std::path::Path::new("/nonexistent/folder")).unwrap_err();
    assert_eq!(error.code(), "source_unreadable");
}
