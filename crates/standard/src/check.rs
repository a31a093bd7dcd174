//! The check of a standard itself.

use std::collections::BTreeSet;

use crate::{
    ASSIGNABLE_LETTERS, Class, Layer, LayerKind, StandardContent, Violation, attributes,
    is_assignable,
};

/// The longest name of a layer, class or attribute, in bytes.
const MAX_NAME_BYTES: usize = 128;
/// The longest guideline, in bytes.
const MAX_GUIDELINE_BYTES: usize = 1024 * 1024;
/// The most joints of a skeleton.
const MAX_JOINTS: usize = 1_000;
/// The most classes in one layer.
const MAX_CLASSES: usize = 10_000;

impl StandardContent {
    /// Everything that is wrong with the standard; empty when it may be published.
    #[must_use]
    pub fn check(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        check_text(&self.title, "title", &mut found);
        if self.title.trim().is_empty() {
            found.push(Violation::new(
                "title",
                "empty_title",
                "a standard needs a title",
            ));
        }
        if self.layers.is_empty() {
            found.push(Violation::new(
                "layers",
                "no_layers",
                "a standard needs at least one layer",
            ));
        }
        check_text(&self.guideline, "guideline", &mut found);
        if self.guideline.len() > MAX_GUIDELINE_BYTES {
            found.push(Violation::new(
                "guideline",
                "too_long",
                "a guideline has at most 1 MiB",
            ));
        }
        let mut names = BTreeSet::new();
        for (i, layer) in self.layers.iter().enumerate() {
            let path = place("layers", i, &layer.name);
            check_name(&layer.name, &path, &mut found);
            if !names.insert(&layer.name) {
                found.push(duplicate(&path, "layer", &layer.name));
            }
            check_layer(layer, &path, &mut found);
        }
        self.check_hotkeys(&mut found);
        found
    }

    /// One key chooses one class in the whole standard, since all layers stand on one page.
    fn check_hotkeys(&self, found: &mut Vec<Violation>) {
        let mut owners: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
        for (i, layer) in self.layers.iter().enumerate() {
            for (j, class) in layer.classes.iter().enumerate() {
                let Some(key) = class.hotkey.as_deref() else {
                    continue;
                };
                let layer_path = place("layers", i, &layer.name);
                let path = format!(
                    "{}.hotkey",
                    place(&format!("{layer_path}.classes"), j, &class.name)
                );
                if !is_assignable(key) {
                    let message = format!(
                        "`{key}` is reserved or no single key; free are 0 to 9 and {ASSIGNABLE_LETTERS}"
                    );
                    found.push(Violation::new(path, "reserved_hotkey", message));
                } else if let Some(owner) = owners.insert(key, &class.name) {
                    let message = format!("key `{key}` already belongs to class `{owner}`");
                    found.push(Violation::new(path, "duplicate_hotkey", message));
                }
            }
        }
    }
}

fn check_layer(layer: &Layer, path: &str, found: &mut Vec<Violation>) {
    check_name(&layer.field, &format!("{path}.field"), found);
    let classes_path = format!("{path}.classes");
    if layer.classes.is_empty() {
        found.push(Violation::new(
            &classes_path,
            "no_classes",
            "a layer needs at least one class",
        ));
    }
    if layer.classes.len() > MAX_CLASSES {
        let message = format!("a layer has at most {MAX_CLASSES} classes");
        found.push(Violation::new(&classes_path, "too_many_classes", message));
    }
    let mut names = BTreeSet::new();
    for (i, class) in layer.classes.iter().enumerate() {
        let path = place(&classes_path, i, &class.name);
        check_name(&class.name, &path, found);
        if !names.insert(&class.name) {
            found.push(duplicate(&path, "class", &class.name));
        }
        check_class(class, &path, found);
    }
    check_rules(layer, path, found);
    check_skeleton(layer, &format!("{path}.skeleton"), found);
}

