//! The check of shapes: each kind in its layer, and what is wrong with those that are none.

use annotation::AnnotationResult;
use serde_json::{Value, json};
use standard::{FieldFacts, LayerKind, SampleFacts, Violation, check_annotation};

use crate::{content, places};

/// What is found in an answer with these shapes, each in the layer of its kind; relations join `i0` and `i1`.
fn judge(shapes: &[Value], rules: &Value) -> Vec<Violation> {
    let layers: Vec<Value> = LayerKind::ALL
        .iter()
        .map(|kind| {
            let field = match kind {
                LayerKind::Span => "text",
                LayerKind::Interval => "sound",
                _ => "image",
            };
            let mut layer = json!({"name": kind, "kind": kind, "field": field,
                                   "classes": [{"name": "x", "color": "#112233"}]});
            if kind.has_surface() {
                layer["rules"] = rules.clone();
            }
            if *kind == LayerKind::Skeleton {
                layer["skeleton"] = json!({"points": ["head", "tail"], "edges": [[0, 1]]});
            }
            layer
        })
        .collect();
    let standard = content(&json!({"title": "All", "layers": layers}));
    assert_eq!(standard.check(), Vec::new());
    let items: Vec<Value> = shapes
        .iter()
        .enumerate()
        .map(|(i, shape)| {
            let mut item = shape.clone();
            item["id"] = json!(format!("i{i}"));
            item["layer"] = shape["kind"].clone();
            item["class"] = json!("x");
            item
        })
        .collect();
    let result: AnnotationResult = serde_json::from_value(json!({"items": items})).unwrap();
    let mut facts = SampleFacts::picture("image", 100, 50);
    let text = FieldFacts {
        size: None,
        characters: Some(20),
    };
    facts.fields.insert("text".to_owned(), text);
    check_annotation(&standard, &result, &facts)
}

fn good() -> Vec<Value> {
    vec![
        json!({"kind": "box", "x": 0, "y": 0, "width": 100, "height": 50}),
        json!({"kind": "rotated_box", "cx": 50, "cy": 25, "width": 40, "height": 20, "angle": 45}),
        json!({"kind": "ellipse", "cx": 50, "cy": 25, "rx": 25, "ry": 40, "angle": 90}),
        json!({"kind": "polygon", "points": [[0, 0], [100, 0], [50, 50]]}),
        json!({"kind": "polyline", "points": [[0, 0], [100, 50]]}),
        json!({"kind": "point", "x": 99.5, "y": 0.5}),
        json!({"kind": "skeleton", "joints": [[1, 1, 2], [0, 0, 0]]}),
        json!({"kind": "mask", "x": 90, "y": 40, "width": 10, "height": 10, "counts": [0, 100]}),
        json!({"kind": "span", "start": 0, "end": 20}),
        json!({"kind": "interval", "start": 0.5, "end": 2}),
        json!({"kind": "relation", "from": "i0", "to": "i1"}),
    ]
}

#[test]
fn every_kind_passes_in_its_layer() {
    assert_eq!(judge(&good(), &json!({"min_width": 2})), Vec::new());
}

