//! Splits by rule: the split of a sample that has none of its own follows from its key, or from what
//! it shares with others. Pure, so that adding data never moves a sample.

use std::sync::LazyLock;

use ids::Context;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Sample;

/// What buckets are counted in: a bucket is a number from 0 to this, exclusive.
const PARTS: u32 = 1_000_000;
const MAX_BUCKETS: usize = 100;
const MAX_TEXT_BYTES: usize = 200;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new("strata 2026 split bucket v1"));

/// How samples come to a split. A sample's own split wins over the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitRule {
    /// Mixed into each hash: another salt is another division.
    pub salt: String,
    /// The splits, with where each ends, ascending.
    pub buckets: Vec<SplitBucket>,
    /// The metadata whose value keeps samples together, such as `patient`. A sample without it, and
    /// every sample where none is named, is divided by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
}

/// One split of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitBucket {
    /// Its name.
    pub split: String,
    /// Samples below this many millionths, and not in a bucket before, are in it. What is above the
    /// last one has no split.
    pub below: u32,
}

/// Why a rule can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the split rule can't be used: {0}")]
pub struct SplitRuleError(String);

impl SplitRule {
    /// A rule from the shares of its splits, in parts of any size: 8 and 2 are 80 % and 20 %.
    ///
    /// # Errors
    /// [`SplitRuleError`] as [`SplitRule::check`].
    pub fn from_shares(
        salt: &str,
        shares: &[(String, u32)],
        group_by: Option<String>,
    ) -> Result<Self, SplitRuleError> {
        let total: u64 = shares.iter().map(|(_, share)| u64::from(*share)).sum();
        let mut sum = 0;
        let mut buckets = Vec::with_capacity(shares.len());
        for (split, share) in shares {
            sum += u64::from(*share);
            let below = (sum * u64::from(PARTS))
                .checked_div(total)
                .unwrap_or_default();
            buckets.push(SplitBucket {
                split: split.clone(),
                // At most `PARTS`, as `sum` is at most `total`.
                below: below as u32,
            });
        }
        let rule = Self {
            salt: salt.to_owned(),
            buckets,
            group_by,
        };
        rule.check()?;
        Ok(rule)
    }

