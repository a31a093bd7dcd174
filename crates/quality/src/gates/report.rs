//! What gates said about a commit, and whether that is enough to move a branch there.

use ids::Hash;
use serde::{Deserialize, Serialize};

use super::Gate;

/// What gates said about one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateReport {
    /// The commit.
    pub commit: Hash,
    /// The newest result of each gate, and of each move where the move matters.
    pub results: Vec<GateResult>,
}

/// What one gate said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateResult {
    /// The gate's name.
    pub gate: String,
    /// The kind of its check.
    pub kind: String,
    /// Hash of the gate as it was then.
    pub rule: Hash,
    /// The branch, where the answer depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Where the branch was, where the answer depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Hash>,
    /// Whether it lets the commit through.
    pub passed: bool,
    /// Samples, or classes, that were looked at.
    pub checked: u64,
    /// How many of them, or pairs of them, are not as they must be.
    pub failures: u64,
    /// The outcome in words.
    pub message: String,
    /// Some of the failures.
    pub examples: Vec<Example>,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The sample, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The other sample, where it is about two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_key: Option<String>,
    /// What is wrong with it.
    pub detail: String,
}

/// A gate that stands in the way of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The gate's name.
    pub gate: String,
    /// What it said; none: it was not asked yet.
    pub message: Option<String>,
}

impl GateReport {
    /// A report without results.
    #[must_use]
    pub const fn new(commit: Hash) -> Self {
        Self {
            commit,
            results: Vec::new(),
        }
    }

    /// Puts new results in the place of older ones of the same gates (and moves).
    pub fn take(&mut self, results: Vec<GateResult>) {
        for new in results {
            let same = |old: &GateResult| {
                (old.rule, &old.branch, old.against) == (new.rule, &new.branch, new.against)
            };
            self.results.retain(|old| !same(old));
            self.results.push(new);
        }
    }

    /// What this gate said about moving `branch` here from `old`, if it was asked.
    #[must_use]
    pub fn result(&self, gate: &Gate, branch: &str, old: Option<Hash>) -> Option<&GateResult> {
        let rule = gate.hash();
        let fits = |result: &&GateResult| {
            let same_move = result.branch.as_deref() == Some(branch) && result.against == old;
            result.rule == rule && (same_move || !gate.check.is_relative())
        };
        self.results.iter().find(fits)
    }

    /// The gates that do not let `branch` move here from `old`. `report` is none when no gate was
    /// asked about the commit.
    #[must_use]
    pub fn unmet(
        report: Option<&Self>,
        gates: &[&Gate],
        branch: &str,
        old: Option<Hash>,
    ) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for gate in gates {
            let result = report.and_then(|report| report.result(gate, branch, old));
            if result.is_some_and(|result| result.passed) {
                continue;
            }
            unmet.push(Unmet {
                gate: gate.name.clone(),
                message: result.map(|result| result.message.clone()),
            });
        }
        unmet
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Check, DuplicatesCheck, SplitMovesCheck};
    use super::*;

    fn gate(name: &str, check: Check) -> Gate {
        Gate {
            name: name.into(),
            check,
        }
    }

    fn result(gate: &Gate, of_move: Option<(&str, Hash)>, passed: bool) -> GateResult {
        GateResult {
            gate: gate.name.clone(),
            kind: gate.check.kind().into(),
            rule: gate.hash(),
            branch: of_move.map(|(branch, _)| branch.into()),
            against: of_move.map(|(_, old)| old),
            passed,
            checked: 1,
            failures: u64::from(!passed),
            message: "said".into(),
            examples: vec![],
            time_ms: 0,
        }
    }

    #[test]
    fn only_results_of_the_same_gate_and_move_count() {
        let plain = gate("d", Check::Duplicates(DuplicatesCheck::default()));
        let relative = gate("m", Check::SplitMoves(SplitMovesCheck::default()));
        let (here, before, other) = (Hash::of(b"here"), Hash::of(b"before"), Hash::of(b"other"));
        let gates = [&plain, &relative];
        let names = |report: Option<&GateReport>, branch: &str, old: Hash| -> Vec<_> {
            let unmet = GateReport::unmet(report, &gates, branch, Some(old));
            unmet
                .into_iter()
                .map(|unmet| (unmet.gate, unmet.message.is_some()))
                .collect()
        };
        assert_eq!(
            names(None, "main", before),
            [("d".into(), false), ("m".into(), false)]
        );
        let mut report = GateReport::new(here);
        report.take(vec![
            result(&plain, None, false),
            result(&relative, Some(("main", before)), true),
        ]);
        assert_eq!(names(Some(&report), "main", before), [("d".into(), true)]);
        report.take(vec![result(&plain, None, true)]);
        assert_eq!(report.results.len(), 2);
        assert_eq!(names(Some(&report), "main", before), []);
        assert_eq!(names(Some(&report), "main", other), [("m".into(), false)]);
        assert_eq!(names(Some(&report), "dev", before), [("m".into(), false)]);
        let changed = DuplicatesCheck {
            near: Some(3),
            ..DuplicatesCheck::default()
        };
        let changed = gate("d", Check::Duplicates(changed));
        assert!(report.result(&changed, "main", Some(before)).is_none());
    }
}