#[test]
fn what_is_no_shape_or_lies_elsewhere_is_named() {
    let cases = [
        (
            json!({"kind": "rotated_box", "cx": 50, "cy": 25, "width": 10, "height": 0, "angle": 0}),
            "height",
            "empty_box",
        ),
        (
            json!({"kind": "rotated_box", "cx": 50, "cy": 25, "width": 10, "height": 9, "angle": 360}),
            "angle",
            "invalid_angle",
        ),
        (
            json!({"kind": "rotated_box", "cx": 50, "cy": 5, "width": 40, "height": 6, "angle": 90}),
            "",
            "outside_picture",
        ),
        (
            json!({"kind": "ellipse", "cx": 50, "cy": 25, "rx": 40, "ry": 10, "angle": 90}),
            "",
            "outside_picture",
        ),
        (
            json!({"kind": "ellipse", "cx": 50, "cy": 25, "rx": 2, "ry": 2, "angle": 0}),
            "width",
            "too_small",
        ),
        (
            json!({"kind": "polygon", "points": [[0, 0], [9, 9]]}),
            "points",
            "too_few_points",
        ),
        (
            json!({"kind": "polygon", "points": vec![[1, 1]; 10_001]}),
            "points",
            "too_many_points",
        ),
        (
            json!({"kind": "polygon", "points": [[0, 0], [9, 9], [0, 51]]}),
            "",
            "outside_picture",
        ),
        (
            json!({"kind": "polyline", "points": [[0, 0]]}),
            "points",
            "too_few_points",
        ),
        (
            json!({"kind": "point", "x": -1, "y": 0}),
            "",
            "outside_picture",
        ),
        (
            json!({"kind": "skeleton", "joints": [[1, 1, 2]]}),
            "joints",
            "wrong_joints",
        ),
        (
            json!({"kind": "skeleton", "joints": [[1, 1, 2], [1, 1, 3]]}),
            "joints[1]",
            "wrong_joints",
        ),
        (
            json!({"kind": "skeleton", "joints": [[0, 0, 0], [0, 0, 0]]}),
            "joints",
            "empty_shape",
        ),
        (
            json!({"kind": "mask", "x": 0, "y": 0, "width": 5, "height": 2, "counts": [3, 6]}),
            "counts",
            "invalid_mask",
        ),
        (
            json!({"kind": "mask", "x": 0, "y": 0, "width": 5, "height": 2, "counts": [3, 0, 7]}),
            "counts",
            "invalid_mask",
        ),
        (
            json!({"kind": "mask", "x": 0, "y": 0, "width": 5, "height": 2, "counts": [10]}),
            "counts",
            "empty_shape",
        ),
        (
            json!({"kind": "mask", "x": 95, "y": 0, "width": 6, "height": 6, "counts": [0, 36]}),
            "",
            "outside_picture",
        ),
        (
            json!({"kind": "span", "start": 4, "end": 4}),
            "end",
            "empty_span",
        ),
        (
            json!({"kind": "span", "start": 4, "end": 21}),
            "",
            "outside_text",
        ),
        (
            json!({"kind": "interval", "start": -1, "end": 4}),
            "end",
            "empty_span",
        ),
        (
            json!({"kind": "relation", "from": "i0", "to": "i99"}),
            "to",
            "unknown_item",
        ),
        (
            json!({"kind": "relation", "from": "i11", "to": "i1"}),
            "from",
            "unknown_item",
        ),
    ];
    for (shape, member, code) in cases {
        let mut shapes = good();
        shapes.push(shape.clone());
        let found = judge(&shapes, &json!({"min_width": 5}));
        let path = if member.is_empty() {
            "items[11]".to_owned()
        } else {
            format!("items[11].{member}")
        };
        assert_eq!(places(&found), vec![(path.as_str(), code)], "{shape}");
    }
}

#[test]
fn a_skeleton_is_said_where_it_is_needed_and_nowhere_else() {
    let with = |kind: &str, skeleton: Value| {
        let layer = json!({"name": "l", "kind": kind, "field": "image", "skeleton": skeleton,
                           "classes": [{"name": "x", "color": "#112233"}]});
        content(&json!({"title": "t", "layers": [layer]})).check()
    };
    let cases = [
        (
            "skeleton",
            Value::Null,
            "layers[l].skeleton",
            "skeleton_missing",
        ),
        (
            "skeleton",
            json!({"points": []}),
            "layers[l].skeleton",
            "invalid_skeleton",
        ),
        (
            "skeleton",
            json!({"points": ["a", "a"]}),
            "layers[l].skeleton.points[a]",
            "duplicate_name",
        ),
        (
            "skeleton",
            json!({"points": ["a", "b"], "edges": [[0, 2]]}),
            "layers[l].skeleton.edges[0]",
            "invalid_skeleton",
        ),
        (
            "box",
            json!({"points": ["a"]}),
            "layers[l].skeleton",
            "rule_not_applicable",
        ),
    ];
    for (kind, skeleton, path, code) in cases {
        let found = with(kind, skeleton.clone());
        assert_eq!(places(&found), vec![(path, code)], "{kind} {skeleton}");
    }
}
