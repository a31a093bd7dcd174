//! From an accepted annotation to the label rows of its sample: pure.

use annotation::AnnotationResult;
use dataset::{LabelRow, SampleKey};

/// The item id of the one answer of a layer that allows one answer. The browser's item ids are
/// random; in a version this answer has a name of its own, so a corrected class reads as a class
/// that changed, and the same labels give the same tree on every machine.
const SINGLE_ANSWER: &str = "class";

/// A layer as far as committing is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerRule {
    /// Its name.
    pub name: String,
    /// A classification with at most one answer.
    pub single: bool,
}

/// The label rows that an annotation stands for. Items of layers the standard does not have are
/// left out: submits are checked against the standard, so there are none.
pub(crate) fn rows_of(
    sample: &SampleKey,
    result: &AnnotationResult,
    layers: &[LayerRule],
) -> Vec<LabelRow> {
    let mut rows: Vec<LabelRow> = result
        .items
        .iter()
        .filter_map(|item| {
            let layer = layers.iter().find(|layer| layer.name == item.layer)?;
            let mut item = item.clone();
            if layer.single {
                SINGLE_ANSWER.clone_into(&mut item.id);
            }
            Some(LabelRow::new(sample.clone(), item))
        })
        .collect();
    rows.sort_by_key(LabelRow::key);
    rows.dedup_by_key(|row| row.key());
    rows
}

#[cfg(test)]
mod tests {
    use annotation::{Item, Shape};

    use super::*;

    fn layers() -> Vec<LayerRule> {
        vec![
            LayerRule {
                name: "label".into(),
                single: true,
            },
            LayerRule {
                name: "objects".into(),
                single: false,
            },
        ]
    }

    fn key() -> SampleKey {
        SampleKey::new("a.png").unwrap()
    }

    #[test]
    fn a_single_answer_gets_its_own_name_and_boxes_keep_theirs() {
        let mut boxed = Item::classification("b7", "objects", "car");
        boxed.shape = Shape::Box {
            x: 1.0,
            y: 1.0,
            width: 2.0,
            height: 2.0,
        };
        boxed.score = Some(0.5);
        let result = AnnotationResult {
            items: vec![boxed, Item::classification("xyz", "label", "cat")],
        };
        let rows = rows_of(&key(), &result, &layers());
        let ids: Vec<_> = rows.iter().map(|row| row.item.id.as_str()).collect();
        assert_eq!(ids, ["class", "b7"]);
        assert_eq!(rows[1].item.score, None);
    }

    #[test]
    fn items_of_unknown_layers_are_left_out() {
        let result = AnnotationResult {
            items: vec![Item::classification("q", "other", "cat")],
        };
        assert!(rows_of(&key(), &result, &layers()).is_empty());
    }
}
