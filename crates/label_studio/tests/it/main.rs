//! Configurations that are read, and those that are refused with their place.

use label_studio::{Config, ConfigError, read_config};
use standard::{AttributeKind, Layer, LayerKind};

fn read(body: &str) -> Result<Config, ConfigError> {
    read_config(&format!("<View>\n{body}\n</View>"), "Test")
}

fn layers(body: &str) -> Vec<Layer> {
    let config = read(body).unwrap();
    assert_eq!(config.standard.check(), Vec::new(), "{body}");
    config.standard.layers
}

fn names(layer: &Layer) -> Vec<&str> {
    layer
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect()
}

#[test]
fn choices_are_classes_for_the_whole() {
    let layers = layers(
        r#"<Header value="How does it feel?"/><Text name="t" value="$review"/>
        <Choices name="mood" toName="t" choice="single-radio" required="true">
          <Choice value="Good" hotkey="g"/><Choice value="Bad" hotkey="2" background="red"/>
        </Choices>
        <choices name="about" toname="t" choice="multiple"><Choice value="Food"/><View><Choice value="Room"/></View></choices>"#,
    );
    let [mood, about] = &layers[..] else {
        panic!("{layers:?}")
    };
    assert_eq!(
        (mood.kind, mood.field.as_str()),
        (LayerKind::Classification, "review")
    );
    assert!(mood.required && !mood.multiple && about.multiple && !about.required);
    assert_eq!(
        (names(mood), names(about)),
        (vec!["Good", "Bad"], vec!["Food", "Room"])
    );
    // `g` belongs to a command of the workbench: the next free key takes its place.
    let keys: Vec<_> = mood
        .classes
        .iter()
        .map(|class| class.hotkey.as_deref().unwrap())
        .collect();
    assert_eq!(keys, ["1", "2"]);
    assert_eq!(mood.classes[1].color, "#ff0000");
}

#[test]
fn each_tag_of_labels_is_a_layer_of_its_shape() {
    let on_picture = [
        ("RectangleLabels", "", LayerKind::Box),
        (
            "RectangleLabels",
            r#"canRotate="true""#,
            LayerKind::RotatedBox,
        ),
        ("PolygonLabels", "", LayerKind::Polygon),
        ("KeyPointLabels", "", LayerKind::Point),
        ("BrushLabels", "", LayerKind::Mask),
        ("EllipseLabels", "", LayerKind::Ellipse),
    ];
    for (tag, attribute, kind) in on_picture {
        let body = format!(
            r#"<Image name="i" value="$image"/><{tag} name="l" toName="i" {attribute}><Label value="Car"/></{tag}>"#
        );
        let found = layers(&body);
        assert_eq!(
            (found[0].kind, found[0].field.as_str()),
            (kind, "image"),
            "{tag}"
        );
    }
    for (object, kind) in [("Text", LayerKind::Span), ("Audio", LayerKind::Interval)] {
        let body = format!(
            r#"<{object} name="o" value="$o"/><Labels name="l" toName="o"><Label value="A"/></Labels>"#
        );
        assert_eq!(layers(&body)[0].kind, kind, "{object}");
    }
}

#[test]
fn labels_beside_tools_are_a_layer_for_each_tool() {
    let layers = layers(
        r#"<Image name="i" value="$page"/><Labels name="part" toName="i"><Label value="Text"/></Labels>
        <Rectangle name="box" toName="i"/><Polygon name="poly" toName="i"/>
        <TextArea name="transcription" toName="i" perRegion="true" required="true"/>
        <Choices name="state" toName="i" perRegion="true"><Choice value="clear"/><Choice value="torn"/></Choices>"#,
    );
    let kinds: Vec<_> = layers
        .iter()
        .map(|layer| (layer.name.as_str(), layer.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("part_box", LayerKind::Box),
            ("part_polygon", LayerKind::Polygon)
        ]
    );
    for layer in &layers {
        let attributes = &layer.classes[0].attributes;
        assert_eq!(
            (
                attributes[0].name.as_str(),
                attributes[0].kind,
                attributes[0].required
            ),
            ("transcription", AttributeKind::Text, true)
        );
        assert_eq!(attributes[1].values.as_deref().unwrap(), ["clear", "torn"]);
    }
}

#[test]
fn texts_numbers_and_stars_are_answers_of_their_own() {
    let layers = layers(
        r#"<Text name="t" value="$t"/><TextArea name="summary" toName="t"/><Rating name="stars" toName="t" maxRating="3"/>
        <Number name="count" toName="t"/><Pairwise name="better" toName="t,u"/><Text name="u" value="$u"/>
        <Taxonomy name="kind" toName="t"><Choice value="Animal"><Choice value="Cat"/></Choice></Taxonomy>
        <Relations><Relation value="is a"/></Relations>"#,
    );
    let found: Vec<_> = layers
        .iter()
        .map(|layer| (layer.name.as_str(), names(layer)))
        .collect();
    assert_eq!(
        found,
        [
            ("summary", vec!["answer"]),
            ("stars", vec!["1", "2", "3"]),
            ("count", vec!["answer"]),
            ("better", vec!["left", "right"]),
            ("kind", vec!["Animal", "Animal/Cat"]),
            ("relations", vec!["is a"]),
        ]
    );
    assert_eq!(layers[0].classes[0].attributes[0].kind, AttributeKind::Text);
    assert!(layers[4].multiple && layers[5].kind == LayerKind::Relation);
}

#[test]
fn what_can_not_be_kept_is_named_with_its_place() {
    let cases = [
        (
            "<Video name=\"v\" value=\"$v\"/>",
            "line 2, column 1: <Video> is not supported",
            "config_tag_unsupported",
        ),
        (
            "<Text name=\"t\" value=\"$t\"/>\n  <Choices name=\"c\" toName=\"x\"/>",
            "line 3, column 3: <Choices> asks about \"x\", which is not shown",
            "config_invalid",
        ),
        (
            "<Text name=\"t\" value=\"$t\"/><Choices name=\"c\" toName=\"t\" value=\"$options\"/>",
            "<Choices value> is not supported",
            "config_tag_unsupported",
        ),
        (
            "<Text name=\"t\" value=\"$t\"/><Text name=\"t\" value=\"$u\"/>",
            "has the name \"t\"",
            "config_invalid",
        ),
        (
            "<Text name=\"t\" value=\"$t\"/><Choices name=\"c\" toName=\"t\"/>",
            "offers nothing to choose",
            "config_invalid",
        ),
        (
            "<Text name=\"t\" value=\"$t\"/><Rating name=\"r\" toName=\"t\" perRegion=\"true\"/>",
            "none is drawn",
            "config_invalid",
        ),
        ("<Text", "line", "config_not_xml"),
    ];
    for (body, message, code) in cases {
        let error = read(body).unwrap_err();
        assert!(error.to_string().contains(message), "{body}: {error}");
        assert_eq!(error.code(), code, "{body}");
    }
}

#[test]
fn entities_and_endless_nesting_are_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<View>&b;</View>";
    let error = read_config(bomb, "t").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 1: a document type is not allowed"
    );
    let deep = format!("{}{}", "<View>".repeat(200), "</View>".repeat(200));
    assert!(
        read_config(&deep, "t")
            .unwrap_err()
            .to_string()
            .contains("nested deeper")
    );
}
