//! The stored formats, byte for byte: a store written today is the one in `tests/golden`.
//!
//! To accept new bytes, move that folder aside, to be read as long as the format's version is read, and run the test, which
//! writes it and fails once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use version_store::{Changes, RefKind, Store, StoreOptions};

use crate::builder::*;

/// Stores that were written otherwise, in the same formats: before ADR 0014 nodes were compressed at another level.
const EARLIER: [&str; 1] = ["store_before_0014"];

fn golden_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn golden() -> PathBuf {
    golden_of("store")
}

fn read_all(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.file_name().unwrap().to_string_lossy().starts_with('.') {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

async fn write(repository: &version_store::Repository) {
    let first = first_commit(repository, 40).await;
    write_pictures(repository, 40..42).await;
    let mut changes = Changes::new();
    let mut long = sample(41, "test");
    long.fields = [(
        "text".into(),
        dataset::Field::Inline("long ".repeat(300).into()),
    )]
    .into();
    changes.upsert_sample(&long).unwrap();
    changes
        .set_label(&boxed(3, "b1", 1.5), &person("bob@example.org"))
        .unwrap();
    let second = commit(repository, &[first], changes).await.commit;
    move_branch(repository, "main", Some(first), Some(second)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stored_formats_are_those_of_the_golden_files() {
    let fixture = fixture().await;
    write(&fixture.repository).await;
    let written = read_all(Path::new(&fixture.url));
    if !golden().exists() {
        for (name, bytes) in &written {
            let path = golden().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        panic!("the golden files were written anew: look at them and commit them");
    }
    let expected = read_all(&golden());
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &written {
        assert_eq!(bytes, &expected[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_golden_stores_can_be_read() {
    for name in EARLIER.into_iter().chain(["store"]) {
        can_be_read(&golden_of(name)).await;
    }
}

async fn can_be_read(store: &Path) {
    let url = store.display().to_string();
    let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    let repository = store.repository("pets").unwrap();
    let head = repository
        .read_ref(RefKind::Branch, "main")
        .await
        .unwrap()
        .unwrap();
    let version = repository.version(&head).await.unwrap();
    assert_eq!(version.sample_count(), 41);
    assert_eq!(
        version.labels("00003.png").await.unwrap(),
        [class(3, "dog"), boxed(3, "b1", 1.5)]
    );
}