    /// Checks what was written by hand.
    ///
    /// # Errors
    /// [`SplitRuleError`] when there is no split, one is empty or named twice, or a text is too long.
    pub fn check(&self) -> Result<(), SplitRuleError> {
        let refuse = |reason: &str| Err(SplitRuleError(reason.to_owned()));
        let plain = |text: &str| {
            (1..=MAX_TEXT_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
        };
        if self.buckets.is_empty() || self.buckets.len() > MAX_BUCKETS {
            return refuse("it has 1 to 100 splits");
        }
        if self.salt.len() > MAX_TEXT_BYTES || self.salt.contains('\0') {
            return refuse("its salt has at most 200 bytes");
        }
        if self.group_by.as_deref().is_some_and(|name| !plain(name)) {
            return refuse("the name of a metadata value has 1 to 200 bytes");
        }
        let mut above = 0;
        for (at, bucket) in self.buckets.iter().enumerate() {
            if !plain(&bucket.split) {
                return refuse("the name of a split has 1 to 200 bytes and no control characters");
            }
            if self.buckets[..at]
                .iter()
                .any(|other| other.split == bucket.split)
            {
                return refuse("it names a split twice");
            }
            if bucket.below <= above || bucket.below > PARTS {
                return refuse("each split ends above the one before, at 1,000,000 at most");
            }
            above = bucket.below;
        }
        Ok(())
    }

    /// The split of a sample by the rule alone.
    #[must_use]
    pub fn split_of(&self, sample: &Sample) -> Option<&str> {
        let group = self
            .group_by
            .as_ref()
            .and_then(|name| sample.metadata.get(name));
        let bucket = match group {
            None => self.bucket(0, sample.key.as_str()),
            Some(serde_json::Value::String(text)) => self.bucket(1, text),
            Some(other) => self.bucket(2, &other.to_string()),
        };
        let found = self.buckets.iter().find(|found| bucket < found.below)?;
        Some(&found.split)
    }

    /// Gives a sample without a split that of the rule.
    pub fn apply(&self, sample: &mut Sample) {
        if sample.split.is_none() {
            sample.split = self.split_of(sample).map(str::to_owned);
        }
    }

    /// A number below [`PARTS`]; `kind` keeps keys, texts and other values apart.
    fn bucket(&self, kind: u8, text: &str) -> u32 {
        let mut bytes = Vec::with_capacity(self.salt.len() + text.len() + 2);
        bytes.extend_from_slice(self.salt.as_bytes());
        bytes.extend_from_slice(&[0, kind]);
        bytes.extend_from_slice(text.as_bytes());
        let hash = CONTEXT.hash(&bytes);
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        let part = (u128::from(u64::from_le_bytes(first)) * u128::from(PARTS)) >> 64;
        // Below `PARTS`.
        part as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::SampleKey;

    fn sample(key: &str, patient: Option<serde_json::Value>) -> Sample {
        Sample {
            key: SampleKey::new(key).unwrap(),
            fields: Default::default(),
            metadata: patient
                .map(|value| ("patient".to_owned(), value))
                .into_iter()
                .collect(),
            split: None,
        }
    }

    fn rule(shares: &[(&str, u32)], group_by: Option<&str>) -> SplitRule {
        let shares: Vec<_> = shares
            .iter()
            .map(|(name, share)| ((*name).to_owned(), *share))
            .collect();
        SplitRule::from_shares("s", &shares, group_by.map(str::to_owned)).unwrap()
    }

    #[test]
    fn shares_are_about_what_was_asked_for() {
        let rule = rule(&[("train", 8), ("val", 1), ("test", 1)], None);
        let count = |split: &str| {
            (0..10_000)
                .filter(|n| rule.split_of(&sample(&format!("{n}.png"), None)) == Some(split))
                .count()
        };
        let (train, val, test) = (count("train"), count("val"), count("test"));
        assert_eq!(train + val + test, 10_000);
        assert!(
            (7_850..8_150).contains(&train) && (900..1_100).contains(&val),
            "{train} {val}"
        );
    }

    #[test]
    fn the_bytes_of_the_rule_are_these() {
        // Stored versions rest on this: it never changes.
        let rule = rule(&[("train", 8), ("test", 2)], Some("patient"));
        let of = |n: u32| rule.bucket(0, &format!("{n}.png"));
        assert_eq!([of(0), of(1), of(2)], [250_870, 455_868, 777_706]);
        assert_ne!(rule.bucket(0, "3"), rule.bucket(1, "3"));
        assert_ne!(rule.bucket(1, "3"), rule.bucket(2, "3"));
    }

    #[test]
    fn groups_stay_together_and_own_splits_win() {
        let rule = rule(&[("train", 1), ("test", 1)], Some("patient"));
        let split = |key: &str| rule.split_of(&sample(key, Some(json!("p7"))));
        assert!((0..100).all(|n| split(&format!("{n}")) == split("x")));
        assert!((0..100).any(|n| rule.split_of(&sample(&format!("{n}"), None)) != split("x")));
        let mut own = sample("a", None);
        own.split = Some("held".into());
        rule.apply(&mut own);
        assert_eq!(own.split.as_deref(), Some("held"));
    }

    #[test]
    fn nonsense_is_refused() {
        let bucket = |split: &str, below| SplitBucket {
            split: split.into(),
            below,
        };
        let rule = |buckets| SplitRule {
            salt: String::new(),
            buckets,
            group_by: None,
        };
        for bad in [
            rule(vec![]),
            rule(vec![bucket("a", 0)]),
            rule(vec![bucket("", 1)]),
            rule(vec![bucket("a", 5), bucket("b", 5)]),
            rule(vec![bucket("a", 5), bucket("a", 6)]),
            rule(vec![bucket("a", 1_000_001)]),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        assert!(SplitRule::from_shares("", &[("a".into(), 0)], None).is_err());
    }

    proptest! {
        #[test]
        fn what_is_added_moves_nothing(
            keys in prop::collection::btree_set("[a-z0-9]{1,12}", 1..60),
            patients in prop::collection::vec(prop::option::of(0u8..9), 60),
            first in 1usize..60,
        ) {
            let rule = rule(&[("train", 7), ("val", 1), ("test", 2)], Some("patient"));
            let samples: Vec<Sample> = keys.iter().zip(&patients)
                .map(|(key, patient)| sample(key, patient.map(|n| json!(n)))).collect();
            let of = |part: &[Sample]| -> Vec<Option<String>> {
                part.iter().map(|sample| rule.split_of(sample).map(str::to_owned)).collect()
            };
            let before = of(&samples[..first.min(samples.len())]);
            let after = of(&samples);
            prop_assert_eq!(&before[..], &after[..before.len()]);
            for (one, a) in samples.iter().zip(&after) {
                for (other, b) in samples.iter().zip(&after) {
                    if one.metadata.contains_key("patient") && one.metadata == other.metadata {
                        prop_assert_eq!(a, b);
                    }
                }
            }
        }
    }
}
