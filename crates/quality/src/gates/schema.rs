//! The gate `schema`: fields, media types, types of metadata.

use dataset::{Field, Sample};
use serde_json::Value;

use super::{FieldRule, SchemaCheck, ValueType};

/// The first thing about a sample that is not as it must be.
pub(super) fn violation(check: &SchemaCheck, sample: &Sample) -> Option<String> {
    for (name, rule) in &check.fields {
        match sample.fields.get(name) {
            None if rule.optional => {}
            None => return Some(format!("it has no field {name:?}")),
            Some(field) => {
                let media_type = media_type(field);
                if !takes(rule, media_type) {
                    return Some(format!("its field {name:?} is {media_type}"));
                }
            }
        }
    }
    for (name, rule) in &check.metadata {
        match sample.metadata.get(name) {
            None if rule.optional => {}
            None => return Some(format!("it has no metadata {name:?}")),
            Some(value) => {
                if !rule.types.is_empty() && !rule.types.iter().any(|kind| kind.takes(value)) {
                    let kind = type_name(value);
                    return Some(format!("its metadata {name:?} is of type {kind}"));
                }
            }
        }
    }
    if !check.closed {
        return None;
    }
    let field = sample
        .fields
        .keys()
        .find(|name| !check.fields.contains_key(*name));
    let metadata = || {
        sample
            .metadata
            .keys()
            .find(|name| !check.metadata.contains_key(*name))
    };
    match (field, metadata) {
        (Some(name), _) => Some(format!("it has the field {name:?}, which is not listed")),
        (None, metadata) => {
            metadata().map(|name| format!("it has the metadata {name:?}, which is not listed"))
        }
    }
}

fn media_type(field: &Field) -> &str {
    match field {
        Field::Blob(blob) => &blob.media_type,
        Field::Inline(Value::String(_)) => "text/plain",
        Field::Inline(_) => "application/json",
    }
}

fn takes(rule: &FieldRule, media_type: &str) -> bool {
    let fits = |wanted: &String| match wanted.strip_suffix('*') {
        Some(beginning) => media_type.starts_with(beginning),
        None => media_type == wanted,
    };
    rule.media_types.is_empty() || rule.media_types.iter().any(fits)
}

impl ValueType {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Text => value.is_string(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use dataset::{BlobField, SampleKey};
    use ids::Hash;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let check: SchemaCheck = serde_json::from_value(json!({
            "fields": {"image": {"media_types": ["image/*"]}, "note": {"optional": true}},
            "metadata": {"patient": {"types": ["text"]}, "age": {"types": ["integer", "null"]}},
            "closed": true
        }))
        .unwrap();
        let blob = BlobField {
            hash: Hash::of(b""),
            media_type: "image/png".into(),
            bytes: 0,
            width: None,
            height: None,
        };
        let good = Sample {
            key: SampleKey::new("a").unwrap(),
            fields: [("image".into(), Field::Blob(blob))].into(),
            metadata: [("patient".into(), json!("p")), ("age".into(), json!(3))].into(),
            split: None,
        };
        assert_eq!(violation(&check, &good), None);
        let wrong = |change: &dyn Fn(&mut Sample)| {
            let mut sample = good.clone();
            change(&mut sample);
            violation(&check, &sample).unwrap()
        };
        let text = Field::Inline(json!("x"));
        assert_eq!(wrong(&|s| s.fields.clear()), "it has no field \"image\"");
        let put = |name: &str| {
            let (name, text) = (name.to_owned(), text.clone());
            move |s: &mut Sample| drop(s.fields.insert(name.clone(), text.clone()))
        };
        assert_eq!(wrong(&put("image")), "its field \"image\" is text/plain");
        assert!(wrong(&put("more")).contains("not listed"));
        assert!(wrong(&|s| drop(s.metadata.remove("age"))).contains("no metadata"));
        let half = |s: &mut Sample| drop(s.metadata.insert("age".into(), json!(0.5)));
        assert!(wrong(&half).contains("type number"));
        assert!(wrong(&|s| drop(s.metadata.insert("x".into(), json!(1)))).contains("not listed"));
    }
}
