//! How conflicts are settled: by resolutions, each for one conflict, and by policies for the rest.

use std::collections::{BTreeMap, BTreeSet};

use annotation::{Maker, Provenance};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{MergeConflict, MergeSide};
use crate::{Error, Result};

/// Resolutions a merge can have: they are kept in the commit, which every walk of history reads.
pub const MAX_RESOLUTIONS: usize = 10_000;

/// Who wins where both sides changed the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergePolicy {
    /// A label that somebody accepted over one that nobody did.
    Reviewed,
    /// A label that a person made over one that a model made or an import brought.
    Human,
    /// One side, whatever it is.
    Side(MergeSide),
}

/// How one conflict is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// As on the branch that is merged into.
    Ours,
    /// As on the branch that is merged.
    Theirs,
    /// As it was before both.
    Base,
    /// As the resolution says.
    Value,
}

/// The settlement of one conflict, which the first four members name as [`MergeConflict`] does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The sample.
    pub key: String,
    /// Layer of the label, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Id of the label's item, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What of it.
    pub part: String,
    /// Which side.
    pub take: Take,
    /// With [`Take::Value`]: what it becomes, as JSON text; `None` takes it away. Text, so that no number
    /// is written otherwise than it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How the conflicts of a merge are settled; by default not at all: they are reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// Who wins, the first that can decide. Only a side decides edit against delete, and what is no label.
    pub policies: Vec<MergePolicy>,
    /// Settlements of single conflicts; they count before the policies.
    pub resolutions: Vec<Resolution>,
}

impl From<MergeSide> for Settle {
    fn from(side: MergeSide) -> Self {
        Self {
            policies: vec![MergePolicy::Side(side)],
            resolutions: Vec::new(),
        }
    }
}

/// What names a conflict.
type Name = (String, Option<String>, Option<String>, String);

/// Resolutions by what they settle, and which of them did.
#[derive(Debug, Default)]
pub(super) struct Settlements {
    policies: Vec<MergePolicy>,
    by_name: BTreeMap<Name, Resolution>,
    used: BTreeSet<Name>,
}

/// What is to be done with a conflict.
#[derive(Debug, PartialEq)]
pub(super) enum Settled<T> {
    /// Nothing says: it stays one.
    Open,
    /// This side has it right.
    Side(MergeSide),
    /// As it was before both.
    Base,
    /// Like this.
    Value(T),
}

impl Settlements {
    pub(super) fn new(settle: &Settle) -> Result<Self> {
        if settle.resolutions.len() > MAX_RESOLUTIONS {
            return Err(Error::InvalidResolution {
                conflict: format!("resolution {MAX_RESOLUTIONS}"),
                reason: format!("a merge can have {MAX_RESOLUTIONS}"),
            });
        }
        let mut by_name = BTreeMap::new();
        for resolution in &settle.resolutions {
            if resolution.value.is_some() && resolution.take != Take::Value {
                return Err(invalid(resolution, "only `value` takes a value"));
            }
            let name = (
                resolution.key.clone(),
                resolution.layer.clone(),
                resolution.item_id.clone(),
                resolution.part.clone(),
            );
            if by_name.insert(name, resolution.clone()).is_some() {
                return Err(invalid(resolution, "it is settled twice"));
            }
        }
        Ok(Self {
            policies: settle.policies.clone(),
            by_name,
            used: BTreeSet::new(),
        })
    }

    /// What is to be done with `conflict`; `origin` is where our and their label come from.
    pub(super) fn of<T: DeserializeOwned>(
        &mut self,
        conflict: &MergeConflict,
        origin: Option<MergeSide>,
    ) -> Result<Settled<T>> {
        let name = (
            conflict.key.clone(),
            conflict.layer.clone(),
            conflict.item_id.clone(),
            conflict.part.clone(),
        );
        if let Some(resolution) = self.by_name.get(&name) {
            let settled = match resolution.take {
                Take::Ours => Settled::Side(MergeSide::Ours),
                Take::Theirs => Settled::Side(MergeSide::Theirs),
                Take::Base => Settled::Base,
                Take::Value => {
                    let text = resolution.value.as_deref().unwrap_or("null");
                    let value = serde_json::from_str(text)
                        .map_err(|error| invalid(resolution, &format!("its value: {error}")))?;
                    Settled::Value(value)
                }
            };
            self.used.insert(name);
            return Ok(settled);
        }
        let side = origin.or_else(|| self.side(None));
        Ok(side.map_or(Settled::Open, Settled::Side))
    }

    /// Refuses the resolution of `conflict`, which can't be carried out.
    pub(super) fn refuse(conflict: &MergeConflict, reason: &str) -> Error {
        Error::InvalidResolution {
            conflict: named(
                &conflict.key,
                conflict.layer.as_deref(),
                conflict.item_id.as_deref(),
                &conflict.part,
            ),
            reason: reason.to_owned(),
        }
    }

    /// Whether a policy may need to know where labels come from.
    pub(super) fn asks_origin(&self) -> bool {
        let by_origin =
            |policy: &MergePolicy| matches!(policy, MergePolicy::Reviewed | MergePolicy::Human);
        self.policies.iter().any(by_origin)
    }

    /// The side that the first policy which can decide picks.
    pub(super) fn side(
        &self,
        origins: Option<(Option<&Provenance>, Option<&Provenance>)>,
    ) -> Option<MergeSide> {
        self.policies.iter().find_map(|policy| match policy {
            MergePolicy::Side(side) => Some(*side),
            MergePolicy::Reviewed => origins.and_then(|pair| which(pair, is_accepted)),
            MergePolicy::Human => origins.and_then(|pair| which(pair, is_human)),
        })
    }

    /// The resolutions, if each settled something.
    pub(super) fn finish(self) -> Result<Vec<Resolution>> {
        if let Some((_, resolution)) = self
            .by_name
            .iter()
            .find(|(name, _)| !self.used.contains(*name))
        {
            return Err(invalid(resolution, "there is no such conflict"));
        }
        Ok(self.by_name.into_values().collect())
    }
}

/// The side of which alone `holds` is true.
fn which(
    (ours, theirs): (Option<&Provenance>, Option<&Provenance>),
    holds: fn(&Provenance) -> bool,
) -> Option<MergeSide> {
    match (ours.is_some_and(holds), theirs.is_some_and(holds)) {
        (true, false) => Some(MergeSide::Ours),
        (false, true) => Some(MergeSide::Theirs),
        _ => None,
    }
}

const fn is_accepted(provenance: &Provenance) -> bool {
    provenance.accepted_by.is_some()
}

const fn is_human(provenance: &Provenance) -> bool {
    matches!(provenance.made_by, Maker::Person { .. })
}

fn invalid(resolution: &Resolution, reason: &str) -> Error {
    Error::InvalidResolution {
        conflict: named(
            &resolution.key,
            resolution.layer.as_deref(),
            resolution.item_id.as_deref(),
            &resolution.part,
        ),
        reason: reason.to_owned(),
    }
}

fn named(key: &str, layer: Option<&str>, item: Option<&str>, part: &str) -> String {
    let names = [Some(key), layer, item, Some(part)];
    names.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
