//! Checking refs: that each is where its log says, that its log is whole, and that no log has lost its ref.

use std::collections::BTreeSet;

use ids::Hash;

use crate::fsck::{FsckReport, Place};
use crate::{Error, RefKind, Repository, Result, Store, ref_moves, refs};

impl Repository {
    /// Where a ref points; everything it and its log say must agree.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not, failures of the store.
    pub(crate) async fn check_ref(&self, kind: RefKind, name: &str) -> Result<Option<Hash>> {
        let Some(stored) = self.read_stored_ref(kind, name).await? else {
            return Ok(None);
        };
        let path = self.ref_path(kind, name)?;
        let log = self.ref_log(kind, name, usize::MAX).await?;
        let newest = log.first();
        if newest.is_none_or(|entry| entry.new != stored.commit) {
            return Err(Error::damaged(path, "it is not where its log says"));
        }
        // Entries name the one before by hash; that they also count down to the first is all that is left.
        let numbers = log.iter().map(|entry| entry.number);
        if !numbers.eq((1..=stored.moves).rev()) {
            return Err(Error::damaged(path, "its log has not all of its moves"));
        }
        Ok(stored.commit)
    }
}

impl Store {
    /// Reports refs that are gone though their log says that they were moved more than once. (A log of
    /// one move may be that of a writer who was killed before the ref was made.)
    pub(crate) async fn check_lost_refs(&self, report: &mut FsckReport) -> Result<()> {
        let listed = self.root().list(refs::PREFIX).await?;
        let there: BTreeSet<&str> = listed
            .iter()
            .filter_map(|info| info.path.strip_prefix(refs::PREFIX))
            .collect();
        let mut lost = BTreeSet::new();
        let logs = self.root().list(ref_moves::LOG_PREFIX).await?;
        for info in &logs {
            let Some((reference, entry)) = info.path.rsplit_once('/') else {
                continue;
            };
            let number = entry
                .split('-')
                .next()
                .and_then(|number| number.parse().ok());
            let reference = reference.strip_prefix(ref_moves::LOG_PREFIX);
            if let (Some(reference), Some(2_u64..)) = (reference, number)
                && !there.contains(reference)
            {
                lost.insert(reference);
            }
        }
        for reference in lost {
            let what = format!("{}{reference}", refs::PREFIX);
            report.add(
                &Error::damaged(what, "it is gone, and its log is there"),
                &Place::default(),
            );
        }
        Ok(())
    }
}
