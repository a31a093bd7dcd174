//! What holds for a version as a whole: its rule for splits.

use bytes::Bytes;
use dataset::SplitRule;
use ids::Hash;
use serde_json::{Map, Value};

use crate::codec::{Reader, put_value};
use crate::commit::empty_meta;
use crate::held::row_hash;
use crate::objects::Objects;
use crate::{EntryKind, Error, Result};

/// The member of the stored object that holds the rule.
const SPLIT_RULE: &str = "split_rule";

/// What holds for a version as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) split_rule: Option<SplitRule>,
}

impl Meta {
    /// The stored value and its hash.
    pub(crate) fn encode(&self) -> Result<(Hash, Bytes)> {
        let refuse = |reason: String| Error::InvalidChange {
            key: SPLIT_RULE.to_owned(),
            reason,
        };
        let mut members = Map::new();
        if let Some(rule) = &self.split_rule {
            rule.check().map_err(|error| refuse(error.to_string()))?;
            let rule = serde_json::to_value(rule).map_err(|error| refuse(error.to_string()))?;
            members.insert(SPLIT_RULE.to_owned(), rule);
        }
        let mut bytes = Vec::new();
        put_value(&mut bytes, &Value::Object(members)).map_err(|reason| refuse(reason.into()))?;
        Ok((row_hash(&bytes), bytes.into()))
    }

    /// Reads the stored value of this hash.
    pub(crate) fn decode(hash: &Hash, bytes: &[u8]) -> Result<Self> {
        let damaged = |detail: &str| Error::damaged(format!("the settings {hash}"), detail);
        let mut reader = Reader::new(bytes);
        let value = reader.value().map_err(damaged)?;
        reader.end().map_err(damaged)?;
        let Value::Object(mut members) = value else {
            return Err(damaged("they are no object"));
        };
        let split_rule = match members.remove(SPLIT_RULE) {
            None => None,
            Some(rule) => {
                let rule: SplitRule =
                    serde_json::from_value(rule).map_err(|error| damaged(&error.to_string()))?;
                rule.check().map_err(|error| damaged(&error.to_string()))?;
                Some(rule)
            }
        };
        if let Some((name, _)) = members.into_iter().next() {
            return Err(damaged(&format!("they have an unknown member {name:?}")));
        }
        Ok(Self { split_rule })
    }
}

impl Objects {
    /// What holds for the versions whose commits name this.
    pub(crate) async fn meta(&self, hash: &Hash) -> Result<Meta> {
        if *hash == empty_meta() {
            return Ok(Meta::default());
        }
        Meta::decode(hash, &self.entry(EntryKind::Value, hash).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_damage_is_named() {
        let shares = [("train".to_owned(), 8), ("test".to_owned(), 2)];
        let rule = SplitRule::from_shares("s", &shares, Some("patient".into())).unwrap();
        let meta = Meta {
            split_rule: Some(rule),
        };
        let (hash, bytes) = meta.encode().unwrap();
        assert_eq!(Meta::decode(&hash, &bytes).unwrap(), meta);
        assert_eq!(Meta::default().encode().unwrap().0, empty_meta());
        for length in 0..bytes.len() {
            let error = Meta::decode(&hash, &bytes[..length]).unwrap_err();
            assert_eq!(error.code(), "store_damaged", "{length}");
        }
    }
}
