//! Agreement of two or of n raters: percent, Cohen's kappa, Fleiss' kappa.

use std::collections::BTreeMap;

/// The share of pairs of answers, within units, that agree, in 0..=1.
///
/// `units` holds one list of answers per unit, of any length; a unit with fewer than two answers
/// says nothing. `None` when no unit holds a pair.
pub fn percent_agreement<T: Ord>(units: &[Vec<T>]) -> Option<f64> {
    let (mut equal, mut pairs) = (0_u64, 0_u64);
    for unit in units {
        let n = unit.len() as u64;
        pairs += n * n.saturating_sub(1) / 2;
        equal += counts(unit).values().map(|c| c * (c - 1) / 2).sum::<u64>();
    }
    (pairs > 0).then(|| equal as f64 / pairs as f64)
}

/// Cohen's kappa of two raters over the same units: `ratings[i]` is (first, second) for unit i.
///
/// `None` without units, or when chance alone explains everything (both always gave one same class).
pub fn cohen_kappa<T: Ord>(ratings: &[(T, T)]) -> Option<f64> {
    if ratings.is_empty() {
        return None;
    }
    let n = ratings.len() as f64;
    let mut first: BTreeMap<&T, f64> = BTreeMap::new();
    let mut second: BTreeMap<&T, f64> = BTreeMap::new();
    let mut equal = 0.0;
    for (a, b) in ratings {
        *first.entry(a).or_default() += 1.0;
        *second.entry(b).or_default() += 1.0;
        if a == b {
            equal += 1.0;
        }
    }
    let by_chance: f64 = first
        .iter()
        .map(|(class, count)| count * second.get(class).copied().unwrap_or(0.0))
        .sum::<f64>()
        / (n * n);
    beyond_chance(equal / n, by_chance)
}

/// Fleiss' kappa: `units[i][j]` is how many raters put unit i into class j.
///
/// Every unit must have the same number of ratings (at least two) and of classes: `None` otherwise,
/// and when chance alone explains everything.
pub fn fleiss_kappa(units: &[Vec<u32>]) -> Option<f64> {
    let classes = units.first()?.len();
    let raters: u32 = units.first()?.iter().sum();
    let regular = units
        .iter()
        .all(|u| u.len() == classes && u.iter().sum::<u32>() == raters);
    if raters < 2 || !regular {
        return None;
    }
    let (n, r) = (units.len() as f64, f64::from(raters));
    let observed: f64 = units
        .iter()
        .map(|u| {
            u.iter()
                .map(|&c| f64::from(c) * (f64::from(c) - 1.0))
                .sum::<f64>()
                / (r * (r - 1.0))
        })
        .sum::<f64>()
        / n;
    let by_chance: f64 = (0..classes)
        .map(|class| {
            let share = units.iter().map(|u| f64::from(u[class])).sum::<f64>() / (n * r);
            share * share
        })
        .sum();
    beyond_chance(observed, by_chance)
}

/// How often each value occurs.
pub(crate) fn counts<T: Ord>(values: &[T]) -> BTreeMap<&T, u64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts
}

fn beyond_chance(observed: f64, by_chance: f64) -> Option<f64> {
    let room = 1.0 - by_chance;
    (room > f64::EPSILON).then(|| (observed - by_chance) / room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: Option<f64>, expected: f64, tolerance: f64) {
        let value = value.expect("defined");
        assert!(
            (value - expected).abs() < tolerance,
            "{value} is not {expected}"
        );
    }

    #[test]
    fn percent_counts_pairs_within_units() {
        close(
            percent_agreement(&[vec!["a", "a", "b"], vec!["a", "a"], vec!["b"]]),
            2.0 / 4.0,
            1e-12,
        );
        assert_eq!(percent_agreement::<u8>(&[vec![1], vec![]]), None);
    }

    /// The 50 grant proposals of the usual textbook example: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
    #[test]
    fn cohen_of_the_grant_proposals() {
        let mut ratings = vec![(true, true); 20];
        ratings.extend(vec![(true, false); 5]);
        ratings.extend(vec![(false, true); 10]);
        ratings.extend(vec![(false, false); 15]);
        close(cohen_kappa(&ratings), 0.4, 1e-12);
    }

    /// Cohen 1960, table 1: 200 patients, three diagnoses, kappa 0.492.
    #[test]
    fn cohen_1960() {
        let table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
        let mut ratings = Vec::new();
        for (i, row) in table.iter().enumerate() {
            for (j, count) in row.iter().enumerate() {
                ratings.extend(vec![(i, j); *count]);
            }
        }
        close(cohen_kappa(&ratings), 0.492, 5e-4);
    }

    #[test]
    fn cohen_is_undefined_without_room_for_disagreement() {
        assert_eq!(cohen_kappa(&[(1, 1), (1, 1)]), None);
        assert_eq!(cohen_kappa::<u8>(&[]), None);
        close(cohen_kappa(&[(1, 1), (2, 2)]), 1.0, 1e-12);
    }

    /// The worked example of 14 raters, 10 subjects and 5 classes: kappa 0.210.
    #[test]
    fn fleiss_of_the_worked_example() {
        let units = vec![
            vec![0, 0, 0, 0, 14],
            vec![0, 2, 6, 4, 2],
            vec![0, 0, 3, 5, 6],
            vec![0, 3, 9, 2, 0],
            vec![2, 2, 8, 1, 1],
            vec![7, 7, 0, 0, 0],
            vec![3, 2, 6, 3, 0],
            vec![2, 5, 3, 2, 2],
            vec![6, 5, 2, 1, 0],
            vec![0, 2, 2, 3, 7],
        ];
        close(fleiss_kappa(&units), 0.210, 5e-4);
    }

    #[test]
    fn fleiss_needs_equal_numbers_of_ratings() {
        assert_eq!(fleiss_kappa(&[vec![2, 0], vec![1, 0]]), None);
        assert_eq!(fleiss_kappa(&[vec![2, 0], vec![2, 0]]), None);
        assert_eq!(fleiss_kappa(&[]), None);
    }
}
