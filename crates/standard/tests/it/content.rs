//! The check of a standard itself, and the difference of two.

use serde_json::{Value, json};
use standard::{ChangeKind, StandardContent, difference, is_assignable};

use crate::{content, places, two_layers};

/// The standard with the value at a JSON pointer replaced.
fn with(pointer: &str, value: Value) -> StandardContent {
    let mut whole = two_layers();
    *whole.pointer_mut(pointer).unwrap() = value;
    content(&whole)
}

#[test]
fn a_good_standard_has_no_violations() {
    assert_eq!(content(&two_layers()).check(), Vec::new());
}

#[test]
fn every_rule_names_its_place() {
    let cat = "layers[label].classes[cat]";
    let car = "layers[objects].classes[car].attributes";
    let cases = [
        ("/title", json!("  "), "title".to_owned(), "empty_title"),
        ("/layers", json!([]), "layers".to_owned(), "no_layers"),
        (
            "/guideline",
            json!("a\u{0}b"),
            "guideline".to_owned(),
            "control_character",
        ),
        (
            "/layers/1/name",
            json!("label"),
            "layers[label]".to_owned(),
            "duplicate_name",
        ),
        (
            "/layers/0/name",
            json!(""),
            "layers[0]".to_owned(),
            "empty_name",
        ),
        (
            "/layers/0/classes",
            json!([]),
            "layers[label].classes".to_owned(),
            "no_classes",
        ),
        (
            "/layers/0/classes/1/name",
            json!("cat"),
            cat.to_owned(),
            "duplicate_name",
        ),
        (
            "/layers/0/classes/0/color",
            json!("red"),
            format!("{cat}.color"),
            "invalid_color",
        ),
        (
            "/layers/0/classes/0/hotkey",
            json!("v"),
            format!("{cat}.hotkey"),
            "reserved_hotkey",
        ),
        (
            "/layers/0/classes/0/hotkey",
            json!("12"),
            format!("{cat}.hotkey"),
            "reserved_hotkey",
        ),
        (
            "/layers/1/classes/0/hotkey",
            json!("1"),
            "layers[objects].classes[car].hotkey".into(),
            "duplicate_hotkey",
        ),
        (
            "/layers/1/rules/min_width",
            json!(-1),
            "layers[objects].rules.min_width".into(),
            "invalid_rule",
        ),
        (
            "/layers/1/rules/max_items",
            json!(0),
            "layers[objects].rules.max_items".into(),
            "invalid_rule",
        ),
        (
            "/layers/1/classes/0/attributes/0/values",
            json!(null),
            format!("{car}[side].values"),
            "values_missing",
        ),
        (
            "/layers/1/classes/0/attributes/0/values",
            json!(["a", "a"]),
            format!("{car}[side].values"),
            "duplicate_value",
        ),
        (
            "/layers/1/classes/0/attributes/3/default",
            json!("no"),
            format!("{car}[parked].default"),
            "invalid_default",
        ),
        (
            "/layers/1/classes/0/attributes/1/name",
            json!("side"),
            format!("{car}[side]"),
            "duplicate_name",
        ),
    ];
    for (pointer, value, path, code) in cases {
        let found = with(pointer, value).check();
        assert!(
            places(&found).contains(&(path.as_str(), code)),
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn unknown_kinds_and_members_are_named() {
    let refused = |pointer: &str, value: Value| {
        let mut whole = two_layers();
        *whole.pointer_mut(pointer).unwrap() = value;
        serde_json::from_value::<StandardContent>(whole)
            .unwrap_err()
            .to_string()
    };
    assert!(refused("/layers/0/kind", json!("hexagon")).contains("`hexagon`"));
    assert!(refused("/layers/1/rules", json!({"min_area": 3})).contains("`min_area`"));
}

#[test]
fn keys_of_commands_are_not_assignable() {
    for key in [
        "a", "x", "d", "f", "v", "h", "r", "n", "A", "", "Enter", " ",
    ] {
        assert!(!is_assignable(key), "{key}");
    }
    for key in ["0", "1", "9", "s", "t", "z"] {
        assert!(is_assignable(key), "{key}");
    }
}

#[test]
fn the_difference_lists_typed_changes_by_path() {
    let old = content(&two_layers());
    assert_eq!(difference(&old, &old), Vec::new());
    let mut changed = two_layers();
    changed["guideline"] = json!("Look thrice.");
    changed["layers"][0]["classes"][0]["color"] = json!("#111111");
    changed["layers"][0]["classes"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "owl", "color": "#222222"}));
    changed["layers"][0]["classes"]
        .as_array_mut()
        .unwrap()
        .swap(0, 1);
    changed["layers"][1]["rules"]["min_width"] = json!(null);
    changed["layers"][1]["classes"][0]["attributes"]
        .as_array_mut()
        .unwrap()
        .remove(1);
    let changes = difference(&old, &content(&changed));
    let short: Vec<_> = changes.iter().map(|c| (c.path.as_str(), c.kind)).collect();
    assert_eq!(
        short,
        vec![
            ("guideline", ChangeKind::Changed),
            ("layers[label].classes[cat].color", ChangeKind::Changed),
            ("layers[label].classes[owl]", ChangeKind::Added),
            ("layers[label].classes", ChangeKind::Reordered),
            ("layers[objects].rules.min_width", ChangeKind::Removed),
            (
                "layers[objects].classes[car].attributes[doors]",
                ChangeKind::Removed
            ),
        ]
    );
}
