//! Rules for branches: what may not be done to them, and the gates that they ask for.

use serde::{Deserialize, Serialize};

use super::{Check, Gate, near};

/// What protects the branches of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// The rules; a branch is under all that fit its name.
    pub rules: Vec<BranchRule>,
}

/// What protects the branches whose names fit a pattern.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchRule {
    /// A name in which each `*` stands for any characters: `main`, `release/*`, `*`.
    pub branches: String,
    /// Whether they can't be deleted.
    #[serde(default)]
    pub no_deletion: bool,
    /// Whether they only go to commits that descend from where they are.
    #[serde(default)]
    pub no_rewind: bool,
    /// What a commit must pass before they go to it.
    #[serde(default)]
    pub gates: Vec<Gate>,
}

/// Why rules can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rule for {branches:?} can't be used: {reason}")]
pub struct RuleError {
    /// The pattern of the rule.
    pub branches: String,
    /// What is wrong.
    pub reason: String,
}

/// The longest pattern and the longest name of a gate, in bytes.
const MAX_NAME_BYTES: usize = 100;
/// Rules of a dataset, and gates of a rule.
const MAX_RULES: usize = 100;
/// The longest wait for a webhook.
const MAX_DEADLINE_MS: u64 = 60_000;

impl Protection {
    /// Checks what is written before it is kept.
    ///
    /// # Errors
    /// [`RuleError`] for the first rule that can't be used.
    pub fn check(&self) -> Result<(), RuleError> {
        for (at, rule) in self.rules.iter().enumerate() {
            let refuse = |reason: &str| RuleError {
                branches: rule.branches.chars().take(MAX_NAME_BYTES).collect(),
                reason: reason.to_owned(),
            };
            if at >= MAX_RULES || rule.gates.len() > MAX_RULES {
                return Err(refuse(
                    "there are at most 100 rules, each of at most 100 gates",
                ));
            }
            if !is_pattern(&rule.branches) {
                return Err(refuse(
                    "a pattern is 1 to 100 letters, digits, `.`, `_`, `-`, `/` and `*`",
                ));
            }
            let before = &self.rules[..at];
            if before.iter().any(|other| other.branches == rule.branches) {
                return Err(refuse("there is a rule with this pattern already"));
            }
            for (at, gate) in rule.gates.iter().enumerate() {
                let name = &gate.name;
                if rule.gates[..at].iter().any(|other| other.name == *name) {
                    return Err(refuse(&format!("two of its gates are named {name:?}")));
                }
                check_gate(gate).map_err(|reason| refuse(&format!("gate {name:?}: {reason}")))?;
            }
        }
        Ok(())
    }

    /// Whether a rule forbids to delete the branch.
    #[must_use]
    pub fn forbids_deletion(&self, branch: &str) -> bool {
        self.rules_for(branch).any(|rule| rule.no_deletion)
    }

    /// Whether a rule forbids the branch to go anywhere but forward.
    #[must_use]
    pub fn forbids_rewind(&self, branch: &str) -> bool {
        self.rules_for(branch).any(|rule| rule.no_rewind)
    }

    /// The gates that a commit must pass before the branch goes to it.
    #[must_use]
    pub fn gates_for(&self, branch: &str) -> Vec<&Gate> {
        self.rules_for(branch)
            .flat_map(|rule| &rule.gates)
            .collect()
    }

    fn rules_for(&self, branch: &str) -> impl Iterator<Item = &BranchRule> {
        self.rules
            .iter()
            .filter(move |rule| fits(&rule.branches, branch))
    }
}

fn is_pattern(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/*".contains(&byte);
    (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(plain)
}

fn check_gate(gate: &Gate) -> Result<(), String> {
    let name = &gate.name;
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        return Err("a name has 1 to 100 bytes and no control characters".to_owned());
    }
    match &gate.check {
        Check::Labels(labels) if !(0.0..=1.0).contains(&labels.share) => {
            Err("the share is from 0 to 1".to_owned())
        }
        Check::ClassMinima(classes) if classes.minima.is_empty() => {
            Err("it names no class".to_owned())
        }
        Check::Duplicates(duplicates) if duplicates.near > Some(near::MAX_DISTANCE) => {
            Err(format!("near is at most {}", near::MAX_DISTANCE))
        }
        Check::Webhook(webhook) if !(1..=MAX_DEADLINE_MS).contains(&webhook.deadline_ms) => {
            Err(format!("deadline_ms is from 1 to {MAX_DEADLINE_MS}"))
        }
        _ => Ok(()),
    }
}

/// Whether a name fits a pattern in which each `*` stands for any characters, none among them.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    // `split` gives at least one part.
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::super::{DuplicatesCheck, WebhookCheck};
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let fitting = [
            ("main", "main"),
            ("*", "main"),
            ("release/*", "release/1.0/rc"),
            ("*/frozen", "a/b/frozen"),
            ("a*b*c", "abc"),
            ("a*b*c", "a-b-b-c"),
        ];
        for (pattern, name) in fitting {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        let other = [
            ("main", "mainly"),
            ("main", "a/main"),
            ("release/*", "release"),
            ("a*b*c", "acb"),
            ("a*a", "a"),
        ];
        for (pattern, name) in other {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_branch_is_under_all_rules_that_fit() {
        let gate = |name: &str| Gate {
            name: name.into(),
            check: Check::Duplicates(DuplicatesCheck::default()),
        };
        let protection = Protection {
            rules: vec![
                BranchRule {
                    branches: "*".into(),
                    gates: vec![gate("all")],
                    ..BranchRule::default()
                },
                BranchRule {
                    branches: "main".into(),
                    no_deletion: true,
                    gates: vec![gate("main")],
                    ..BranchRule::default()
                },
            ],
        };
        protection.check().unwrap();
        assert!(protection.forbids_deletion("main") && !protection.forbids_deletion("x"));
        assert!(!protection.forbids_rewind("main"));
        let names = |branch| -> Vec<_> {
            let gates = protection.gates_for(branch);
            gates.into_iter().map(|gate| gate.name.as_str()).collect()
        };
        assert_eq!(names("main"), ["all", "main"]);
        assert_eq!(names("x"), ["all"]);
    }

    #[test]
    fn nonsense_is_refused_by_rule() {
        let rule = |branches: &str, gates: Vec<Gate>| Protection {
            rules: vec![BranchRule {
                branches: branches.into(),
                gates,
                ..BranchRule::default()
            }],
        };
        let gate = |check| Gate {
            name: "g".into(),
            check,
        };
        let far = DuplicatesCheck {
            near: Some(11),
            ..DuplicatesCheck::default()
        };
        let slow = WebhookCheck {
            url: "https://example.org".into(),
            deadline_ms: 60_001,
        };
        for bad in [
            rule("", vec![]),
            rule("a b", vec![]),
            rule("main", vec![gate(Check::Duplicates(far))]),
            rule("main", vec![gate(Check::Webhook(slow))]),
            rule(
                "main",
                vec![gate(Check::Duplicates(DuplicatesCheck::default())); 2],
            ),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        let text = r#"{"name":"g","check":{"kind":"labels","shar":1}}"#;
        assert!(serde_json::from_str::<Gate>(text).is_err());
    }
}
