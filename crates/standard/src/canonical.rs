//! The canonical bytes of a standard and its hash.

use std::fmt::Write;

use ids::Hash;
use serde_json::Value;

use crate::StandardContent;

impl StandardContent {
    /// The hash that names this content: BLAKE3 over its canonical JSON, in a context of its own.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let value =
            serde_json::to_value(self).expect("a standard has string keys and finite numbers");
        Hash::derive("strata label standard 1", canonical_json(&value).as_bytes())
    }
}

/// JSON without spaces, with the members of objects sorted by the bytes of their names.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            out.push('{');
            for (i, (name, member)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_scalar(&Value::String(name.clone()), out);
                out.push(':');
                write_value(member, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(element, out);
            }
            out.push(']');
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_scalar(value: &Value, out: &mut String) {
    write!(out, "{value}").expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_and_spaces_gone() {
        let value = serde_json::from_str(r#"{ "b": [1, 2.5, null], "a": {"é": "\n", "d": true} }"#)
            .unwrap();
        assert_eq!(
            canonical_json(&value),
            r#"{"a":{"d":true,"é":"\n"},"b":[1,2.5,null]}"#
        );
    }

    #[test]
    fn the_hash_follows_the_content_not_its_spelling() {
        let parse = |text: &str| serde_json::from_str::<StandardContent>(text).unwrap();
        let a = parse(r#"{"title":"t","layers":[],"guideline":""}"#);
        let b = parse(r#"{"guideline":"","title":"t"}"#);
        assert_eq!(a.hash(), b.hash());
        assert_ne!(a.hash(), parse(r#"{"title":"u"}"#).hash());
    }
}
