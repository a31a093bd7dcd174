//! The check of an answer against the standard it was made under.

use std::collections::{BTreeMap, BTreeSet};

use annotation::{AnnotationResult, Item, Shape};

use crate::shape_rules::check_shape;
use crate::{Class, Layer, LayerKind, SampleFacts, StandardContent, Violation, attributes};

/// The most items of one answer.
pub const MAX_ITEMS: usize = 20_000;

/// Everything that the standard has against an answer; empty when it may be submitted.
#[must_use]
pub fn check_annotation(
    standard: &StandardContent,
    result: &AnnotationResult,
    facts: &SampleFacts,
) -> Vec<Violation> {
    if result.items.len() > MAX_ITEMS {
        let message = format!(
            "an answer has at most {MAX_ITEMS} items, this one has {}",
            result.items.len()
        );
        return vec![Violation::new("items", "too_many_items", message)];
    }
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    let mut by_layer: BTreeMap<&str, Vec<(usize, &Item)>> = BTreeMap::new();
    for (i, item) in result.items.iter().enumerate() {
        if !Item::is_valid_id(&item.id) {
            let message = "an id has 1 to 64 of A-Z, a-z, 0-9, _ and -";
            found.push(Violation::new(
                format!("items[{i}].id"),
                "invalid_id",
                message,
            ));
        } else if !ids.insert(&item.id) {
            let message = format!("another item is already called `{}`", item.id);
            found.push(Violation::new(
                format!("items[{i}].id"),
                "duplicate_id",
                message,
            ));
        }
        match standard.layer(&item.layer) {
            None => {
                let message = format!("the standard has no layer `{}`", item.layer.escape_debug());
                found.push(Violation::new(
                    format!("items[{i}].layer"),
                    "unknown_layer",
                    message,
                ));
            }
            Some(layer) => {
                check_item(item, layer, facts, &format!("items[{i}]"), &mut found);
                by_layer.entry(&layer.name).or_default().push((i, item));
            }
        }
    }
    check_ends(result, &mut found);
    for layer in &standard.layers {
        check_count(
            layer,
            by_layer.get(layer.name.as_str()).map_or(&[], Vec::as_slice),
            &mut found,
        );
    }
    found
}

fn check_item(
    item: &Item,
    layer: &Layer,
    facts: &SampleFacts,
    path: &str,
    found: &mut Vec<Violation>,
) {
    match layer.class(&item.class) {
        None => {
            let message = format!(
                "layer `{}` has no class `{}`",
                layer.name,
                item.class.escape_debug()
            );
            found.push(Violation::new(
                format!("{path}.class"),
                "unknown_class",
                message,
            ));
        }
        Some(class) => check_attributes(item, class, path, found),
    }
    if item.shape.kind() != layer.kind.as_str() {
        let message = format!(
            "layer `{}` takes {}, not {}",
            layer.name,
            layer.kind.as_str(),
            item.shape.kind()
        );
        found.push(Violation::new(
            format!("{path}.kind"),
            "wrong_kind",
            message,
        ));
    } else {
        check_shape(item, layer, facts, path, found);
    }
}

fn check_attributes(item: &Item, class: &Class, path: &str, found: &mut Vec<Violation>) {
    attributes::check_values_of(&item.attributes, class, path, found);
}

/// Relations join two other items of the answer.
fn check_ends(result: &AnnotationResult, found: &mut Vec<Violation>) {
    let ids: BTreeSet<&str> = result.items.iter().map(|item| item.id.as_str()).collect();
    for (i, item) in result.items.iter().enumerate() {
        let Shape::Relation { from, to } = &item.shape else {
            continue;
        };
        for (member, end) in [("from", from), ("to", to)] {
            if !ids.contains(end.as_str()) || *end == item.id {
                let message = format!("`{}` is no other item of the answer", end.escape_debug());
                found.push(Violation::new(
                    format!("items[{i}].{member}"),
                    "unknown_item",
                    message,
                ));
            }
        }
    }
}

fn check_count(layer: &Layer, items: &[(usize, &Item)], found: &mut Vec<Violation>) {
    let path = || format!("layers[{}]", layer.name);
    if layer.required && items.is_empty() {
        let message = format!("layer `{}` needs an answer", layer.name);
        found.push(Violation::new(path(), "missing_layer", message));
    }
    if let Some(most) = layer.rules.max_items
        && items.len() > most as usize
    {
        let message = format!(
            "layer `{}` takes at most {most} items, not {}",
            layer.name,
            items.len()
        );
        found.push(Violation::new(path(), "too_many_items", message));
    }
    if layer.kind != LayerKind::Classification {
        return;
    }
    if !layer.multiple && items.len() > 1 {
        let message = format!(
            "layer `{}` takes one class, not {}",
            layer.name,
            items.len()
        );
        found.push(Violation::new(path(), "not_multiple", message));
    }
    let mut classes = BTreeSet::new();
    for (i, item) in items {
        if !classes.insert(&item.class) {
            let message = format!("class `{}` is chosen twice", item.class.escape_debug());
            found.push(Violation::new(
                format!("items[{i}].class"),
                "duplicate_class",
                message,
            ));
        }
    }
}
