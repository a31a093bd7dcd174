//! Versions as folders, and back.
use std::path::Path;

use annotation::{Item, Maker, Provenance, Shape};
use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Query, Sample, SampleKey};
use ids::Hash;
use ingest::{CheckoutOutcome, Format, checkout};
use testkit::png;
use version_store::{Changes, CommitRequest, Lineage, Version};

use crate::{Notes, Place, info, place};

/// A version whose samples have these keys; each has its number as bytes, and a label.
async fn version_of(place: &Place, keys: &[&str]) -> Version {
    let mut blobs = place.repository.write_blobs().await.unwrap();
    let mut changes = Changes::default();
    for (number, key) in keys.iter().enumerate() {
        let bytes = Bytes::from(format!("bytes {number}"));
        let field = BlobField {
            hash: Hash::of(&bytes),
            media_type: "application/octet-stream".into(),
            bytes: bytes.len() as u64,
            width: None,
            height: None,
        };
        blobs.put(bytes).await.unwrap();
        let key = SampleKey::new(*key).unwrap();
        let sample = Sample {
            key: key.clone(),
            fields: [
                ("file".to_owned(), Field::Blob(field)),
                ("number".to_owned(), Field::Inline(number.into())),
            ]
            .into(),
            metadata: [("n".to_owned(), serde_json::json!({"deep": [number]}))].into(),
            split: (number % 2 == 0).then(|| "train".to_owned()),
        };
        changes.upsert_sample(&sample).unwrap();
        let shape = Shape::Box {
            x: 1.5,
            y: 2.0,
            width: 3.0,
            height: 4.0,
        };
        let item = Item {
            shape,
            ..Item::classification("b1", "objects", "car")
        };
        let provenance = Provenance {
            made_by: Maker::Import { source: "x".into() },
            standard: None,
            at: info().at,
            annotation_id: None,
            prelabel: None,
            accepted_by: None,
        };
        changes
            .set_label(&LabelRow::new(key, item), &provenance)
            .unwrap();
    }
    blobs.finish().await.unwrap();
    let request = CommitRequest {
        parents: Vec::new(),
        changes,
        author: "ann".into(),
        message: "m".into(),
        time_ms: 1,
        lineage: Lineage::default(),
    };
    let made = place.repository.commit(request).await.unwrap();
    place.repository.version(&made.commit).await.unwrap()
}

async fn out(
    version: &Version,
    query: &str,
    out: &Path,
    force: bool,
) -> ingest::Result<CheckoutOutcome> {
    let query = Query::parse(query).unwrap();
    checkout(version, &query, (out, force), &mut Notes::default()).await
}

const HOSTILE: [&str; 18] = [
    "../outside",
    "../../etc/passwd",
    "/absolute",
    "a/../../b",
    "a//b",
    "a/",
    ".",
    "..",
    ".git/hooks/post-checkout",
    "back\\..\\slash",
    "Case",
    "case",
    "e\u{301}",
    "\u{e9}",
    "both",
    "both/below",
    "samples.jsonl",
    "nul",
];

#[tokio::test]
async fn hostile_keys_stay_in_the_folder_and_come_back() {
    let place = place().await;
    let version = version_of(&place, &HOSTILE).await;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("deep/out");
    let outcome = out(&version, "", &folder, false).await.unwrap();
    assert_eq!((outcome.samples, outcome.refused), (18, 0));
    let beside: Vec<_> = std::fs::read_dir(parent.path().join("deep"))
        .unwrap()
        .collect();
    assert_eq!(
        (
            beside.len(),
            std::fs::read_dir(parent.path()).unwrap().count()
        ),
        (1, 1)
    );

    let elsewhere = crate::place().await;
    let again = elsewhere.import(&folder, Format::Checkout, None).await;
    assert_eq!((again.refused, again.tree), (0, Some(version.tree_hash())));
}

#[tokio::test]
async fn a_key_that_no_file_can_have_is_refused_alone() {
    let place = place().await;
    let long = "x".repeat(600);
    let version = version_of(&place, &["a", &long, "z"]).await;
    let folder = tempfile::tempdir().unwrap();
    let outcome = out(&version, "", folder.path(), false).await.unwrap();
    assert_eq!((outcome.samples, outcome.refused), (2, 1));
    assert_eq!(
        (
            outcome.refusals[0].path.as_str(),
            outcome.refusals[0].code.as_str()
        ),
        (long.as_str(), "name_too_long")
    );
}

#[tokio::test]
async fn links_are_not_followed_and_full_folders_not_written() {
    let place = place().await;
    let version = version_of(&place, &["a/1", "b", "c"]).await;
    let parent = tempfile::tempdir().unwrap();
    let (folder, outside) = (parent.path().join("out"), parent.path().join("outside"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::write(outside.join("secret"), "as it was").unwrap();
    std::os::unix::fs::symlink(&outside, folder.join("a")).unwrap();
    std::os::unix::fs::symlink(outside.join("secret"), folder.join("b")).unwrap();
    let error = out(&version, "", &folder, false).await.unwrap_err();
    assert_eq!(error.code(), "folder_not_empty");

    let outcome = out(&version, "", &folder, true).await.unwrap();
    assert_eq!((outcome.samples, outcome.refused), (2, 1));
    assert_eq!(outcome.refusals[0].code, "file_unwritable");
    assert_eq!(std::fs::read(outside.join("secret")).unwrap(), b"as it was");
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
    assert_eq!(std::fs::read(folder.join("b")).unwrap(), b"bytes 1");
    assert!(folder.join("b").symlink_metadata().unwrap().is_file());
}

#[tokio::test]
async fn a_query_picks_and_nothing_is_left_half_written() {
    let place = place().await;
    let version = version_of(&place, &["a", "b", "c"]).await;
    let folder = tempfile::tempdir().unwrap();
    let outcome = out(&version, "split = 'train'", folder.path(), false)
        .await
        .unwrap();
    assert_eq!((outcome.samples, outcome.files), (2, 2));
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a", "c", "samples.jsonl"]);
}

#[tokio::test]
async fn a_folder_of_pictures_is_the_same_after_a_checkout() {
    let place = place().await;
    let source = tempfile::tempdir().unwrap();
    testkit::image_folder(source.path(), &["train"], &["cat", "dog"], 3);
    crate::files(source.path(), &[("train/cat/copy.png", &png(12, 9, 0))]);
    let first = place.import(source.path(), Format::Folder, None).await;
    let version = place
        .repository
        .version(&first.commit.unwrap())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    out(&version, "", folder.path(), false).await.unwrap();
    assert!(ingest::is_checkout(folder.path()));
    let again = place
        .import(folder.path(), Format::Checkout, Some(&first))
        .await;
    assert_eq!((again.changed, again.commit), (false, first.commit));
}

#[tokio::test]
async fn a_line_can_not_name_a_file_elsewhere() {
    let place = place().await;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("out");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(parent.path().join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink(parent.path().join("secret"), folder.join("link")).unwrap();
    let line = |key: &str, file: &str| {
        let field = serde_json::json!({"file": file, "media_type": "text/plain"});
        format!(
            "{}\n",
            serde_json::json!({"key": key, "fields": {"file": field}})
        )
    };
    let lines = line("a", "../secret") + &line("b", "/etc/passwd") + &line("c", "link");
    std::fs::write(folder.join("samples.jsonl"), lines).unwrap();
    let outcome = place.import(&folder, Format::Checkout, None).await;
    assert_eq!((outcome.samples, outcome.refused), (0, 3));
    assert!(
        outcome
            .refusals
            .iter()
            .all(|refusal| refusal.code == "link_outside")
    );
}
