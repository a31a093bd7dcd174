//! Attributes: the check of their definitions and of the values items carry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Attribute, AttributeKind, Class, Violation};

/// The longest text value, in characters.
const MAX_TEXT_CHARS: usize = 10_000;

/// Checks the definition of one attribute.
pub(crate) fn check_definition(attribute: &Attribute, path: &str, found: &mut Vec<Violation>) {
    match (&attribute.values, attribute.kind) {
        (None, AttributeKind::Enum) => {
            found.push(Violation::new(
                format!("{path}.values"),
                "values_missing",
                "an enum needs its values",
            ));
        }
        (Some(values), AttributeKind::Enum) => check_values(values, path, found),
        (Some(_), _) => {
            found.push(Violation::new(
                format!("{path}.values"),
                "values_not_allowed",
                "only an enum has values",
            ));
        }
        (None, _) => {}
    }
    if let Some(problem) = attribute
        .default
        .as_ref()
        .and_then(|value| wrong_value(attribute, value))
    {
        let message = format!("the default {problem}");
        found.push(Violation::new(
            format!("{path}.default"),
            "invalid_default",
            message,
        ));
    }
}

fn check_values(values: &[String], path: &str, found: &mut Vec<Violation>) {
    let path = format!("{path}.values");
    if values.is_empty() {
        found.push(Violation::new(
            &path,
            "values_missing",
            "an enum needs at least one value",
        ));
    }
    if values.iter().any(String::is_empty) {
        found.push(Violation::new(
            &path,
            "empty_value",
            "a value can't be empty",
        ));
    }
    let distinct: BTreeSet<&String> = values.iter().collect();
    if distinct.len() < values.len() {
        found.push(Violation::new(
            &path,
            "duplicate_value",
            "each value may stand once",
        ));
    }
}

/// Checks the values that an item carries against its class.
pub(crate) fn check_values_of(
    values: &BTreeMap<String, Value>,
    class: &Class,
    path: &str,
    found: &mut Vec<Violation>,
) {
    for (name, value) in values {
        let place = || format!("{path}.attributes.{name}");
        match class.attributes.iter().find(|a| a.name == *name) {
            None => {
                let message = format!("class `{}` has no attribute `{name}`", class.name);
                found.push(Violation::new(place(), "unknown_attribute", message));
            }
            Some(attribute) => {
                if let Some(problem) = wrong_value(attribute, value) {
                    let message = format!("the value of `{name}` {problem}");
                    found.push(Violation::new(place(), "invalid_attribute", message));
                }
            }
        }
    }
    for attribute in class
        .attributes
        .iter()
        .filter(|a| a.required && !values.contains_key(&a.name))
    {
        let place = format!("{path}.attributes.{}", attribute.name);
        let message = format!("`{}` needs a value", attribute.name);
        found.push(Violation::new(place, "missing_attribute", message));
    }
}

/// What is wrong with a value, as the end of a sentence.
fn wrong_value(attribute: &Attribute, value: &Value) -> Option<String> {
    match (attribute.kind, value) {
        (AttributeKind::Enum, Value::String(text)) => {
            let known = attribute.values.iter().flatten().any(|v| v == text);
            (!known).then(|| format!("`{text}` is not one of the values"))
        }
        (AttributeKind::Number, Value::Number(number)) => {
            (!number.as_f64().is_some_and(f64::is_finite))
                .then(|| "is not a finite number".to_owned())
        }
        (AttributeKind::Text, Value::String(text)) if text.contains('\0') => {
            Some("holds U+0000".to_owned())
        }
        (AttributeKind::Text, Value::String(text)) => (text.chars().count() > MAX_TEXT_CHARS)
            .then(|| format!("is longer than {MAX_TEXT_CHARS} characters")),
        (AttributeKind::Boolean, Value::Bool(_)) => None,
        (AttributeKind::Enum | AttributeKind::Text, _) => Some("is not a text".to_owned()),
        (AttributeKind::Number, _) => Some("is not a number".to_owned()),
        (AttributeKind::Boolean, _) => Some("is not true or false".to_owned()),
    }
}
