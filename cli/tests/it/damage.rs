//! Objects of a store that are gone, cut short or another's: what `fsck` and readers say, and how they end.
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{json, place, strata, text};

/// A store with two commits, of which the second has a change segment; rules and a report of a gate.
fn store() -> (tempfile::TempDir, PathBuf) {
    let (folder, store) = place();
    let pictures = folder.path().join("pictures");
    testkit::image_folder(&pictures, &["train"], &["cat", "dog"], 2);
    json(&store, &["import", "--dataset", "pets", text(&pictures)]);
    json(&store, &["mv", "train/cat", "train/lynx"]);
    (folder, store)
}

fn objects(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match path.is_dir() {
            _ if name.starts_with('.') => {}
            true => found.extend(objects(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// The code of each problem that `fsck` told, or that of the error for which it could not begin.
fn codes_of_fsck(store: &Path, story: &str) -> Vec<String> {
    let output = strata(store, &["--json", "fsck"]);
    let code = output.status.code();
    if output.stdout.is_empty() {
        return vec![code_of(&output, story)];
    }
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(code, Some(i32::from(!problems.is_empty())), "{story}");
    let codes = problems
        .iter()
        .map(|problem| problem["code"].as_str().unwrap().to_owned());
    codes.collect()
}

/// The code of the error with which a command failed.
fn code_of(output: &std::process::Output, story: &str) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{story}: {errors}");
    let error: Value =
        serde_json::from_str(errors.trim()).unwrap_or_else(|_| panic!("{story}: {errors}"));
    let code = error["code"].as_str();
    code.unwrap_or_else(|| panic!("{story}: no code in {errors}"))
        .to_owned()
}

/// Damages an object in each way, looks what is said, and puts it back.
fn damage(store: &Path, path: &Path, others: &[PathBuf], folder: &Path, truth: &str) {
    let sound = std::fs::read(path).unwrap();
    let kind = path.strip_prefix(store).unwrap().iter().next().unwrap();
    let kind = kind.to_str().unwrap();
    let other = others.iter().find(|other| {
        let same_kind = other.strip_prefix(store).unwrap().starts_with(kind);
        same_kind && *other != path
    });
    let mut ways: Vec<(&str, Option<Vec<u8>>)> = vec![
        ("is gone", None),
        ("is cut short", Some(sound[..sound.len() / 2].to_vec())),
        ("is empty", Some(Vec::new())),
    ];
    ways.extend(other.map(|other| ("is another", Some(std::fs::read(other).unwrap()))));
    for (way, bytes) in ways {
        match bytes {
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
            None => std::fs::remove_file(path).unwrap(),
        }
        let story = format!("{} {way}", path.strip_prefix(store).unwrap().display());
        let codes = codes_of_fsck(store, &story);
        assert!(!codes.is_empty(), "{story}, and fsck does not say so");
        let named = [
            "store_damaged",
            "store_content_missing",
            "store_missing",
            "store_object_not_found",
            // A pack read as an index, and the like.
            "store_format_newer",
        ];
        assert!(
            codes.iter().all(|code| named.contains(&code.as_str())),
            "{story}: {codes:?}"
        );

        let out = folder.join("out");
        let output = strata(
            store,
            &["--json", "checkout", "--dataset", "pets", text(&out)],
        );
        match output.status.success() {
            true => assert_eq!(
                std::fs::read_to_string(out.join("samples.jsonl")).unwrap(),
                truth,
                "{story}"
            ),
            false => {
                let code = code_of(&output, &story);
                let is_named = named.contains(&code.as_str()) || code == "ref_unknown";
                assert!(is_named, "{story}: {code}");
            }
        }
        let _ = std::fs::remove_dir_all(&out);
        std::fs::write(path, &sound).unwrap();
    }
}

#[test]
fn what_is_gone_cut_short_or_another_is_named_and_never_served() {
    let (folder, store) = store();
    let out = folder.path().join("truth");
    json(&store, &["checkout", text(&out)]);
    let truth = std::fs::read_to_string(out.join("samples.jsonl")).unwrap();
    let all = objects(&store);
    let folders = [
        "packs",
        "index",
        "segments",
        "commits",
        "refs",
        "reflog",
        "strata.json",
    ];
    for kind in folders {
        assert!(
            all.iter()
                .any(|path| path.strip_prefix(&store).unwrap().starts_with(kind)),
            "{kind}"
        );
    }
    for path in &all {
        damage(&store, path, &all, folder.path(), &truth);
    }
    assert!(strata(&store, &["fsck"]).status.success());
}
