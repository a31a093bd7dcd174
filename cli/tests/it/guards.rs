//! Protected branches and gates on the command line.
use std::path::Path;

use serde_json::{Value, json};

use crate::{json, lines, place, strata, text};

/// Imports texts to a branch of `d`; what the command said.
fn import(store: &Path, branch: &str, rows: &[(&str, &str, &str)]) -> std::process::Output {
    let file = store.parent().unwrap().join("rows.jsonl");
    std::fs::write(&file, testkit::text_jsonl(rows)).unwrap();
    let arguments = ["--json", "import", "--dataset", "d", "--branch", branch];
    strata(store, &[&arguments[..], &[text(&file)]].concat())
}

#[test]
fn a_rule_divides_what_has_no_split() {
    let (_folder, store) = place();
    let rows: Vec<String> = (0..200).map(|n| format!("k{n:03}")).collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|key| (key.as_str(), key.as_str(), "pos"))
        .collect();
    assert!(import(&store, "main", &rows[..100]).status.success());
    assert_eq!(json(&store, &["split"])["rule"], Value::Null);
    let set = json(&store, &["split", "train=8", "test=2", "--salt", "s"]);
    assert_eq!(
        set["rule"]["buckets"][0],
        json!({"split": "train", "below": 800_000})
    );
    let splits = || -> Vec<(Value, Value)> {
        let stats = json(&store, &["stats"]);
        let all = stats["splits"].as_array().unwrap().clone();
        all.into_iter()
            .map(|split| (split["split"].clone(), split["count"].clone()))
            .collect()
    };
    let before = splits();
    assert!(
        before
            .iter()
            .any(|(name, count)| *name == "train" && count.as_u64() > Some(65)),
        "{before:?}"
    );
    // The second import of the same data changes nothing, although its rows name no split.
    let again: Value =
        serde_json::from_slice(&import(&store, "main", &rows[..100]).stdout).unwrap();
    assert_eq!(again["committed"], false);
    let shown = json(&store, &["show", "main", "--key", "k000"]);
    assert!(import(&store, "main", &rows).status.success());
    assert_eq!(
        json(&store, &["show", "main", "--key", "k000"])["sample"]["split"],
        shown["sample"]["split"]
    );
    let again = json(&store, &["split", "train=8", "test=2", "--salt", "s"]);
    assert_eq!(again["committed"], false);
    let none = json(&store, &["split", "--remove"]);
    assert_eq!(
        (&none["committed"], &none["rule"]),
        (&json!(true), &Value::Null)
    );
    assert!(!strata(&store, &["split", "train=x"]).status.success());
}

#[test]
fn an_erased_text_is_gone_and_stays_away() {
    let (_folder, store) = place();
    let rows = [("a", "keep me", "pos"), ("b", "forget-me-4711", "neg")];
    assert!(import(&store, "main", &rows).status.success());
    let would = json(&store, &["erase", "b", "--reason", "asked", "--dry-run"]);
    assert_eq!(
        (&would["keys"], &would["packs_rewritten"]),
        (&json!(1), &json!(0))
    );
    let erased = json(
        &store,
        &["erase", "b", "--reason", "asked", "--author", "ann"],
    );
    assert_eq!(erased["keys"], 1);
    assert!(!strata(&store, &["erase", "b"]).status.success());
    let shown = strata(&store, &["--json", "show", "main", "--key", "b"]);
    let said: Value = serde_json::from_slice(&shown.stderr).unwrap();
    assert_eq!(said["code"], "content_erased");
    assert_eq!(json(&store, &["fsck"])["problems"], json!([]));
    assert_eq!(
        json(&store, &["show", "main", "--key", "a"])["sample"]["key"],
        "a"
    );
    assert!(import(&store, "main", &rows).status.success());
    let shown = strata(&store, &["--json", "show", "main", "--key", "b"]);
    assert!(!shown.status.success());
}

fn gates(store: &Path, gates: &Value) -> String {
    let file = store.parent().unwrap().join("gates.json");
    std::fs::write(&file, gates.to_string()).unwrap();
    text(&file).to_owned()
}

#[test]
fn a_branch_is_protected_until_the_rule_is_taken_away() {
    let (_folder, store) = place();
    assert!(
        import(&store, "main", &[("a", "fine", "pos")])
            .status
            .success()
    );
    assert!(
        import(&store, "main", &[("b", "poor", "neg")])
            .status
            .success()
    );
    let rules = json(&store, &["protect", "m*"]);
    assert_eq!(
        rules,
        json!([{"branches": "m*", "no_deletion": true, "no_rewind": true, "gates": []}])
    );
    assert_eq!(json(&store, &["protect"]), rules);
    let refused = strata(&store, &["--json", "branch", "--delete", "main"]);
    assert!(!refused.status.success());
    let said: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(said["code"], "branch_protected");
    let shown = strata(&store, &["protect", "m*", "--allow-deletion"]);
    assert_eq!(lines(&shown), ["m*  deletion allowed, no rewind"]);
    assert!(
        strata(&store, &["branch", "--delete", "main"])
            .status
            .success()
    );
    assert_eq!(json(&store, &["protect", "m*", "--remove"]), json!([]));
    assert!(
        !strata(&store, &["protect", "m*", "--remove"])
            .status
            .success()
    );
    assert!(!strata(&store, &["protect", "a b"]).status.success());
}

#[test]
fn gates_hold_a_branch_back_and_say_why() {
    let (_folder, store) = place();
    assert!(
        import(&store, "main", &[("a", "fine", "pos")])
            .status
            .success()
    );
    let wanted = json!([
        {"name": "enough", "check": {"kind": "class_minima", "minima": {"neg": 1}}},
        {"name": "labelled", "check": {"kind": "labels"}},
    ]);
    let file = gates(&store, &wanted);
    let rules = json(&store, &["protect", "main", "--gates", &file]);
    assert_eq!(rules[0]["gates"][0]["name"], "enough");
    let refused = import(&store, "main", &[("b", "good", "pos")]);
    assert!(!refused.status.success());
    let said: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(said["code"], "gates_failed");
    let words = said["error"].as_str().unwrap();
    assert!(
        words.contains("\"enough\" (1 of 1 classes have too few labels)"),
        "{words}"
    );
    assert!(
        !words.contains("labelled") && words.contains("strata gate run"),
        "{words}"
    );

    let asked = strata(&store, &["gate", "run"]);
    assert_eq!(asked.status.code(), Some(1));
    let said = lines(&asked);
    assert_eq!(
        said[0],
        "failed  enough: 1 of 1 classes have too few labels"
    );
    assert!(said[1].contains("the class \"neg\" has 0 labels of 1"));
    assert_eq!(
        said[2],
        "passed  labelled: 0 of 1 samples have no such label"
    );
    let shown = json(&store, &["gate", "show", "main"]);
    assert_eq!(
        (&shown["passed"], &shown["results"][0]["failures"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(json(&store, &["gate", "list"]).as_array().unwrap().len(), 2);

    assert!(
        import(&store, "main", &[("b", "bad", "neg")])
            .status
            .success()
    );
    let asked = json(&store, &["gate", "run"]);
    assert_eq!(asked["passed"], true);
    let nonsense = gates(&store, &json!([{"name": "x", "check": {"kind": "magic"}}]));
    assert!(
        !strata(&store, &["protect", "main", "--gates", &nonsense])
            .status
            .success()
    );
}
