//! Whether a condition holds for a sample.

use std::cmp::Ordering;

use super::{BlobFact, Column, Condition, Operator, Value};
use crate::{Field, LabelRow, Sample};

pub(super) fn holds(condition: &Condition, sample: &Sample, labels: &[LabelRow]) -> bool {
    let any = |column: &Column, test: &dyn Fn(Found<'_>) -> bool| {
        let mut hit = false;
        each_value(column, sample, labels, &mut |found| hit |= test(found));
        hit
    };
    match condition {
        Condition::And(a, b) => holds(a, sample, labels) && holds(b, sample, labels),
        Condition::Or(a, b) => holds(a, sample, labels) || holds(b, sample, labels),
        Condition::Not(inner) => !holds(inner, sample, labels),
        Condition::IsNull(column) => !any(column, &|_| true),
        Condition::In { column, values } => any(column, &|found| {
            values
                .iter()
                .any(|v| found.compare(v) == Some(Ordering::Equal))
        }),
        Condition::Like { column, pattern } => any(
            column,
            &|found| matches!(found, Found::Text(text) if like(text, pattern)),
        ),
        Condition::Compare {
            column,
            operator: Operator::NotEqual,
            value,
        } => {
            any(column, &|_| true)
                && !any(column, &|found| {
                    found.compare(value) == Some(Ordering::Equal)
                })
        }
        Condition::Compare {
            column,
            operator,
            value,
        } => any(column, &|found| {
            found
                .compare(value)
                .is_some_and(|order| allows(*operator, order))
        }),
    }
}

fn allows(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
    }
}

/// A value of the sample, borrowed.
#[derive(Clone, Copy)]
enum Found<'a> {
    Text(&'a str),
    Number(f64),
    Boolean(bool),
    /// There, but of a kind that compares with nothing: a list or an object.
    Other,
}

impl<'a> Found<'a> {
    fn from_json(value: &'a serde_json::Value) -> Option<Self> {
        Some(match value {
            serde_json::Value::Null => return None,
            serde_json::Value::Bool(boolean) => Self::Boolean(*boolean),
            serde_json::Value::Number(number) => Self::Number(number.as_f64()?),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => Self::Other,
        })
    }

    /// The order between two values of one type; `None` across types.
    fn compare(self, value: &Value) -> Option<Ordering> {
        match (self, value) {
            (Self::Text(a), Value::Text(b)) => Some(a.cmp(b.as_str())),
            (Self::Number(a), Value::Number(b)) => a.partial_cmp(b),
            (Self::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

#[allow(clippy::cast_precision_loss)] // Sizes of files are far below 2^53.
fn each_value(
    column: &Column,
    sample: &Sample,
    labels: &[LabelRow],
    take: &mut dyn FnMut(Found<'_>),
) {
    match column {
        Column::Key => take(Found::Text(sample.key.as_str())),
        Column::Split => sample
            .split
            .iter()
            .for_each(|split| take(Found::Text(split))),
        Column::HasLabel => take(Found::Boolean(!labels.is_empty())),
        Column::Label { layer } => labels
            .iter()
            .filter(|row| layer.as_ref().is_none_or(|layer| *layer == row.item.layer))
            .for_each(|row| take(Found::Text(&row.item.class))),
        Column::Metadata(name) => {
            sample
                .metadata
                .get(name)
                .and_then(Found::from_json)
                .into_iter()
                .for_each(take);
        }
        Column::Inline(name) => {
            if let Some(Field::Inline(value)) = sample.fields.get(name) {
                Found::from_json(value).into_iter().for_each(take);
            }
        }
        Column::Blob { field, fact } => {
            let Some(blob) = sample.fields.get(field).and_then(Field::blob) else {
                return;
            };
            match fact {
                BlobFact::Width => blob
                    .width
                    .iter()
                    .for_each(|w| take(Found::Number(f64::from(*w)))),
                BlobFact::Height => blob
                    .height
                    .iter()
                    .for_each(|h| take(Found::Number(f64::from(*h)))),
                BlobFact::Bytes => take(Found::Number(blob.bytes as f64)),
                BlobFact::MediaType => take(Found::Text(&blob.media_type)),
            }
        }
    }
}

/// SQL's LIKE: `%` is any run, `_` any one character. Linear in the text for each `%`.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'%') {
            retry = Some((p + 1, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == '_' || *c == text[t]) {
            (t, p) = (t + 1, p + 1);
        } else if let Some((after, from)) = retry {
            retry = Some((after, from + 1));
            (p, t) = (after, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use annotation::Item;
    use ids::Hash;
    use serde_json::json;

    use crate::{BlobField, Field, LabelRow, Query, Sample, SampleKey};

    fn sample() -> Sample {
        let image = BlobField {
            hash: Hash::of(b"x"),
            media_type: "image/png".into(),
            bytes: 900,
            width: Some(64),
            height: Some(48),
        };
        Sample {
            key: SampleKey::new("train/cat/1.png").unwrap(),
            fields: BTreeMap::from([
                ("image".into(), Field::Blob(image)),
                ("caption".into(), Field::Inline(json!("it's a cat"))),
            ]),
            metadata: BTreeMap::from([
                ("taken at".into(), json!("noon")),
                ("iso".into(), json!(100)),
            ]),
            split: Some("train".into()),
        }
    }

    fn labels() -> Vec<LabelRow> {
        let key = SampleKey::new("train/cat/1.png").unwrap();
        ["cat", "pet"]
            .map(|class| LabelRow::new(key.clone(), Item::classification(class, "label", class)))
            .to_vec()
    }

    fn matches(text: &str) -> bool {
        Query::parse(text)
            .unwrap_or_else(|e| panic!("{text}: {e}"))
            .matches(&sample(), &labels())
    }

    #[test]
    fn conditions_that_hold() {
        for text in [
            "",
            "label = 'cat'",
            "label.label = 'pet' and split in ('train','val')",
            "label != 'dog'",
            "has_label",
            "NOT has_label = false",
            "field.image.width >= 64 AND field.image.height < 64",
            "field.image.media_type LIKE 'image/%'",
            "field.caption = 'it''s a cat'",
            "metadata.\"taken at\" = 'noon'",
            "metadata.iso > 99.5",
            "metadata.missing IS NULL",
            "key LIKE '%/cat/_.png'",
            "split = 'test' OR (split = 'train' AND label IN ('cat'))",
        ] {
            assert!(matches(text), "{text}");
        }
    }

    #[test]
    fn conditions_that_do_not() {
        for text in [
            "label = 'dog'",
            "label != 'cat'",
            "label.other = 'cat'",
            "metadata.missing != 'x'",
            "metadata.iso = '100'",
            "split IS NULL",
            "key LIKE 'train/dog/%'",
            "label NOT IN ('cat', 'dog')",
        ] {
            assert!(!matches(text), "{text}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, position) in [
            ("colour = 'red'", 1),
            ("label = cat", 9),
            ("label = 'cat", 9),
            ("split = 'a' split", 13),
            ("field.image.depth = 1", 13),
            ("key ~ 'a'", 5),
            ("(split = 'a'", 13),
        ] {
            assert_eq!(Query::parse(text).unwrap_err().position, position, "{text}");
        }
        let deep = format!("{}has_label{}", "(".repeat(80), ")".repeat(80));
        assert!(Query::parse(&deep).unwrap_err().message.contains("nests"));
    }
}
