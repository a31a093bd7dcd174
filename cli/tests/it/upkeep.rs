//! Checking and cleaning a store, and how commands end.
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{json, lines, place, strata, text};

/// A store with four pictures on `main`.
fn pictures() -> (tempfile::TempDir, PathBuf) {
    let (folder, store) = place();
    let pictures = folder.path().join("pictures");
    testkit::image_folder(&pictures, &["train"], &["cat", "dog"], 2);
    json(&store, &["import", "--dataset", "pets", text(&pictures)]);
    (folder, store)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_flipped_byte_is_found_wherever_it_is() {
    let (_folder, store) = pictures();
    let clean = json(&store, &["fsck"]);
    assert_eq!(clean["problems"], json!([]));
    assert_eq!(clean["refs"], 1);
    for file in files_below(&store.join("packs")) {
        let sound = std::fs::read(&file).unwrap();
        for at in [sound.len() / 5, sound.len() / 2, sound.len() - 1] {
            let mut flipped = sound.clone();
            flipped[at] ^= 0x10;
            std::fs::write(&file, flipped).unwrap();
            let output = strata(&store, &["--json", "fsck"]);
            assert_eq!(
                output.status.code(),
                Some(1),
                "byte {at} of {}",
                file.display()
            );
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_ne!(report["problems"], json!([]));
            let pack = file.file_stem().unwrap().to_str().unwrap();
            assert!(report["problems"].to_string().contains(pack), "{report}");
        }
        std::fs::write(&file, sound).unwrap();
    }
    assert!(strata(&store, &["fsck"]).status.success());
}

#[test]
fn a_damaged_picture_is_named_by_its_key() {
    let (folder, store) = pictures();
    let cat = std::fs::read(folder.path().join("pictures/train/cat/000.png")).unwrap();
    // Pictures are stored as they are, so their bytes can be found in a pack.
    let (pack, at) = files_below(&store.join("packs"))
        .into_iter()
        .find_map(|file| {
            let bytes = std::fs::read(&file).unwrap();
            let at = bytes.windows(cat.len()).position(|window| window == cat)?;
            Some((file, at))
        })
        .expect("a picture stands in a pack as it is");
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[at + cat.len() / 2] ^= 1;
    std::fs::write(&pack, bytes).unwrap();
    let output = strata(&store, &["fsck"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        lines(&output)
            .iter()
            .any(|line| line.contains("sample train/cat/000.png")),
        "{output:?}"
    );
    let out = folder.path().join("out");
    let checkout = strata(&store, &["checkout", text(&out)]);
    assert_eq!(
        checkout.status.code(),
        Some(1),
        "damaged bytes are never given out"
    );
}

#[test]
fn a_missing_pack_or_commit_is_found() {
    for part in ["packs", "commits"] {
        let (_folder, store) = pictures();
        std::fs::remove_file(files_below(&store.join(part)).remove(0)).unwrap();
        assert_eq!(strata(&store, &["fsck"]).status.code(), Some(1), "{part}");
    }
}

#[test]
fn only_what_no_ref_leads_to_is_collected() {
    let (folder, store) = pictures();
    json(&store, &["branch", "work"]);
    let more = folder.path().join("more");
    std::fs::create_dir_all(more.join("bird")).unwrap();
    for number in 0..3 {
        let name = more.join(format!("bird/{number}.png"));
        std::fs::write(name, testkit::png(30, 20, 200 + number)).unwrap();
    }
    json(&store, &["import", "--branch", "work", text(&more)]);
    json(&store, &["gc", "--grace", "0s"]);
    assert_eq!(json(&store, &["show", "work"])["counts"]["samples"], 7);

    json(&store, &["branch", "--delete", "work"]);
    let before = files_below(&store);
    json(&store, &["gc", "--grace", "0s", "--dry-run"]);
    assert_eq!(files_below(&store), before, "a dry run changes nothing");
    let condemned = json(&store, &["gc", "--grace", "24h"]);
    assert_eq!(
        (&condemned["packs_deleted"], &condemned["commits_deleted"]),
        (&json!(0), &json!(0))
    );
    std::thread::sleep(std::time::Duration::from_millis(20));
    let collected = json(&store, &["gc", "--grace", "0s"]);
    assert_eq!(collected["live_commits"], 1);
    assert!(
        collected["packs_deleted"].as_u64().unwrap() > 0,
        "{collected}"
    );
    assert_eq!(collected["commits_deleted"], 1);
    assert_eq!(json(&store, &["fsck"])["problems"], json!([]));
    let out = folder.path().join("out");
    assert_eq!(json(&store, &["checkout", text(&out)])["samples"], 4);
}

#[test]
fn commands_end_with_0_1_or_2() {
    let (folder, store) = pictures();
    let code = |arguments: &[&str]| strata(&store, arguments).status.code();
    for good in [
        &["--help"][..],
        &["--version"],
        &["log"],
        &["diff", "main", "main"],
    ] {
        assert_eq!(code(good), Some(0), "{good:?}");
    }
    let empty = folder.path().join("empty");
    for failed in [
        &["log", "--ref", "absent"][..],
        &["log", "--ref", "main~9"],
        &["show", "main", "--key", "absent"],
        &["blame", "absent", "--ref", "absent"],
        &["diff", "main", "absent"],
        &["log", "--dataset", "absent"],
        &["log", "--store", text(&empty)],
        &["log", "--store", "ftp://host/x"],
        &["log", "--store", "http://127.0.0.1:1/team"],
        &["checkout", "--where", "label = ", "out"],
    ] {
        let output = strata(&store, failed);
        assert_eq!(output.status.code(), Some(1), "{failed:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with("strata: "), "{failed:?}: {errors}");
    }
    for wrong in [
        &[][..],
        &["nonsense"],
        &["log", "--nonsense"],
        &["diff", "main"],
        &["gc", "--grace", "5"],
        &["merge", "main", "--prefer", "nobody"],
        &["import", "--format", "xml", "--dataset", "d", "x"],
    ] {
        assert_eq!(code(wrong), Some(2), "{wrong:?}");
    }
    let output = strata(&store, &["--json", "log", "--ref", "absent"]);
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], "ref_unknown");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_server_wants_a_token() {
    let (_folder, store) = place();
    let output = strata(&store, &["log", "--store", "http://127.0.0.1:1/team"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("STRATA_TOKEN"), "{errors}");
}
