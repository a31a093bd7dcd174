//! The check of answers.

use annotation::{AnnotationResult, Shape};
use proptest::prelude::*;
use serde_json::{Value, json};
use standard::{SampleFacts, Violation, check_annotation};

use crate::{content, places, two_layers};

fn judge(items: &Value) -> Vec<Violation> {
    let result: AnnotationResult = serde_json::from_value(json!({"items": items})).unwrap();
    check_annotation(
        &content(&two_layers()),
        &result,
        &SampleFacts::picture("image", 100, 50),
    )
}

fn cat() -> Value {
    json!({"id": "c1", "layer": "label", "kind": "classification", "class": "cat"})
}

fn car(x: f64, y: f64, width: f64, height: f64) -> Value {
    json!({"id": "b1", "layer": "objects", "kind": "box", "x": x, "y": y, "width": width, "height": height,
           "class": "car", "attributes": {"side": "left"}})
}

#[test]
fn a_good_answer_passes() {
    assert_eq!(judge(&json!([cat()])), Vec::new());
    assert_eq!(
        judge(&json!([cat(), car(0.0, 0.0, 100.0, 50.0)])),
        Vec::new()
    );
}

#[test]
fn each_wrong_answer_is_named_with_its_place() {
    let with = |pointer: &str, value: Value| {
        let mut item = car(1.0, 1.0, 10.0, 10.0);
        match pointer.rsplit_once('/') {
            Some((parent, name)) => item.pointer_mut(parent).unwrap()[name] = value,
            None => unreachable!("a pointer starts with a slash"),
        }
        json!([cat(), item])
    };
    let dog = json!({"id": "c2", "layer": "label", "kind": "classification", "class": "dog"});
    let cases = [
        (json!([]), "layers[label]", "missing_layer"),
        (json!([cat(), dog]), "layers[label]", "not_multiple"),
        (with("/id", json!("c1")), "items[1].id", "duplicate_id"),
        (with("/id", json!("a b")), "items[1].id", "invalid_id"),
        (
            with("/layer", json!("other")),
            "items[1].layer",
            "unknown_layer",
        ),
        (
            with("/layer", json!("obj\u{0}")),
            "items[1].layer",
            "unknown_layer",
        ),
        (
            with("/class", json!("bus")),
            "items[1].class",
            "unknown_class",
        ),
        (
            with("/layer", json!("label")),
            "items[1].kind",
            "wrong_kind",
        ),
        (
            with("/attributes/side", json!("up")),
            "items[1].attributes.side",
            "invalid_attribute",
        ),
        (
            with("/attributes/doors", json!("four")),
            "items[1].attributes.doors",
            "invalid_attribute",
        ),
        (
            with("/attributes/plate", json!("a\u{0}")),
            "items[1].attributes.plate",
            "invalid_attribute",
        ),
        (
            with("/attributes/parked", json!(1)),
            "items[1].attributes.parked",
            "invalid_attribute",
        ),
        (
            with("/attributes/wheels", json!(4)),
            "items[1].attributes.wheels",
            "unknown_attribute",
        ),
        (
            with("/attributes", json!({})),
            "items[1].attributes.side",
            "missing_attribute",
        ),
        (
            json!([cat(), car(95.0, 1.0, 10.0, 10.0)]),
            "items[1]",
            "outside_picture",
        ),
        (
            json!([cat(), car(-1.0, 1.0, 10.0, 10.0)]),
            "items[1]",
            "outside_picture",
        ),
        (
            json!([cat(), car(1.0, 45.0, 10.0, 10.0)]),
            "items[1]",
            "outside_picture",
        ),
        (
            json!([cat(), car(1.0, 1.0, 0.0, 10.0)]),
            "items[1].width",
            "empty_box",
        ),
        (
            json!([cat(), car(1.0, 1.0, 10.0, -3.0)]),
            "items[1].height",
            "empty_box",
        ),
        (
            json!([cat(), car(1.0, 1.0, 1.0, 10.0)]),
            "items[1].width",
            "too_small",
        ),
    ];
    for (items, path, code) in cases {
        let found = judge(&items);
        assert!(places(&found).contains(&(path, code)), "{items}: {found:?}");
    }
}

#[test]
fn numbers_that_json_does_not_know_are_refused_all_the_same() {
    for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut result: AnnotationResult =
            serde_json::from_value(json!({"items": [cat(), car(1.0, 1.0, 9.0, 9.0)]})).unwrap();
        result.items[1].shape = Shape::Box {
            x: 1.0,
            y: broken,
            width: 9.0,
            height: 9.0,
        };
        let found = check_annotation(
            &content(&two_layers()),
            &result,
            &SampleFacts::picture("image", 100, 50),
        );
        assert_eq!(places(&found), vec![("items[1].y", "not_finite")]);
    }
    assert!(serde_json::from_str::<AnnotationResult>(
        r#"{"items":[{"id":"b","layer":"objects","kind":"box","x":1e999,"y":0,"width":1,"height":1,"class":"car"}]}"#
    )
    .is_err());
}

#[test]
fn a_box_needs_a_picture_and_a_layer_has_a_limit() {
    let result: AnnotationResult =
        serde_json::from_value(json!({"items": [cat(), car(1.0, 1.0, 9.0, 9.0)]})).unwrap();
    let found = check_annotation(&content(&two_layers()), &result, &SampleFacts::default());
    assert_eq!(places(&found), vec![("items[1]", "no_picture")]);
    let boxes: Vec<Value> = (0..4)
        .map(|i| {
            let mut item = car(1.0, 1.0, 9.0, 9.0);
            item["id"] = json!(format!("b{i}"));
            item
        })
        .collect();
    let mut items = vec![cat()];
    items.extend(boxes);
    assert_eq!(
        places(&judge(&json!(items))),
        vec![("layers[objects]", "too_many_items")]
    );
}

proptest! {
    #[test]
    fn boxes_inside_pass_and_boxes_outside_do_not(
        x in -50.0..150.0_f64, y in -50.0..100.0_f64, width in 2.0..150.0_f64, height in 1.0..100.0_f64,
    ) {
        let inside = x >= 0.0 && y >= 0.0 && x + width <= 100.0 && y + height <= 50.0;
        prop_assert_eq!(judge(&json!([cat(), car(x, y, width, height)])).is_empty(), inside);
    }
}
