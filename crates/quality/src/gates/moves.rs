//! The gate `split_moves`: no sample goes from one split to another, or from what is tested to what
//! is trained on.

use super::SplitMovesCheck;

/// What is wrong with a sample that was in the split `before` and is in `now`.
pub(super) fn violation(
    check: &SplitMovesCheck,
    before: Option<&str>,
    now: Option<&str>,
) -> Option<String> {
    let before = before.filter(|before| now != Some(*before))?;
    let forbidden = |[one, other]: &[String; 2]| {
        let pair = (Some(before), now);
        pair == (Some(one), Some(other)) || pair == (Some(other), Some(one))
    };
    if !check.between.is_empty() && !check.between.iter().any(forbidden) {
        return None;
    }
    let now = now.map_or_else(|| "no split".to_owned(), |now| format!("{now:?}"));
    Some(format!("it was in {before:?} and is in {now}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_hold_both_ways_and_no_pair_means_all() {
        let all = SplitMovesCheck::default();
        let pair = SplitMovesCheck {
            between: vec![["train".into(), "test".into()]],
        };
        let refused = |check, before, now| violation(check, before, now).is_some();
        for (before, now) in [("train", "test"), ("test", "train")] {
            assert!(refused(&all, Some(before), Some(now)));
            assert!(refused(&pair, Some(before), Some(now)));
        }
        assert!(refused(&all, Some("train"), Some("val")) && refused(&all, Some("train"), None));
        assert!(!refused(&pair, Some("train"), Some("val")));
        for check in [&all, &pair] {
            assert!(!refused(check, None, Some("test")));
            assert!(!refused(check, Some("test"), Some("test")));
        }
    }
}
