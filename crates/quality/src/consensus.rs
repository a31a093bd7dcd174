//! The aggregated label of several answers.

use crate::agreement::counts;

/// What several answers come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus<T> {
    /// The answer most gave.
    pub value: T,
    /// How many gave it.
    pub votes: u64,
    /// Their share of all answers, in 0..=1.
    pub share: f64,
    /// Whether another answer had as many votes; the value is then the one given first.
    pub tied: bool,
}

/// The answer most raters gave; among equals the one given first. `None` without answers.
pub fn majority<T: Ord + Clone>(answers: &[T]) -> Option<Consensus<T>> {
    let counts = counts(answers);
    let votes = counts.values().copied().max()?;
    let value = answers
        .iter()
        .find(|a| counts.get(a) == Some(&votes))?
        .clone();
    let tied = counts.values().filter(|c| **c == votes).count() > 1;
    Some(Consensus {
        value,
        votes,
        share: votes as f64 / answers.len() as f64,
        tied,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_answer_wins_and_ties_go_to_the_first() {
        let clear = majority(&["cat", "dog", "cat"]).unwrap();
        assert_eq!((clear.value, clear.votes, clear.tied), ("cat", 2, false));
        let tied = majority(&["dog", "cat"]).unwrap();
        assert_eq!((tied.value, tied.share, tied.tied), ("dog", 0.5, true));
        assert_eq!(majority::<u8>(&[]), None);
    }
}
