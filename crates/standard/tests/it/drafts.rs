//! Drafts made from data.

use std::collections::{BTreeMap, BTreeSet};

use dataset::{DatasetProfile, LayerProfile};
use standard::{LayerKind, generate};

fn profile(classes: &[(&str, u64)]) -> DatasetProfile {
    let layer = LayerProfile {
        kinds: BTreeSet::from(["classification".to_owned()]),
        classes: classes
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect(),
    };
    DatasetProfile {
        samples: 100,
        labelled: 60,
        image_fields: BTreeSet::from(["image".to_owned()]),
        layers: BTreeMap::from([("label".to_owned(), layer)]),
        ..DatasetProfile::default()
    }
}

#[test]
fn a_draft_of_digits_can_be_published_as_it_is() {
    let names: Vec<String> = (0..12).map(|n| n.to_string()).collect();
    let classes: Vec<(&str, u64)> = names.iter().map(|n| (n.as_str(), 5)).collect();
    let draft = generate("Digits", &profile(&classes));
    assert_eq!(draft.check(), Vec::new());
    let layer = &draft.layers[0];
    assert_eq!(
        (layer.kind, layer.field.as_str(), layer.required),
        (LayerKind::Classification, "image", true)
    );
    let order: Vec<_> = layer.classes.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(order, names);
    let colors: BTreeSet<_> = layer.classes.iter().map(|c| &c.color).collect();
    assert_eq!(colors.len(), 12);
    let keys: Vec<_> = layer.classes.iter().map(|c| c.hotkey.as_deref()).collect();
    let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(Some);
    assert_eq!(keys[..10], digits);
    assert_eq!(keys[10..], [Some("i"), Some("j")]);
}

#[test]
fn a_digit_keeps_its_key_and_the_others_get_what_is_free() {
    let mut profile = profile(&[("2", 1), ("other", 1), ("apple", 1)]);
    let again = profile.layers["label"].clone();
    profile.layers.insert("second".to_owned(), again);
    let draft = generate("Mixed", &profile);
    assert_eq!(draft.check(), Vec::new());
    let classes = draft.layers.iter().flat_map(|layer| &layer.classes);
    let keys: Vec<_> = classes
        .map(|class| (class.name.as_str(), class.hotkey.as_deref().unwrap()))
        .collect();
    let expected = [
        ("2", "2"),
        ("apple", "1"),
        ("other", "3"),
        ("2", "4"),
        ("apple", "5"),
        ("other", "6"),
    ];
    assert_eq!(keys, expected);
}

#[test]
fn the_guideline_tells_the_balance_and_escapes_what_the_data_says() {
    let draft = generate("Pets", &profile(&[("cat", 100), ("<script>|x", 5)]));
    assert!(
        draft.guideline.contains("| cat | 2 | 100 | 95.2 % |"),
        "{}",
        draft.guideline
    );
    assert!(draft.guideline.contains("unbalanced"));
    assert!(draft.guideline.contains(r"\<script\>\|x"));
}

#[test]
fn a_dataset_without_labels_gets_one_question_to_edit() {
    let draft = generate(
        "New",
        &DatasetProfile {
            samples: 3,
            ..DatasetProfile::default()
        },
    );
    assert_eq!(draft.layers.len(), 1);
    assert_eq!(draft.check(), Vec::new());
}

#[test]
fn box_labels_become_a_box_layer() {
    let mut profile = profile(&[("car", 3)]);
    profile.layers.get_mut("label").unwrap().kinds = BTreeSet::from(["box".to_owned()]);
    let draft = generate("Cars", &profile);
    assert_eq!(
        (draft.layers[0].kind, draft.layers[0].required),
        (LayerKind::Box, false)
    );
}
