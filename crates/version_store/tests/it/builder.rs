//! A tiny dataset builder for tests.

use std::collections::BTreeMap;

use annotation::{Item, Maker, Provenance, Shape};
use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use ids::Hash;
use version_store::{
    BlobWriter, Changes, CommitOutcome, CommitRequest, Lineage, RefKind, RefMove, Repository,
    Store, StoreOptions,
};

/// A store in a folder that goes when this is dropped, with a dataset in it.
pub struct Fixture {
    pub repository: Repository,
    pub url: String,
    pub folder: tempfile::TempDir,
}

pub async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("store").display().to_string();
    let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
    Fixture {
        repository: store.repository("pets").unwrap(),
        url,
        folder,
    }
}

pub fn key(text: &str) -> SampleKey {
    SampleKey::new(text).unwrap()
}

/// Bytes of a picture that is none, each number another.
pub fn picture(number: u32) -> Bytes {
    Bytes::from(format!("picture number {number}, not compressed by anyone").repeat(20))
}

pub fn sample(number: u32, split: &str) -> Sample {
    let bytes = picture(number);
    let blob = BlobField {
        hash: Hash::of(&bytes),
        media_type: "image/png".into(),
        bytes: bytes.len() as u64,
        width: Some(8),
        height: Some(8),
    };
    Sample {
        key: key(&format!("{number:05}.png")),
        fields: [("image".into(), Field::Blob(blob))].into(),
        metadata: [("number".into(), number.into())].into(),
        split: Some(split.into()),
    }
}

pub fn class(number: u32, class: &str) -> LabelRow {
    LabelRow::new(
        key(&format!("{number:05}.png")),
        Item::classification("class", "label", class),
    )
}

pub fn boxed(number: u32, id: &str, x: f64) -> LabelRow {
    let shape = Shape::Box {
        x,
        y: 0.0,
        width: 10.0,
        height: 10.0,
    };
    LabelRow::new(
        key(&format!("{number:05}.png")),
        Item {
            shape,
            ..Item::classification(id, "objects", "car")
        },
    )
}

pub fn import(source: &str) -> Provenance {
    Provenance {
        made_by: Maker::Import {
            source: source.into(),
        },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

pub fn person(user: &str) -> Provenance {
    Provenance {
        made_by: Maker::Person { user: user.into() },
        ..import("")
    }
}

pub async fn write_pictures(repository: &Repository, numbers: impl Iterator<Item = u32>) {
    pictures(repository, numbers).await.finish().await.unwrap();
}

async fn pictures(repository: &Repository, numbers: impl Iterator<Item = u32>) -> BlobWriter {
    let mut blobs = repository.write_blobs().await.unwrap();
    for number in numbers {
        blobs.put(picture(number)).await.unwrap();
    }
    blobs
}

/// Samples `0..count` in split `train`, each with class `cat` or `dog`.
pub fn pets(count: u32) -> Changes {
    pets_with(count, |_| None)
}

/// As [`pets`], some with another class.
pub fn pets_with(count: u32, named: impl Fn(u32) -> Option<&'static str>) -> Changes {
    let mut changes = Changes::new();
    for number in 0..count {
        changes.upsert_sample(&sample(number, "train")).unwrap();
        let usual = if number % 2 == 0 { "cat" } else { "dog" };
        let name = named(number).unwrap_or(usual);
        changes
            .set_label(&class(number, name), &import("pets"))
            .unwrap();
    }
    changes
}

pub fn request(parents: &[Hash], changes: Changes) -> CommitRequest {
    CommitRequest {
        parents: parents.to_vec(),
        changes,
        author: "ann@example.org".into(),
        message: "test".into(),
        time_ms: 1_700_000_000_000 + parents.len() as i64,
        lineage: Lineage::default(),
    }
}

pub async fn commit(repository: &Repository, parents: &[Hash], changes: Changes) -> CommitOutcome {
    repository.commit(request(parents, changes)).await.unwrap()
}

/// Writes and commits `count` pets and puts the branch `main` there.
pub async fn first_commit(repository: &Repository, count: u32) -> Hash {
    // As an import does it: one index of blobs and nodes.
    let blobs = pictures(repository, 0..count).await;
    let mut changes = pets(count);
    changes.index(&blobs.finish_unindexed().await.unwrap());
    let commit = commit(repository, &[], changes).await.commit;
    move_branch(repository, "main", None, Some(commit)).await;
    commit
}

pub async fn move_branch(
    repository: &Repository,
    name: &str,
    old: Option<Hash>,
    new: Option<Hash>,
) {
    let request = RefMove {
        kind: RefKind::Branch,
        name,
        old,
        new,
        by: "ann",
        cause: "test",
        time_ms: 5,
    };
    repository.compare_and_swap_ref(&request).await.unwrap();
}

/// Everything a version holds, by key.
pub async fn content(
    repository: &Repository,
    commit: &Hash,
) -> BTreeMap<String, (Sample, Vec<LabelRow>)> {
    let version = repository.version(commit).await.unwrap();
    let rows = version.samples(None, usize::MAX).await.unwrap();
    rows.into_iter()
        .map(|(sample, labels)| (sample.key.to_string(), (sample, labels)))
        .collect()
}
