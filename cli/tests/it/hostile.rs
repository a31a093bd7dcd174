//! Keys that would lead out of a checkout, or fall on each other, and what lies in its folder already.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{json, place, strata, text};

/// Keys that no folder may take as they are. All of them are keys that a sample may have.
const HOSTILE: [&str; 44] = [
    "../outside",
    "../../outside",
    "a/../../outside",
    "/absolute",
    "//absolute",
    "a//b",
    "a/",
    "/",
    ".",
    "..",
    "...",
    "a/./b",
    "a/..",
    "~/home",
    ".git/hooks/post-checkout",
    ".strata-part-0",
    ".samples.jsonl.part",
    "samples.jsonl",
    "SAMPLES.JSONL",
    "back\\..\\..\\slash",
    "\\\\server\\share",
    "C:",
    "C:/Windows/x",
    "c:\\Windows\\x",
    "file:stream",
    "Case",
    "case",
    "CASE/below",
    "stra\u{df}e",
    "STRASSE",
    "e\u{301}",
    "\u{e9}",
    "\u{c9}",
    "both",
    "both/below",
    "nul",
    "NUL.txt",
    "com1/x",
    "aux.",
    "trailing ",
    "trailing.",
    "trailing",
    "%2E%2E/x",
    "\u{202e}gnp.exe",
];

/// A checkout whose samples have these keys and a file each, as somebody may send one.
fn sent(folder: &Path, keys: &[&str]) -> PathBuf {
    let sent = folder.join("sent");
    std::fs::create_dir_all(&sent).unwrap();
    let mut lines = String::new();
    for (number, key) in keys.iter().enumerate() {
        let file = format!("f{number}");
        std::fs::write(sent.join(&file), format!("bytes {number}")).unwrap();
        let field = json!({"file": file, "media_type": "application/octet-stream"});
        lines += &json!({"key": key, "fields": {"file": field}}).to_string();
        lines.push('\n');
    }
    std::fs::write(sent.join("samples.jsonl"), lines).unwrap();
    sent
}

fn import(store: &Path, sent: &Path) -> Value {
    json(
        store,
        &[
            "import",
            "--dataset",
            "d",
            "--format",
            "checkout",
            text(sent),
        ],
    )
}

fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.symlink_metadata().unwrap().is_dir() {
            found.extend(below(&path));
        } else {
            found.insert(path);
        }
    }
    found
}

/// What others compare: names without case and without a difference between Unicode's forms that we use here.
fn as_others_see(path: &Path) -> String {
    let text = path
        .to_str()
        .unwrap()
        .to_uppercase()
        .replace("E\u{301}", "\u{c9}");
    text.to_lowercase()
}

#[test]
fn hostile_keys_stay_in_the_folder_and_come_back() {
    let (folder, store) = place();
    let sent = sent(folder.path(), &HOSTILE);
    let imported = import(&store, &sent);
    assert_eq!(
        (&imported["samples"], &imported["refused"]),
        (&json!(HOSTILE.len()), &json!(0))
    );

    let around = folder.path().join("around");
    let out = around.join("deep/out");
    let told = json(&store, &["checkout", text(&out)]);
    assert_eq!(
        (&told["samples"], &told["refused"]),
        (&json!(HOSTILE.len()), &json!(0))
    );
    let files = below(&around);
    assert!(files.iter().all(|file| file.starts_with(&out)), "{files:?}");
    assert_eq!(files.len(), HOSTILE.len() + 1);
    let seen: BTreeSet<String> = files.iter().map(|file| as_others_see(file)).collect();
    assert_eq!(seen.len(), files.len(), "two names are one elsewhere");
    for file in &files {
        for part in file.strip_prefix(&out).unwrap().iter() {
            let part = part.to_str().unwrap();
            let is_plain = !part.starts_with('.') && !part.ends_with(['.', ' ']);
            assert!(is_plain && !part.contains('\\'), "{part:?}");
            let stem = part.split('.').next().unwrap().to_ascii_lowercase();
            assert!(
                !["nul", "aux", "com1", "c:"].contains(&stem.as_str()),
                "{part:?}"
            );
        }
    }
    // Every key has its own bytes, and an import of the folder changes nothing.
    let about = std::fs::read_to_string(out.join("samples.jsonl")).unwrap();
    for line in about.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let number = HOSTILE.iter().position(|key| line["key"] == *key).unwrap();
        let file = line["fields"]["file"]["file"].as_str().unwrap();
        let bytes = std::fs::read_to_string(out.join(file)).unwrap();
        assert_eq!(bytes, format!("bytes {number}"));
    }
    assert_eq!(
        json(&store, &["import", text(&out)])["committed"],
        json!(false)
    );
}

#[test]
fn keys_that_no_sample_and_no_file_can_have_are_refused_alone() {
    let (folder, store) = place();
    let long = "x".repeat(300);
    let deep = "d/".repeat(500) + "x";
    let sent = sent(
        folder.path(),
        &[
            "good",
            "bell\u{7}",
            "line\nend",
            "zero\0",
            "",
            &"y".repeat(1025),
            &long,
            &deep,
        ],
    );
    let imported = import(&store, &sent);
    assert_eq!(
        (&imported["samples"], &imported["refused"]),
        (&json!(3), &json!(5))
    );
    let out = folder.path().join("out");
    let told = json(&store, &["checkout", text(&out)]);
    assert_eq!((&told["samples"], &told["refused"]), (&json!(2), &json!(1)));
    assert_eq!(told["refusals"][0]["code"], "name_too_long");
    assert_eq!(told["refusals"][0]["path"], json!(long));
    assert_eq!(std::fs::read(out.join("good")).unwrap(), b"bytes 0");
}

#[test]
fn links_in_the_folder_lead_nowhere() {
    let (folder, store) = place();
    let keys = [
        "into/x",
        "file",
        "samples.jsonl.part",
        "deep/into/y",
        "last",
    ];
    let sent = sent(folder.path(), &keys);
    import(&store, &sent);
    let (out, outside) = (folder.path().join("out"), folder.path().join("outside"));
    std::fs::create_dir_all(out.join("deep")).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    let secret = outside.join("secret");
    std::fs::write(&secret, "as it was").unwrap();
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, out.join(name)).unwrap();
    link(&outside, "into");
    link(&outside, "deep/into");
    link(&secret, "file");
    link(&secret, "samples.jsonl");
    link(&secret, ".samples.jsonl.part");
    link(&outside.join("new"), "last");

    let output = strata(&store, &["--json", "checkout", text(&out)]);
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], "folder_not_empty");

    let told = json(&store, &["checkout", "--force", text(&out)]);
    assert_eq!((&told["samples"], &told["refused"]), (&json!(3), &json!(2)));
    let codes = told["refusals"].as_array().unwrap().iter();
    assert!(
        codes
            .clone()
            .all(|refusal| refusal["code"] == "file_unwritable"),
        "{told}"
    );
    assert_eq!(std::fs::read(&secret).unwrap(), b"as it was");
    assert_eq!(below(&outside), [secret].into());
    for written in ["file", "last", "samples.jsonl"] {
        assert!(
            out.join(written).symlink_metadata().unwrap().is_file(),
            "{written}"
        );
    }
}
