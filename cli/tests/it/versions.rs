//! History on the command line: commits, refs, differences, merges, and bytes that come back.
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{json, lines, place, strata, text};

/// A store with the dataset `d` on `main`: `a` is pos, `b` is neg.
fn begun() -> (tempfile::TempDir, PathBuf) {
    let (folder, store) = place();
    let first = import(
        &store,
        "main",
        &[("a", "fine", "pos"), ("b", "poor", "neg")],
    );
    assert_eq!(
        (&first["committed"], &first["added"]),
        (&json!(true), &json!(2))
    );
    (folder, store)
}

/// Imports texts to a branch of `d`.
fn import(store: &Path, branch: &str, rows: &[(&str, &str, &str)]) -> Value {
    let file = store.parent().unwrap().join("rows.jsonl");
    std::fs::write(&file, testkit::text_jsonl(rows)).unwrap();
    let path = text(&file);
    let arguments = ["import", "--dataset", "d", "--branch", branch];
    json(store, &[&arguments[..], &["-m", rows[0].1, path]].concat())
}

fn head(store: &Path, reference: &str) -> String {
    let shown = json(store, &["show", reference]);
    shown["hash"].as_str().unwrap().to_owned()
}

fn tree(store: &Path, reference: &str) -> Value {
    json(store, &["show", reference])["tree"].take()
}

fn classes(store: &Path, reference: &str) -> Vec<(String, Value)> {
    ["a", "b", "c", "d"]
        .iter()
        .filter_map(|key| {
            let output = strata(store, &["--json", "show", reference, "--key", key]);
            let shown: Value = serde_json::from_slice(&output.stdout).ok()?;
            Some(((*key).to_owned(), shown["labels"][0]["class"].clone()))
        })
        .collect()
}

