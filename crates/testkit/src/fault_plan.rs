//! Which call of a faulty store fails, and how: a function of a seed, the call, its path, and how often it was made.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What goes wrong in a [`FaultyStore`](crate::FaultyStore).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlan {
    /// Nothing.
    Sound,
    /// Of a thousand calls about `per_mille` fail; which of them, and how, follows from the seed.
    Random {
        /// The same seed over the same calls fails in the same way.
        seed: u64,
        /// 0 to 1000.
        per_mille: u64,
    },
    /// So many more writes fit, then the disk is full: what is there can be read and deleted.
    Full {
        /// Writes that still succeed.
        writes: u64,
    },
    /// After so many more changes the store answers nothing, as if whoever asks had been killed.
    Gone {
        /// Writes and deletions that still succeed.
        changes: u64,
    },
}

/// What a call does to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    Read,
    Write,
    Delete,
    List,
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An error, and nothing was done.
    Before,
    /// It was done, and the answer is an error.
    After,
    /// "Come again later", and nothing was done.
    Throttled,
    /// No answer in time; what was asked is done a moment later.
    Late,
    /// Half of the bytes.
    Short,
    /// Half of the bytes, then zeros.
    Torn,
    /// A list as it was some changes ago.
    Stale,
    /// The disk is full.
    Full,
    /// There is nobody.
    Gone,
}

/// A plan, and what was asked so far.
#[derive(Debug)]
pub(crate) struct Planned {
    plan: FaultPlan,
    asked: HashMap<(Call, String), u64>,
    pub(crate) injected: u64,
    pub(crate) changes: u64,
    pub(crate) reads: u64,
}

impl Planned {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self {
            plan,
            asked: HashMap::new(),
            injected: 0,
            changes: 0,
            reads: 0,
        }
    }

    /// What happens to the next call.
    pub(crate) fn next(&mut self, call: Call, path: &str) -> Option<Fault> {
        let is_change = matches!(call, Call::Write | Call::Delete);
        self.changes += u64::from(is_change);
        self.reads += u64::from(call == Call::Read);
        let fault = match &mut self.plan {
            FaultPlan::Sound => None,
            FaultPlan::Random { seed, per_mille } => {
                let asked = self.asked.entry((call, path.to_owned())).or_insert(0);
                *asked += 1;
                let mut hasher = DefaultHasher::new();
                (*seed, call, path, *asked).hash(&mut hasher);
                let drawn = hasher.finish();
                (drawn % 1000 < *per_mille).then(|| fault_of(call, drawn / 1000))
            }
            FaultPlan::Full { writes } => match (call, *writes) {
                (Call::Write, 0) => Some(Fault::Full),
                (Call::Write, _) => {
                    *writes -= 1;
                    None
                }
                _ => None,
            },
            FaultPlan::Gone { changes: 0 } => Some(Fault::Gone),
            FaultPlan::Gone { changes } => {
                *changes -= u64::from(is_change);
                None
            }
        };
        self.injected += u64::from(fault.is_some());
        fault
    }
}

fn fault_of(call: Call, drawn: u64) -> Fault {
    let faults: &[Fault] = match call {
        Call::Read => &[Fault::Before, Fault::Throttled, Fault::Short, Fault::Torn],
        Call::Write => &[Fault::Before, Fault::After, Fault::Throttled, Fault::Late],
        Call::Delete => &[Fault::Before, Fault::After, Fault::Throttled],
        Call::List => &[Fault::Before, Fault::Throttled, Fault::Stale, Fault::Stale],
    };
    let at = usize::try_from(drawn).unwrap_or(0) % faults.len();
    faults[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_follows_from_its_seed() {
        let drawn = |seed| {
            let mut planned = Planned::new(FaultPlan::Random {
                seed,
                per_mille: 200,
            });
            let faults: Vec<_> = (0..500)
                .map(|n| planned.next(Call::Write, &format!("p/{}", n % 7)))
                .collect();
            (faults, planned.injected)
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        assert!((50..160).contains(&drawn(1).1));
    }

    #[test]
    fn a_full_disk_can_still_be_read() {
        let mut planned = Planned::new(FaultPlan::Full { writes: 1 });
        assert_eq!(planned.next(Call::Write, "a"), None);
        assert_eq!(planned.next(Call::Write, "a"), Some(Fault::Full));
        assert_eq!(planned.next(Call::Read, "a"), None);
        let mut planned = Planned::new(FaultPlan::Gone { changes: 0 });
        assert_eq!(planned.next(Call::Read, "a"), Some(Fault::Gone));
    }
}
