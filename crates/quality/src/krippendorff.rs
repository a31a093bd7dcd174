//! Krippendorff's alpha for nominal data, with missing answers.

use std::collections::BTreeMap;

use crate::agreement::counts;

/// Alpha of a reliability table: `raters[r][u]` is what rater r said of unit u, `None` where they said nothing.
///
/// Units with fewer than two answers are left out, as the definition asks. `None` when nothing can
/// be paired or when only one class was ever used.
pub fn krippendorff_alpha_nominal<T: Ord + Clone>(raters: &[Vec<Option<T>>]) -> Option<f64> {
    let width = raters.iter().map(Vec::len).max()?;
    let units: Vec<Vec<T>> = (0..width)
        .map(|u| {
            raters
                .iter()
                .filter_map(|r| r.get(u).cloned().flatten())
                .collect()
        })
        .collect();
    krippendorff_alpha_units(&units)
}

/// Alpha where only the answers of each unit are known, not who gave them (nominal alpha needs no more).
pub fn krippendorff_alpha_units<T: Ord>(units: &[Vec<T>]) -> Option<f64> {
    let mut totals: BTreeMap<&T, f64> = BTreeMap::new();
    let (mut pairable, mut disagreement) = (0.0, 0.0);
    for unit in units.iter().filter(|u| u.len() > 1) {
        let m = unit.len() as f64;
        pairable += m;
        for (class, count) in counts(unit) {
            let count = count as f64;
            *totals.entry(class).or_default() += count;
            disagreement += count * (m - count) / (m - 1.0);
        }
    }
    if pairable < 2.0 {
        return None;
    }
    let expected: f64 = totals.values().map(|c| c * (pairable - c)).sum::<f64>() / (pairable - 1.0);
    (expected > 0.0).then(|| 1.0 - disagreement / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: Option<f64>, expected: f64) {
        let value = value.expect("defined");
        assert!((value - expected).abs() < 5e-4, "{value} is not {expected}");
    }

    fn row(text: &str) -> Vec<Option<char>> {
        text.chars().map(|c| (c != '.').then_some(c)).collect()
    }

    /// Krippendorff 2011, "Computing Krippendorff's alpha-reliability", part A: two observers, binary.
    #[test]
    fn two_observers_binary() {
        close(
            krippendorff_alpha_nominal(&[row("0100000000"), row("1110010100")]),
            0.095,
        );
    }

    /// The same paper, part B: two observers, nominal.
    #[test]
    fn two_observers_nominal() {
        close(
            krippendorff_alpha_nominal(&[row("aabbdcccedda"), row("babbbccceddd")]),
            0.692,
        );
    }

    /// The same paper, part C: four observers, twelve units, missing values.
    #[test]
    fn four_observers_with_missing_values() {
        let raters = [
            row("123321412..."),
            row("1233224125.3"),
            row(".3332342251."),
            row("12332441251."),
        ];
        close(krippendorff_alpha_nominal(&raters), 0.743);
    }

    #[test]
    fn undefined_without_pairs_or_variation() {
        assert_eq!(krippendorff_alpha_units(&[vec![1], vec![2]]), None);
        assert_eq!(krippendorff_alpha_units(&[vec![1, 1], vec![1, 1]]), None);
        assert_eq!(krippendorff_alpha_nominal::<u8>(&[]), None);
        close(krippendorff_alpha_units(&[vec![1, 1], vec![2, 2, 2]]), 1.0);
    }
}