#[test]
fn a_folder_gets_another_name_with_its_labels() {
    let (_folder, store) = begun();
    let rows = [("old/a", "one", "pos"), ("old/b", "two", "neg")];
    let file = store.parent().unwrap().join("rows.jsonl");
    std::fs::write(&file, testkit::text_jsonl(&rows)).unwrap();
    json(&store, &["import", "--dataset", "e", text(&file)]);
    let moved = json(&store, &["mv", "--dataset", "e", "old/", "new/place/"]);
    assert_eq!(moved["branch"], "main");
    let shown = ["show", "--dataset", "e", "main", "--key", "new/place/b"];
    assert_eq!(json(&store, &shown)["labels"][0]["class"], "neg");
    let refused = strata(&store, &["mv", "--dataset", "e", "old/", "other/"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn history_is_told_as_it_was_made() {
    let (_folder, store) = begun();
    let second = import(&store, "main", &[("a", "fine", "neg"), ("c", "new", "pos")]);
    assert_eq!(
        (&second["added"], &second["updated"]),
        (&json!(1), &json!(0))
    );
    let again = import(&store, "main", &[("a", "fine", "neg"), ("c", "new", "pos")]);
    assert_eq!(again["committed"], false);
    assert_eq!(again["commit"], second["commit"]);

    let log = json(&store, &["log"]);
    let told = |n: usize, field: &str| log[n][field].clone();
    assert_eq!(log.as_array().unwrap().len(), 2);
    assert_eq!(told(0, "hash"), second["commit"]);
    assert_eq!(told(0, "parents"), json!([told(1, "hash")]));
    assert_eq!(told(1, "counts"), json!({"samples": 2, "labels": 2}));
    assert_eq!(
        json(&store, &["log", "-n", "1"]).as_array().unwrap().len(),
        1
    );
    assert_eq!(
        json(&store, &["log", "--ref", "main~1"])[0]["hash"],
        told(1, "hash")
    );

    let short = &second["commit"].as_str().unwrap()[..12];
    let shown = json(&store, &["show", short]);
    assert_eq!(shown["stat"]["labels_changed"], 1);
    assert_eq!(shown["stat"]["samples_added"], 1);
    let blames = json(&store, &["blame", "a"]);
    assert_eq!(blames[0]["commit"], second["commit"]);
    assert_eq!(blames[0]["provenance"]["made_by"]["kind"], "import");
    assert_eq!(json(&store, &["blame", "b"])[0]["commit"], told(1, "hash"));
}

#[test]
fn differences_are_counted_and_listed() {
    let (_folder, store) = begun();
    import(
        &store,
        "main",
        &[
            ("a", "fine", "neg"),
            ("b", "other", "neg"),
            ("c", "new", "pos"),
        ],
    );
    let stat = json(&store, &["diff", "main~1", "main", "--stat"])["stat"].take();
    assert_eq!(
        stat,
        json!({"samples_added": 1, "samples_removed": 0, "samples_changed": 1,
            "labels_added": 1, "labels_removed": 0, "labels_changed": 1})
    );
    let output = strata(&store, &["diff", "main~1", "main", "--stat"]);
    assert_eq!(lines(&output), ["samples +1 -0 ~1, labels +1 -0 ~1"]);

    let output = strata(&store, &["--json", "diff", "main~1", "main"]);
    let mut kinds: Vec<_> = lines(&output)
        .iter()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            format!(
                "{} {}",
                event["key"].as_str().unwrap(),
                event["kind"].as_str().unwrap()
            )
        })
        .collect();
    kinds.sort();
    assert_eq!(
        kinds,
        [
            "a class_changed",
            "b field_changed",
            "c label_added",
            "c sample_added"
        ]
    );
    let back = strata(&store, &["diff", "main", "main~1"]);
    assert!(lines(&back).contains(&"- c".to_owned()), "{back:?}");
    assert!(
        lines(&back).contains(&"~ a  label/class: neg -> pos".to_owned()),
        "{back:?}"
    );
    assert!(lines(&strata(&store, &["diff", "main", "main"])).is_empty());
}

#[test]
fn branches_and_tags_are_made_once_and_deleted_once() {
    let (_folder, store) = begun();
    let main = head(&store, "main");
    json(&store, &["branch", "work/one"]);
    json(&store, &["tag", "v1", "main"]);
    import(&store, "main", &[("c", "new", "pos")]);
    assert_eq!(head(&store, "work/one"), main);
    assert_eq!(head(&store, "v1"), main);
    assert_eq!(head(&store, "main~1"), main);
    let branches = json(&store, &["branch"]);
    let names: Vec<_> = branches
        .as_array()
        .unwrap()
        .iter()
        .map(|b| &b["name"])
        .collect();
    assert_eq!(names, ["main", "work/one"]);
    assert_eq!(json(&store, &["tag"])[0]["commit"], json!(main));
    for refused in [
        &["branch", "work/one"][..],
        &["tag", "v1"],
        &["branch", "--delete", "absent"],
        &["branch", "no good name"],
        &["branch", "next", "nowhere"],
    ] {
        assert_eq!(
            strata(&store, refused).status.code(),
            Some(1),
            "{refused:?}"
        );
    }
    json(&store, &["branch", "--delete", "work/one"]);
    json(&store, &["tag", "-d", "v1"]);
    assert_eq!(strata(&store, &["show", "v1"]).status.code(), Some(1));
    assert_eq!(json(&store, &["branch"]).as_array().unwrap().len(), 1);
}

#[test]
fn merges_go_forward_or_join() {
    let (_folder, store) = begun();
    json(&store, &["branch", "work"]);
    import(&store, "work", &[("c", "new", "pos")]);
    let merged = json(&store, &["merge", "work"]);
    assert_eq!(merged["outcome"], "fast_forward");
    assert_eq!(head(&store, "main"), head(&store, "work"));
    assert_eq!(json(&store, &["merge", "work"])["outcome"], "up_to_date");

    import(&store, "work", &[("a", "fine", "neg")]);
    import(
        &store,
        "main",
        &[("b", "poor", "pos"), ("d", "more", "pos")],
    );
    let merged = json(&store, &["merge", "work", "-m", "join"]);
    assert_eq!(merged["outcome"], "merged");
    let shown = json(&store, &["show", "main"]);
    assert_eq!(shown["parents"].as_array().unwrap().len(), 2);
    assert_eq!(shown["message"], "join");
    let pairs = |list: [(&str, &str); 4]| list.map(|(key, class)| (key.to_owned(), json!(class)));
    assert_eq!(
        classes(&store, "main"),
        pairs([("a", "neg"), ("b", "pos"), ("c", "pos"), ("d", "pos")])
    );
}

#[test]
fn a_conflict_changes_nothing_until_a_side_is_preferred() {
    let (_folder, store) = begun();
    json(&store, &["branch", "work"]);
    import(&store, "work", &[("a", "fine", "neg")]);
    import(&store, "main", &[("a", "fine", "mixed")]);
    let before = head(&store, "main");
    let output = strata(&store, &["--json", "merge", "work"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["outcome"], "conflicts");
    assert_eq!(told["conflicts"][0]["key"], "a");
    assert_eq!(head(&store, "main"), before);
    json(&store, &["merge", "work", "--prefer", "theirs"]);
    assert_eq!(classes(&store, "main")[0].1, "neg");
}

#[test]
fn a_revert_gives_the_tree_from_before() {
    let (_folder, store) = begun();
    import(&store, "main", &[("a", "fine", "neg"), ("c", "new", "pos")]);
    let before = tree(&store, "main~1");
    json(&store, &["revert", "main"]);
    assert_eq!(tree(&store, "main"), before);
    assert_eq!(json(&store, &["log"]).as_array().unwrap().len(), 3);
    // Undoing the undoing.
    json(&store, &["revert", "main"]);
    assert_eq!(tree(&store, "main"), tree(&store, "main~2"));
    let first = strata(&store, &["revert", "main~3"]);
    assert_eq!(
        first.status.code(),
        Some(1),
        "the first commit has nothing before it"
    );
}

#[test]
fn each_version_checks_out_with_its_own_bytes() {
    let (folder, store) = place();
    let pictures = folder.path().join("pictures");
    testkit::image_folder(&pictures, &["train"], &["cat", "dog"], 2);
    let import = ["import", "--dataset", "pets", text(&pictures)];
    json(&store, &import);
    let changed = pictures.join("train/cat/000.png");
    let old = std::fs::read(&changed).unwrap();
    std::fs::write(&changed, testkit::png(20, 10, 200)).unwrap();
    assert_eq!(json(&store, &import)["updated"], 1);

    for (reference, cat) in [("main~1", old), ("main", std::fs::read(&changed).unwrap())] {
        let out = folder.path().join(reference);
        let checkout = ["checkout", "--ref", reference, text(&out)];
        assert_eq!(json(&store, &checkout)["samples"], 4);
        assert_eq!(std::fs::read(out.join("train/cat/000.png")).unwrap(), cat);
        for same in [
            "train/cat/001.png",
            "train/dog/000.png",
            "train/dog/001.png",
        ] {
            let (is, was) = (out.join(same), pictures.join(same));
            assert_eq!(std::fs::read(is).unwrap(), std::fs::read(was).unwrap());
        }
        let about = std::fs::read_to_string(out.join("samples.jsonl")).unwrap();
        assert_eq!(about.lines().count(), 4);
        assert_eq!(
            strata(&store, &checkout).status.code(),
            Some(1),
            "it overwrites nothing"
        );
    }
    let cats = folder.path().join("cats");
    let some = ["checkout", "--where", "label = 'cat'", text(&cats)];
    assert_eq!(json(&store, &some)["samples"], 2);
    assert!(!cats.join("train/dog").exists());
}

#[test]
fn the_tree_does_not_know_the_order_of_imports() {
    let rows = [
        ("a", "fine", "pos"),
        ("b", "poor", "neg"),
        ("c", "new", "pos"),
    ];
    let trees = [[0, 1, 2], [2, 0, 1]].map(|order| {
        let (_folder, store) = place();
        for n in order {
            import(&store, "main", &rows[n..=n]);
        }
        tree(&store, "main")
    });
    assert_eq!(trees[0], trees[1]);
    let (_folder, store) = place();
    assert_eq!(import(&store, "main", &rows)["tree"], trees[0]);
}
