//! Damaged stores: a named error and never a wrong byte; fsck says what is hurt.

use std::path::PathBuf;

use version_store::{Changes, Error, Store, StoreOptions};

use crate::builder::*;

async fn reopen(url: &str) -> Store {
    Store::open(url, &StoreOptions::default()).await.unwrap()
}

fn files(fixture: &Fixture) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(&fixture.url)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_store_has_no_problems() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let first = first_commit(&repository, 700).await;
    let mut changes = Changes::new();
    for number in (0..700).step_by(9) {
        changes
            .set_label(&boxed(number, "b", 1.0), &person("bob"))
            .unwrap();
    }
    let second = commit(&repository, &[first], changes).await.commit;
    move_branch(&repository, "main", Some(first), Some(second)).await;
    for fast in [true, false] {
        let report = repository.store().fsck(fast, |_, _| {}).await.unwrap();
        assert_eq!(report.problems, []);
        assert_eq!((report.refs, report.commits), (1, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fsck_finds_every_flipped_bit_and_every_missing_and_short_file() {
    let fixture = fixture().await;
    first_commit(&fixture.repository, 2).await;
    for file in files(&fixture) {
        let good = std::fs::read(&file).unwrap();
        // `damage_everywhere` flips every bit, in memory; here files are hurt.
        for at in (0..good.len()).step_by(11) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            std::fs::write(&file, &bad).unwrap();
            let found = match Store::open(&fixture.url, &StoreOptions::default()).await {
                Ok(store) => store
                    .fsck(false, |_, _| {})
                    .await
                    .is_ok_and(|report| report.problems.is_empty()),
                Err(_) => false,
            };
            assert!(!found, "byte {at} of {} of {}", good.len(), file.display());
        }
        for length in [0, good.len() / 2, good.len() - 1] {
            std::fs::write(&file, &good[..length]).unwrap();
            let found = match Store::open(&fixture.url, &StoreOptions::default()).await {
                Ok(store) => store
                    .fsck(false, |_, _| {})
                    .await
                    .is_ok_and(|report| report.problems.is_empty()),
                Err(_) => false,
            };
            assert!(!found, "{} cut to {length}", file.display());
        }
        std::fs::write(&file, &good).unwrap();
    }
    assert_eq!(
        reopen(&fixture.url)
            .await
            .fsck(false, |_, _| {})
            .await
            .unwrap()
            .problems,
        []
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named_with_the_sample_and_never_served() {
    let fixture = fixture().await;
    let head = first_commit(&fixture.repository, 30).await;
    let hash = ids::Hash::of(&picture(7));
    let location = fixture.repository.store().locate(&hash).await.unwrap();
    let name = location.pack.to_string();
    let pack = PathBuf::from(&fixture.url).join(format!("packs/{}/{name}.pack", &name[..2]));
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[location.offset as usize + 12] ^= 4;
    std::fs::write(&pack, bytes).unwrap();

    let store = reopen(&fixture.url).await;
    assert!(matches!(
        store.blob(&hash).await,
        Err(Error::Damaged { .. })
    ));
    let report = store.fsck(false, |_, _| {}).await.unwrap();
    let hurt: Vec<_> = report
        .problems
        .iter()
        .filter(|problem| problem.key.is_some())
        .collect();
    assert_eq!(hurt.len(), 1, "{report:?}");
    assert_eq!(
        (hurt[0].key.as_deref(), hurt[0].commit),
        (Some("00007.png"), Some(head))
    );
    assert_eq!(hurt[0].dataset.as_deref(), Some("pets"));

    std::fs::remove_file(&pack).unwrap();
    assert!(matches!(
        store.blob(&hash).await,
        Err(Error::Missing { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_and_older_stores_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().display().to_string();
    for (version, code) in [(1, "store_format_older"), (3, "store_format_newer")] {
        let marker = format!(r#"{{"format":"strata","version":{version}}}"#);
        std::fs::write(folder.path().join("strata.json"), marker).unwrap();
        let error = Store::open(&url, &StoreOptions::default())
            .await
            .unwrap_err();
        assert_eq!(error.code(), code);
    }
    let error = Store::open(&format!("{url}/none"), &StoreOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "store_missing");
}
