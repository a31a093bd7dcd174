//! What is done with an answer before it is stored.

use annotation::{AnnotationResult, Item};
use api_types::ErrorCode;
use serde_json::Value;
use standard::{SampleFacts, StandardContent, check_annotation};

use super::refusal::require_none;
use crate::problem::Problem;

/// The answer as it is stored: without scores, which belong to predictions.
///
/// # Errors
/// `annotation_invalid` with the place of the first violation of the standard.
pub(crate) fn accepted_form(
    standard: &StandardContent,
    mut result: AnnotationResult,
    facts: &SampleFacts,
) -> Result<AnnotationResult, Problem> {
    for item in &mut result.items {
        item.score = None;
    }
    require_none(
        ErrorCode::AnnotationInvalid,
        &check_annotation(standard, &result, facts),
    )?;
    Ok(result)
}

/// Whether an answer says something else than the prediction it began with. Ids, scores and the order
/// of items say nothing.
pub(crate) fn differs(answer: &AnnotationResult, prediction: &AnnotationResult) -> bool {
    let said = |result: &AnnotationResult| {
        let mut items: Vec<String> = result.items.iter().map(what_it_says).collect();
        items.sort();
        items
    };
    said(answer) != said(prediction)
}

fn what_it_says(item: &Item) -> String {
    let plain = Item {
        id: String::new(),
        score: None,
        ..item.clone()
    };
    let value = serde_json::to_value(plain).unwrap_or(Value::Null);
    standard::canonical_json(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_scores_and_order_do_not_make_a_difference() {
        let mut predicted = Item::classification("p", "label", "cat");
        predicted.score = Some(0.9);
        let other = Item::classification("q", "weather", "rain");
        let prediction = AnnotationResult {
            items: vec![predicted, other.clone()],
        };
        let answer = AnnotationResult {
            items: vec![other, Item::classification("x", "label", "cat")],
        };
        assert!(!differs(&answer, &prediction));
        let changed = AnnotationResult {
            items: vec![Item::classification("x", "label", "dog")],
        };
        assert!(differs(&changed, &prediction));
    }
}
