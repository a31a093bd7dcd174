//! The gates `labels` and `class_minima`: who must have a label, and how many a class must have.

use std::collections::BTreeMap;

use dataset::{LabelRow, Sample};

use super::{ClassMinimaCheck, LabelsCheck};

/// Whether the check looks at a sample of this split.
pub(super) fn looks_at(wanted: Option<&str>, sample: &Sample) -> bool {
    wanted.is_none_or(|wanted| sample.split.as_deref() == Some(wanted))
}

/// Whether the sample has a label that counts.
pub(super) fn has_label(check: &LabelsCheck, labels: &[LabelRow]) -> bool {
    labels.iter().any(|label| {
        check
            .layer
            .as_ref()
            .is_none_or(|layer| *layer == label.item.layer)
            && (check.classes.is_empty() || check.classes.contains(&label.item.class))
    })
}

/// Counts the labels of the classes that matter.
pub(super) fn count(
    check: &ClassMinimaCheck,
    labels: &[LabelRow],
    counts: &mut BTreeMap<String, u64>,
) {
    let in_layer = |label: &&LabelRow| {
        check
            .layer
            .as_ref()
            .is_none_or(|layer| *layer == label.item.layer)
    };
    for label in labels.iter().filter(in_layer) {
        if let Some((class, _)) = check.minima.get_key_value(&label.item.class) {
            *counts.entry(class.clone()).or_default() += 1;
        }
    }
}
