//! Folders of images.
use annotation::{Item, Maker, Provenance};
use dataset::LabelRow;
use ingest::Format;
use testkit::{image_folder, jpeg, png, png_header_claiming};
use version_store::{Changes, CommitRequest, Lineage};

use crate::{files, info, place};

/// Three good pictures, four files that are none, and a hidden one. Gives the bytes of the dog.
fn mixed_folder(root: &std::path::Path) -> Vec<u8> {
    let (cat, dog) = (png(20, 10, 1), jpeg(16, 16, 2));
    files(
        root,
        &[
            ("train/cat/1.png", &cat),
            // The name lies, the bytes do not.
            ("train/dog/2.png", &dog),
            ("test/cat/3.png", &cat),
            ("train/dog/cut.jpg", &dog[..dog.len() / 2]),
            ("train/dog/huge.png", &png_header_claiming(60_000, 60_000)),
            ("train/notes.txt", b"not a picture"),
            ("train/empty.png", b""),
            (".git/config", b"hidden"),
        ],
    );
    dog
}

#[tokio::test]
async fn a_folder_becomes_a_commit_and_bad_files_are_named() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let dog = mixed_folder(folder.path());
    let source = ingest::LocalFiles::new(folder.path()).unwrap();
    let (reading, notes) = place.read(&source, Format::Folder).await;
    let refused: Vec<_> = notes
        .refused
        .iter()
        .map(|r| (r.path.as_str(), r.code.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            ("train/dog/cut.jpg", "image_truncated"),
            ("train/dog/huge.png", "image_too_large"),
            ("train/empty.png", "unsupported_media_type"),
            ("train/notes.txt", "unsupported_media_type"),
        ]
    );
    assert_eq!(
        (
            notes.last.files_done,
            notes.last.files_total,
            notes.last.samples
        ),
        (7, 7, 3)
    );
    assert_eq!(notes.last.bytes_done, notes.last.bytes_total);

    let outcome = reading
        .commit(&place.repository, None, &info())
        .await
        .unwrap();
    assert!(outcome.changed);
    assert_eq!(
        (
            outcome.samples,
            outcome.added,
            outcome.labels_set,
            outcome.refused
        ),
        (3, 3, 3, 4)
    );
    let version = place
        .repository
        .version(&outcome.commit.unwrap())
        .await
        .unwrap();
    let sample = version.sample("train/dog/2.png").await.unwrap().unwrap();
    assert_eq!(sample.split.as_deref(), Some("train"));
    let image = sample.fields["image"].blob().unwrap();
    assert_eq!(
        (image.media_type.as_str(), image.width, image.height),
        ("image/jpeg", Some(16), Some(16))
    );
    assert_eq!(version.blob(&image.hash).await.unwrap(), dog);
    let labels = version.labels("test/cat/3.png").await.unwrap();
    assert_eq!(labels[0].item.class, "cat");
    let (_, made) = &version.provenance("test/cat/3.png").await.unwrap()[0];
    assert!(matches!(&made.made_by, Maker::Import { source } if !source.is_empty()));
}

#[tokio::test]
async fn the_same_data_again_commits_nothing_and_writes_no_bytes() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    image_folder(folder.path(), &["train", "test"], &["cat", "dog"], 20);
    let first = place.import(folder.path(), Format::Folder, None).await;
    assert_eq!((first.changed, first.added), (true, 80));

    let source = ingest::LocalFiles::new(folder.path()).unwrap();
    let (reading, _) = place.read(&source, Format::Folder).await;
    assert_eq!(reading.stored_bytes, 0);
    let second = reading
        .commit(&place.repository, first.commit, &info())
        .await
        .unwrap();
    assert_eq!(
        (second.changed, second.commit, second.tree),
        (false, first.commit, first.tree)
    );
    assert_eq!((second.added, second.updated, second.labels_set), (0, 0, 0));

    // Another store, other order of files in the folder: the same tree.
    let elsewhere = crate::place().await;
    let copy = elsewhere.import(folder.path(), Format::Folder, None).await;
    assert_eq!(copy.tree, first.tree);
}

#[tokio::test]
async fn what_a_person_labelled_stays() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    image_folder(folder.path(), &["train"], &["cat"], 2);
    let first = place.import(folder.path(), Format::Folder, None).await;
    let key = dataset::SampleKey::new("train/cat/000.png").unwrap();
    let mut changes = Changes::default();
    changes.replace_labels(&key, Some("label"));
    let corrected = LabelRow::new(key.clone(), Item::classification("c1", "label", "lynx"));
    let provenance = Provenance {
        made_by: Maker::Person {
            user: "ann@example.org".into(),
        },
        standard: None,
        at: info().at,
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    };
    changes.set_label(&corrected, &provenance).unwrap();
    let request = CommitRequest {
        parents: vec![first.commit.unwrap()],
        changes,
        author: "ann@example.org".into(),
        message: "relabel".into(),
        time_ms: 1_700_000_000_001,
        lineage: Lineage::default(),
    };
    let labelled = place.repository.commit(request).await.unwrap();
    let base = ingest::ImportOutcome {
        commit: Some(labelled.commit),
        ..Default::default()
    };
    let again = place
        .import(folder.path(), Format::Folder, Some(&base))
        .await;
    assert_eq!((again.changed, again.labels_kept), (false, 1));
    let version = place.repository.version(&labelled.commit).await.unwrap();
    assert_eq!(
        version.labels("train/cat/000.png").await.unwrap(),
        [corrected]
    );
}
