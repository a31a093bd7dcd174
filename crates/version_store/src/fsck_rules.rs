//! Checking what stands beside the versions: rules for branches, what gates said, and tombstones.

use ids::Hash;

use crate::fsck::{FsckReport, Place};
use crate::{Error, Result, Store, gate_reports, protection, tombstones};

impl Store {
    /// Reports rules, reports of gates and tombstones that are not as they were written, each by its path.
    pub(crate) async fn check_rules(&self, report: &mut FsckReport) -> Result<()> {
        for prefix in [protection::PREFIX, gate_reports::PREFIX, tombstones::PREFIX] {
            for info in self.root().list(prefix).await? {
                let Some(bytes) = self.root().get_opt(&info.path).await? else {
                    continue;
                };
                let (dataset, commit) = place_of(prefix, &info.path);
                if let Err(error) = check(prefix, &info.path, commit, &bytes) {
                    let place = Place {
                        dataset,
                        commit,
                        key: None,
                    };
                    report.add(&error, &place);
                }
            }
        }
        Ok(())
    }
}

/// The dataset and the commit that an object is about, as far as its path says.
fn place_of<'a>(prefix: &str, path: &'a str) -> (Option<&'a str>, Option<Hash>) {
    let second = path.split('/').nth(1);
    match prefix {
        protection::PREFIX => (second.and_then(|name| name.strip_suffix(".json")), None),
        gate_reports::PREFIX => (second, gate_reports::commit_of(path)),
        _ => (None, None),
    }
}

fn check(prefix: &str, path: &str, commit: Option<Hash>, bytes: &[u8]) -> Result<()> {
    match (prefix, commit) {
        (protection::PREFIX, _) => protection::parse(path, bytes).map(|_| ()),
        (gate_reports::PREFIX, Some(commit)) => {
            gate_reports::parse(path, &commit, bytes).map(|_| ())
        }
        (gate_reports::PREFIX, None) => Err(Error::damaged(path, "it is named after no commit")),
        _ => tombstones::parse(path, bytes).map(|_| ()),
    }
}
