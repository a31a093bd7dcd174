//! Agreement of whole answers: classifications by class, regions by overlap and class.

use std::collections::{BTreeMap, BTreeSet};

use annotation::{AnnotationResult, Item, Shape};

use crate::regions::match_regions;

/// Regions that overlap less than this are not the same thing seen twice.
const LEAST_OVERLAP: f64 = 0.1;

/// How far two answers agree, in 0..=1: the mean over the layers that either uses.
///
/// A classification layer scores the Jaccard index of its classes. A layer of regions scores the summed
/// overlap (intersection over union) of paired regions of one class over the number of regions both
/// have together, paired ones counted once. Relations count through what they join. Two empty answers
/// agree fully.
pub fn answer_agreement(a: &AnnotationResult, b: &AnnotationResult) -> f64 {
    let (first, second) = (by_layer(a), by_layer(b));
    let layers: BTreeSet<&str> = first.keys().chain(second.keys()).copied().collect();
    if layers.is_empty() {
        return 1.0;
    }
    let none = Vec::new();
    let sum: f64 = layers
        .iter()
        .map(|layer| {
            layer_agreement(
                first.get(layer).unwrap_or(&none),
                second.get(layer).unwrap_or(&none),
            )
        })
        .sum();
    sum / layers.len() as f64
}

/// The answer that agrees best with all others: its index. Ties go to the earliest; `None` without answers.
pub fn medoid(answers: &[AnnotationResult]) -> Option<usize> {
    let total = |i: usize| -> f64 {
        answers
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != i)
            .map(|(_, other)| answer_agreement(&answers[i], other))
            .sum()
    };
    let mut best: Option<(usize, f64)> = None;
    for i in 0..answers.len() {
        let score = total(i);
        if best.is_none_or(|(_, leading)| score > leading + 1e-12) {
            best = Some((i, score));
        }
    }
    best.map(|(i, _)| i)
}

fn by_layer(answer: &AnnotationResult) -> BTreeMap<&str, Vec<&Item>> {
    let mut layers: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &answer.items {
        layers.entry(item.layer.as_str()).or_default().push(item);
    }
    layers
}

fn layer_agreement(a: &[&Item], b: &[&Item]) -> f64 {
    let (classes_a, classes_b) = (classes(a), classes(b));
    let (regions_a, regions_b) = (regions(a), regions(b));
    let named: BTreeSet<&str> = classes_a.union(&classes_b).copied().collect();
    let mut shared = classes_a.intersection(&classes_b).count() as f64;
    let mut all = named.len() as f64;
    let region_classes: BTreeSet<&str> =
        regions_a.keys().chain(regions_b.keys()).copied().collect();
    let none = Vec::new();
    for class in region_classes {
        let (x, y) = (
            regions_a.get(class).unwrap_or(&none),
            regions_b.get(class).unwrap_or(&none),
        );
        let pairs = match_regions(x, y, LEAST_OVERLAP);
        shared += pairs.iter().map(|(_, _, overlap)| overlap).sum::<f64>();
        all += (x.len() + y.len() - pairs.len()) as f64;
    }
    if all > 0.0 { shared / all } else { 1.0 }
}

fn classes<'a>(items: &[&'a Item]) -> BTreeSet<&'a str> {
    items
        .iter()
        .filter(|i| matches!(i.shape, Shape::Classification))
        .map(|i| i.class.as_str())
        .collect()
}

fn regions<'a>(items: &[&'a Item]) -> BTreeMap<&'a str, Vec<&'a Shape>> {
    let mut regions: BTreeMap<&str, Vec<&Shape>> = BTreeMap::new();
    for item in items {
        let is_nowhere = matches!(item.shape, Shape::Classification | Shape::Relation { .. });
        if !is_nowhere {
            regions
                .entry(item.class.as_str())
                .or_default()
                .push(&item.shape);
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str) -> AnnotationResult {
        let item = format!(
            r#"{{"items":[{{"id":"c","layer":"label","kind":"classification","class":"{name}"}}]}}"#
        );
        serde_json::from_str(&item).unwrap()
    }

    fn square(x: f64) -> AnnotationResult {
        let item = format!(
            r#"{{"items":[{{"id":"b","layer":"objects","kind":"box","x":{x},"y":0,"width":10,"height":10,"class":"car"}}]}}"#
        );
        serde_json::from_str(&item).unwrap()
    }

    #[test]
    fn classes_agree_or_not() {
        assert_eq!(answer_agreement(&class("cat"), &class("cat")), 1.0);
        assert_eq!(answer_agreement(&class("cat"), &class("dog")), 0.0);
    }

    #[test]
    fn regions_agree_by_overlap() {
        assert!((answer_agreement(&square(0.0), &square(5.0)) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(answer_agreement(&square(0.0), &square(50.0)), 0.0);
        let empty = AnnotationResult { items: Vec::new() };
        assert_eq!(answer_agreement(&square(0.0), &empty), 0.0);
        assert_eq!(answer_agreement(&empty, &empty), 1.0);
    }

    #[test]
    fn the_medoid_is_the_answer_in_the_middle() {
        assert_eq!(medoid(&[class("dog"), class("cat"), class("cat")]), Some(1));
        assert_eq!(medoid(&[square(-4.0), square(0.0), square(4.0)]), Some(1));
        assert_eq!(medoid(&[class("dog"), class("cat")]), Some(0));
        assert_eq!(medoid(&[]), None);
    }
}
