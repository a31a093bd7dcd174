//! Stores with small datasets, made with the version store.

use std::collections::BTreeMap;

use annotation::{Item, Maker, Provenance, Shape};
use blob_store::StoreAccess;
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use serde_json::json;
use version_store::{BlobWriter, Changes, CommitRequest, Lineage, RefKind, Store, StoreOptions};

/// Samples in each dataset.
pub(crate) const SAMPLES: usize = 100;

/// Runs a future on a runtime of its own.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// The key of a sample.
pub(crate) fn key(number: usize) -> String {
    format!("s{number:03}")
}

/// The 12-byte record of a sample.
pub(crate) fn record(number: usize) -> Vec<u8> {
    (0..12).map(|at| (number * 31 + at * 7) as u8).collect()
}

/// A text that compresses, of a length of its own.
pub(crate) fn text(number: usize) -> String {
    format!("{number} {}", "lorem ipsum ".repeat(20 + number))
}

/// Writes the dataset `d` with the branch `main`: records, texts as blobs, scalars, boxes, one and many classes.
pub(crate) async fn write(url: &str, access: &StoreAccess) {
    // Small packs, so that batches are read from several.
    let options = StoreOptions {
        access: access.clone(),
        pack_bytes: 2048,
        ..StoreOptions::default()
    };
    write_into(Store::init(url, &options).await.unwrap()).await;
}

/// As [`write`], into a store that is open.
pub(crate) async fn write_into(store: Store) {
    let repository = store.repository("d").unwrap();
    let mut blobs = repository.write_blobs().await.unwrap();
    let mut changes = Changes::new();
    for number in 0..SAMPLES {
        let sample = sample(number, &mut blobs).await;
        changes.upsert_sample(&sample).unwrap();
        for item in items(number) {
            let row = LabelRow::new(sample.key.clone(), item);
            changes.set_label(&row, &provenance()).unwrap();
        }
    }
    blobs.finish().await.unwrap();
    let request = CommitRequest {
        parents: vec![],
        changes,
        author: "test".to_owned(),
        message: "test".to_owned(),
        time_ms: 0,
        lineage: Lineage::default(),
    };
    let commit = repository.commit(request).await.unwrap().commit;
    repository
        .put_mirror_ref(RefKind::Branch, "main", Some(commit), 0)
        .await
        .unwrap();
}

async fn sample(number: usize, blobs: &mut BlobWriter) -> Sample {
    let mut blob = async |bytes: Vec<u8>, media_type: &str| {
        let written = blobs.put(bytes.into()).await.unwrap();
        let (hash, bytes) = (written.hash, written.bytes);
        Field::Blob(BlobField {
            hash,
            media_type: media_type.to_owned(),
            bytes,
            width: None,
            height: None,
        })
    };
    let mut fields = BTreeMap::from([
        (
            "record".to_owned(),
            blob(record(number), "application/octet-stream").await,
        ),
        (
            "text".to_owned(),
            blob(text(number).into_bytes(), "text/plain").await,
        ),
        ("number".to_owned(), Field::Inline(json!(number))),
    ]);
    if number.is_multiple_of(2) {
        fields.insert("even".to_owned(), Field::Inline(json!(number)));
    }
    Sample {
        key: SampleKey::new(key(number)).unwrap(),
        fields,
        metadata: BTreeMap::from([("source".to_owned(), json!(format!("cam-{}", number % 3)))]),
        split: Some(
            if number.is_multiple_of(5) {
                "test"
            } else {
                "train"
            }
            .to_owned(),
        ),
    }
}

fn items(number: usize) -> Vec<Item> {
    let mut items = Vec::new();
    if number % 4 != 3 {
        items.push(Item::classification(
            "c",
            "label",
            ["zebra", "ape", "cat"][number % 3],
        ));
    }
    for tag in 0..number % 3 {
        items.push(Item::classification(
            &format!("t{tag}"),
            "tags",
            ["red", "blue"][tag],
        ));
    }
    for at in 0..number % 4 {
        let shape = Shape::Box {
            x: at as f64,
            y: number as f64,
            width: 2.5,
            height: 3.0,
        };
        items.push(Item {
            shape,
            ..Item::classification(&format!("b{at}"), "objects", "thing")
        });
    }
    items
}

fn provenance() -> Provenance {
    Provenance {
        made_by: Maker::Import {
            source: "test".to_owned(),
        },
        standard: None,
        at: "2026-01-01T00:00:00Z".to_owned(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}
