//! What a trainer is told when bytes are not what they should be.

use std::path::PathBuf;

use loader::{Dataset, LoaderOptions, OpenOptions, Verify, Worker};

use crate::stores::{block_on, key, record, write};

/// The pack that holds a record, and where.
fn find(folder: &std::path::Path, wanted: &[u8]) -> (PathBuf, usize) {
    let mut folders = vec![folder.join("packs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(at) = std::fs::read(&path)
                .unwrap()
                .windows(wanted.len())
                .position(|w| w == wanted)
            {
                return (path, at);
            }
        }
    }
    panic!("no pack holds the record");
}

#[test]
fn a_flipped_byte_is_an_error_that_names_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().to_str().unwrap();
    block_on(write(url, &Default::default()));
    let (pack, at) = find(folder.path(), &record(20));
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[at + 3] ^= 1;
    std::fs::remove_file(&pack).unwrap();
    std::fs::write(&pack, bytes).unwrap();

    let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
    let loader = dataset.loader(LoaderOptions::new(8)).unwrap();
    let results: Vec<_> = loader.iterate(Worker::default()).unwrap().collect();
    assert_eq!(results.len(), 3);
    let error = results.into_iter().find_map(Result::err).unwrap();
    assert_eq!(error.code(), "blob_damaged");
    let text = error.to_string();
    assert!(
        text.contains(&key(20)) && text.contains(pack.file_stem().unwrap().to_str().unwrap()),
        "{text}"
    );
    assert_eq!((loader.state().epoch, loader.state().position), (0, 16));

    let trusting = OpenOptions {
        verify: Verify::Never,
        ..OpenOptions::new(url)
    };
    assert!(
        Dataset::open(trusting)
            .unwrap()
            .rows(&[20], None, Default::default())
            .is_ok()
    );
}

#[test]
fn a_pack_that_is_gone_or_cut_short_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().to_str().unwrap();
    block_on(write(url, &Default::default()));
    let (pack, at) = find(folder.path(), &record(20));
    let bytes = std::fs::read(&pack).unwrap();
    std::fs::remove_file(&pack).unwrap();
    for cut in [None, Some(at + 3)] {
        if let Some(cut) = cut {
            std::fs::write(&pack, &bytes[..cut]).unwrap();
        }
        let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
        let error = dataset.rows(&[20], None, Default::default()).unwrap_err();
        assert_eq!(error.code(), "blob_damaged", "{error}");
        assert!(error.to_string().contains(&key(20)), "{error}");
    }
}

#[test]
fn an_iteration_can_be_left_at_any_time() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().to_str().unwrap();
    block_on(write(url, &Default::default()));
    let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
    for taken in 0..5 {
        let loader = dataset.loader(LoaderOptions::new(3)).unwrap();
        let mut running = loader.iterate(Worker::default()).unwrap();
        for _ in 0..taken {
            running.by_ref().next().unwrap().unwrap();
        }
        drop(running);
        assert_eq!(loader.state().position, taken * 3);
    }
}
