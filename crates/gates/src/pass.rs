//! One pass over a version: its rows in key order, each shown to all gates.

use dataset::{LabelRow, Sample};
use quality::gates::{Example, Finding, Gate, GateRun, Observed, OpenExample};
use version_store::{Version, VersionScan};

use crate::looks::Looks;
use crate::progress::Progress;
use crate::{Error, Result};

/// Samples whose pictures are looked at together.
const GROUP: usize = 256;

/// A finding whose samples have their keys.
pub(crate) struct Named {
    pub(crate) finding: Finding,
    pub(crate) examples: Vec<Example>,
}

/// Shows the version to the gates; `before` is where the branch was.
pub(crate) async fn pass(
    version: &Version,
    before: Option<&Version>,
    gates: &[&Gate],
    progress: Option<&Progress>,
) -> Result<Vec<Named>> {
    if let Some(progress) = progress {
        progress.begin(version.sample_count());
    }
    let mut run = GateRun::new(gates);
    let mut looks = match GateRun::wants_looks(gates) {
        true => Some(Looks::open(version.repository()).await?),
        false => None,
    };
    let mut old = match before.filter(|_| GateRun::wants_before(gates)) {
        Some(before) => Some(Behind::start(before).await?),
        None => None,
    };
    let mut scan = version.scan().await?;
    let mut groups = Groups::default();
    loop {
        let group = next_group(&mut scan).await?;
        let Some((last, _)) = group.last() else {
            break;
        };
        groups.ends.push(last.key.as_str().to_owned());
        if let Some(looks) = &mut looks {
            looks.learn(group.iter().map(|(sample, _)| sample)).await?;
        }
        for (sample, labels) in &group {
            let before = match &mut old {
                Some(old) => old.split_of(sample.key.as_str()).await?,
                None => None,
            };
            let looks = looks
                .as_ref()
                .map_or_else(Vec::new, |looks| looks.of(sample));
            run.observe(&Observed {
                sample,
                labels,
                looks: &looks,
                before: before.as_deref(),
            });
        }
        if let Some(progress) = progress {
            progress.add(group.len() as u64);
        }
    }
    if let Some(looks) = looks {
        looks.keep().await?;
    }
    let findings = tokio::task::spawn_blocking(|| run.finish()).await;
    let findings = findings.map_err(|error| Error::Interrupted(error.to_string()))?;
    let mut named = Vec::with_capacity(findings.len());
    for finding in findings {
        let examples = groups.name(version, &finding.examples).await?;
        named.push(Named { finding, examples });
    }
    Ok(named)
}

async fn next_group(scan: &mut VersionScan) -> Result<Vec<(Sample, Vec<LabelRow>)>> {
    let mut group = Vec::with_capacity(GROUP);
    while group.len() < GROUP {
        match scan.next().await? {
            Some(row) => group.push(row),
            None => break,
        }
    }
    Ok(group)
}

/// Which samples were shown together, so that the number of one leads to its key. (Rows of erased
/// samples are not shown, so the place in the tree does not.)
#[derive(Default)]
struct Groups {
    /// The last key of each group; all but the last have [`GROUP`] samples.
    ends: Vec<String>,
}

impl Groups {
    /// Gives examples the keys of their samples.
    async fn name(&self, version: &Version, open: &[OpenExample]) -> Result<Vec<Example>> {
        let mut named = Vec::with_capacity(open.len());
        for example in open {
            named.push(Example {
                key: self.key_of(version, example.sample).await?,
                other_key: self.key_of(version, example.other).await?,
                detail: example.detail.clone(),
            });
        }
        Ok(named)
    }

    async fn key_of(&self, version: &Version, ordinal: Option<u32>) -> Result<Option<String>> {
        let Some(ordinal) = ordinal else {
            return Ok(None);
        };
        let (group, place) = (ordinal as usize / GROUP, ordinal as usize % GROUP);
        let before = group
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let after = before.map(String::as_str);
        let mut page = version.samples(after, place + 1).await?;
        Ok(page.pop().map(|(sample, _)| sample.key.as_str().to_owned()))
    }
}

/// The version where the branch was, walked beside the new one.
struct Behind {
    scan: VersionScan,
    next: Option<Sample>,
}

impl Behind {
    async fn start(version: &Version) -> Result<Self> {
        let mut scan = version.scan().await?;
        let next = scan.next().await?.map(|(sample, _)| sample);
        Ok(Self { scan, next })
    }

    /// The split that a sample had; keys are asked for in ascending order.
    async fn split_of(&mut self, key: &str) -> Result<Option<String>> {
        while let Some(sample) = &self.next {
            match sample.key.as_str().cmp(key) {
                std::cmp::Ordering::Less => {
                    self.next = self.scan.next().await?.map(|(sample, _)| sample);
                }
                std::cmp::Ordering::Equal => return Ok(sample.split.clone()),
                std::cmp::Ordering::Greater => return Ok(None),
            }
        }
        Ok(None)
    }
}
