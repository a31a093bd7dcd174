//! Asking gates about a version, sample by sample in key order.

use std::collections::BTreeMap;

use dataset::{LabelRow, Sample};
use ids::Hash;

use super::duplicates::Duplicates;
use super::{Check, ClassMinimaCheck, Gate, LabelsCheck, SchemaCheck, SplitMovesCheck};
use super::{labels, moves, schema};

/// Failures that are shown of each gate.
const MAX_EXAMPLES: usize = 100;

/// A sample as the gates see it. Its split is the one that counts: its own, or that of the rule.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The sample.
    pub sample: &'a Sample,
    /// Its labels.
    pub labels: &'a [LabelRow],
    /// Perceptual hashes of its pictures, by the hash of their bytes; those that are known.
    pub looks: &'a [(Hash, u64)],
    /// The split that it had where the branch was.
    pub before: Option<&'a str>,
}

/// What a gate found. Samples are numbers in key order, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Whether the gate lets the version through.
    pub passed: bool,
    /// Samples, or classes, that were looked at.
    pub checked: u64,
    /// How many of them, or pairs of them, are not as they must be.
    pub failures: u64,
    /// The outcome in words.
    pub message: String,
    /// Some of the failures.
    pub examples: Vec<OpenExample>,
}

/// A failure whose samples are still numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenExample {
    /// The sample, where it is about one.
    pub sample: Option<u32>,
    /// The other sample, where it is about two.
    pub other: Option<u32>,
    /// What is wrong.
    pub detail: String,
}

/// What is counted for every gate.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) checked: u64,
    failures: u64,
    examples: Vec<OpenExample>,
}

impl Tally {
    pub(super) fn fail(
        &mut self,
        sample: Option<u32>,
        other: Option<u32>,
        detail: impl FnOnce() -> String,
    ) {
        self.failures += 1;
        if self.examples.len() < MAX_EXAMPLES {
            self.examples.push(OpenExample {
                sample,
                other,
                detail: detail(),
            });
        }
    }
}

/// Gates that are asked about one version. Webhooks are not: they find nothing here.
#[derive(Debug)]
pub struct GateRun {
    gates: Vec<(State, Tally)>,
    samples: u32,
}

#[derive(Debug)]
enum State {
    Schema(SchemaCheck),
    Labels(LabelsCheck),
    ClassMinima(ClassMinimaCheck, BTreeMap<String, u64>),
    Duplicates(Duplicates),
    SplitMoves(SplitMovesCheck),
    Elsewhere,
}

impl GateRun {
    /// Begins.
    #[must_use]
    pub fn new(gates: &[&Gate]) -> Self {
        let state = |gate: &&Gate| match gate.check.clone() {
            Check::Schema(check) => State::Schema(check),
            Check::Labels(check) => State::Labels(check),
            Check::ClassMinima(check) => State::ClassMinima(check, BTreeMap::new()),
            Check::Duplicates(check) => State::Duplicates(Duplicates::new(check)),
            Check::SplitMoves(check) => State::SplitMoves(check),
            Check::Webhook(_) => State::Elsewhere,
        };
        Self {
            gates: gates
                .iter()
                .map(|gate| (state(gate), Tally::default()))
                .collect(),
            samples: 0,
        }
    }

    /// Whether a gate compares pictures, so that their perceptual hashes are needed.
    #[must_use]
    pub fn wants_looks(gates: &[&Gate]) -> bool {
        let near =
            |gate: &&Gate| matches!(&gate.check, Check::Duplicates(check) if check.near.is_some());
        gates.iter().any(near)
    }

    /// Whether a gate compares splits with those where the branch was.
    #[must_use]
    pub fn wants_before(gates: &[&Gate]) -> bool {
        gates
            .iter()
            .any(|gate| matches!(gate.check, Check::SplitMoves(_)))
    }

    /// Shows the gates the next sample.
    pub fn observe(&mut self, seen: &Observed<'_>) {
        let ordinal = Some(self.samples);
        self.samples = self.samples.saturating_add(1);
        for (state, tally) in &mut self.gates {
            match state {
                State::Schema(check) => {
                    tally.checked += 1;
                    if let Some(detail) = schema::violation(check, seen.sample) {
                        tally.fail(ordinal, None, || detail);
                    }
                }
                State::Labels(check) if labels::looks_at(check.split.as_deref(), seen.sample) => {
                    tally.checked += 1;
                    if !labels::has_label(check, seen.labels) {
                        tally.fail(ordinal, None, || "it has no such label".to_owned());
                    }
                }
                State::ClassMinima(check, counts)
                    if labels::looks_at(check.split.as_deref(), seen.sample) =>
                {
                    labels::count(check, seen.labels, counts);
                }
                State::Duplicates(duplicates) => duplicates.observe(seen, tally),
                State::SplitMoves(check) => {
                    tally.checked += 1;
                    let now = seen.sample.split.as_deref();
                    if let Some(detail) = moves::violation(check, seen.before, now) {
                        tally.fail(ordinal, None, || detail);
                    }
                }
                State::Labels(_) | State::ClassMinima(..) | State::Elsewhere => {}
            }
        }
    }

    /// What each gate found, in the order in which they were given.
    #[must_use]
    pub fn finish(self) -> Vec<Finding> {
        self.gates
            .into_iter()
            .map(|(state, tally)| conclude(state, tally))
            .collect()
    }
}

fn conclude(state: State, mut tally: Tally) -> Finding {
    let mut allowed = 0;
    let what = match state {
        State::Schema(_) => "samples do not fit the schema",
        State::Labels(check) => {
            allowed = may_lack(check.share, tally.checked);
            "samples have no such label"
        }
        State::ClassMinima(check, counts) => {
            for (class, wanted) in &check.minima {
                tally.checked += 1;
                let found = counts.get(class.as_str()).copied().unwrap_or_default();
                if found < *wanted {
                    tally.fail(None, None, || {
                        format!("the class {class:?} has {found} labels of {wanted}")
                    });
                }
            }
            "classes have too few labels"
        }
        State::Duplicates(duplicates) => {
            duplicates.finish(&mut tally);
            "duplicates stand in two splits, among samples looked at:"
        }
        State::SplitMoves(_) => "samples went to another split",
        State::Elsewhere => "",
    };
    let Tally {
        checked,
        failures,
        examples,
    } = tally;
    let message = if what.ends_with(':') {
        format!("{failures} {what} {checked}")
    } else {
        format!("{failures} of {checked} {what}")
    };
    Finding {
        passed: failures <= allowed,
        checked,
        failures,
        message,
        examples,
    }
}

/// How many of `samples` may lack what this part of them must have.
fn may_lack(share: f64, samples: u64) -> u64 {
    // Far below 2^53; rounded down, with room for the dust of a product like 0.9 * 10.
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of samples are far below 2^53"
    )]
    let lacking = (1.0 - share) * samples as f64 + 1e-6;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of samples"
    )]
    let whole = lacking.max(0.0) as u64;
    whole
}