fn check_class(class: &Class, path: &str, found: &mut Vec<Violation>) {
    if !is_color(&class.color) {
        let message = format!("`{}` is not a colour like #1f77b4", class.color);
        found.push(Violation::new(
            format!("{path}.color"),
            "invalid_color",
            message,
        ));
    }
    let titles = class.title.iter().flat_map(|t| [&t.en, &t.zh]).flatten();
    for text in titles.chain(&class.description) {
        check_text(text, path, found);
    }
    let mut names = BTreeSet::new();
    for (i, attribute) in class.attributes.iter().enumerate() {
        let path = place(&format!("{path}.attributes"), i, &attribute.name);
        check_name(&attribute.name, &path, found);
        if !names.insert(&attribute.name) {
            found.push(duplicate(&path, "attribute", &attribute.name));
        }
        attributes::check_definition(attribute, &path, found);
    }
}

fn check_rules(layer: &Layer, path: &str, found: &mut Vec<Violation>) {
    let rules = &layer.rules;
    for (name, value) in [
        ("min_width", rules.min_width),
        ("min_height", rules.min_height),
    ] {
        let Some(value) = value else { continue };
        let path = format!("{path}.rules.{name}");
        if !value.is_finite() || value < 0.0 {
            found.push(Violation::new(
                path,
                "invalid_rule",
                format!("{value} is not a length in pixels"),
            ));
        } else if !layer.kind.has_surface() {
            found.push(Violation::new(
                path,
                "rule_not_applicable",
                "only shapes with a surface have a size",
            ));
        }
    }
    if rules.max_items == Some(0) {
        let path = format!("{path}.rules.max_items");
        found.push(Violation::new(
            path,
            "invalid_rule",
            "a layer that may hold nothing is no layer",
        ));
    }
}

fn check_skeleton(layer: &Layer, path: &str, found: &mut Vec<Violation>) {
    let skeleton = match (&layer.skeleton, layer.kind) {
        (Some(skeleton), LayerKind::Skeleton) => skeleton,
        (None, LayerKind::Skeleton) => {
            let message = "a layer of skeletons says which joints they have";
            found.push(Violation::new(path, "skeleton_missing", message));
            return;
        }
        (Some(_), _) => {
            let message = "only a layer of skeletons has joints";
            found.push(Violation::new(path, "rule_not_applicable", message));
            return;
        }
        (None, _) => return,
    };
    let count = skeleton.points.len();
    if !(1..=MAX_JOINTS).contains(&count) {
        let message = format!("a skeleton has 1 to {MAX_JOINTS} joints, not {count}");
        found.push(Violation::new(path, "invalid_skeleton", message));
    }
    let mut names = BTreeSet::new();
    for (i, name) in skeleton.points.iter().enumerate() {
        let path = place(&format!("{path}.points"), i, name);
        check_name(name, &path, found);
        if !names.insert(name) {
            found.push(duplicate(&path, "joint", name));
        }
    }
    for (i, [from, to]) in skeleton.edges.iter().enumerate() {
        if from == to || *from as usize >= count || *to as usize >= count {
            let message = format!("{from} and {to} are not two of the {count} joints");
            let path = format!("{path}.edges[{i}]");
            found.push(Violation::new(path, "invalid_skeleton", message));
        }
    }
}

fn check_name(name: &str, path: &str, found: &mut Vec<Violation>) {
    if name.trim().is_empty() {
        found.push(Violation::new(path, "empty_name", "a name can't be empty"));
    } else if name.len() > MAX_NAME_BYTES {
        found.push(Violation::new(
            path,
            "name_too_long",
            format!("a name has at most {MAX_NAME_BYTES} bytes"),
        ));
    } else if name.chars().any(char::is_control) {
        found.push(Violation::new(
            path,
            "control_character",
            "a name can't hold control characters",
        ));
    }
}

fn check_text(text: &str, path: &str, found: &mut Vec<Violation>) {
    if text.contains('\0') {
        found.push(Violation::new(
            path,
            "control_character",
            "a text can't hold U+0000",
        ));
    }
}

fn duplicate(path: &str, what: &str, name: &str) -> Violation {
    Violation::new(
        path,
        "duplicate_name",
        format!("another {what} is already called `{name}`"),
    )
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `layers[label]`, or `layers[0]` for a thing without a usable name.
pub(crate) fn place(list: &str, index: usize, name: &str) -> String {
    let plain =
        !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control);
    if plain {
        format!("{list}[{name}]")
    } else {
        format!("{list}[{index}]")
    }
}
