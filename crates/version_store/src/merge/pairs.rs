//! What two sides changed against one base, joined by key: read from change segments where those
//! tell, and otherwise from trees.

use std::collections::VecDeque;
use std::sync::Arc;

use ids::Hash;

use crate::Result;
use crate::held::Held;
use crate::objects::Objects;
use crate::tree::{Edit, RowChange, RowValue, TreeDiff};

/// The rows of one tree that both sides changed since the base, sorted, as segments tell them.
pub(super) type SideRows = [Arc<Vec<Edit>>; 2];

/// A row that one side or both changed. What it was before is known where both did.
pub(super) type Pair = (Option<RowChange>, Option<RowChange>);

/// Two lists of changes against one base, joined by key.
pub(super) struct Pairs {
    ours: Side,
    theirs: Side,
    next_ours: Option<RowChange>,
    next_theirs: Option<RowChange>,
    /// What the base has for the rows that both sides changed, where the lists do not say.
    before: Option<VecDeque<Option<Held>>>,
    objects: Arc<Objects>,
}

enum Side {
    Trees(Box<TreeDiff>),
    Rows { edits: Arc<Vec<Edit>>, at: usize },
}

impl Side {
    async fn next(&mut self, objects: &Objects) -> Result<Option<RowChange>> {
        let (edits, at) = match self {
            Self::Trees(diff) => return diff.next().await,
            Self::Rows { edits, at } => (edits, at),
        };
        let Some(edit) = edits.get(*at) else {
            return Ok(None);
        };
        *at += 1;
        let new = match &edit.value {
            Some(held) => Some(RowValue::of(objects, &edit.key, held.clone()).await?),
            None => None,
        };
        let key = edit.key.clone();
        Ok(Some(RowChange {
            key,
            old: None,
            new,
        }))
    }
}

impl Pairs {
    /// By the trees under these roots: of the base, ours and theirs.
    pub(super) async fn of_trees(objects: &Arc<Objects>, roots: [Hash; 3]) -> Result<Self> {
        let [base, ours, theirs] = roots;
        let ours = TreeDiff::start(objects, &base, &ours, b"").await?;
        let theirs = TreeDiff::start(objects, &base, &theirs, b"").await?;
        let sides = [ours, theirs].map(|diff| Side::Trees(Box::new(diff)));
        Self::start(objects, sides, None).await
    }

    /// By these rows; what both changed is looked up under the root of the base.
    pub(super) async fn of_rows(
        objects: &Arc<Objects>,
        base: &Hash,
        rows: &SideRows,
    ) -> Result<Self> {
        let [ours, theirs] = rows;
        let mut both: Vec<&[u8]> = Vec::new();
        let mut other = theirs.iter().peekable();
        for edit in ours.iter() {
            while other.next_if(|other| other.key < edit.key).is_some() {}
            both.extend(
                other
                    .next_if(|other| other.key == edit.key)
                    .map(|other| other.key.as_slice()),
            );
        }
        let before = objects.find_rows(base, &both).await?;
        let sides = rows.clone().map(|edits| Side::Rows { edits, at: 0 });
        Self::start(objects, sides, Some(before.into())).await
    }

    async fn start(
        objects: &Arc<Objects>,
        [mut ours, mut theirs]: [Side; 2],
        before: Option<VecDeque<Option<Held>>>,
    ) -> Result<Self> {
        let (next_ours, next_theirs) = (ours.next(objects).await?, theirs.next(objects).await?);
        Ok(Self {
            ours,
            theirs,
            next_ours,
            next_theirs,
            before,
            objects: Arc::clone(objects),
        })
    }

    pub(super) async fn next(&mut self) -> Result<Option<Pair>> {
        let order = match (&self.next_ours, &self.next_theirs) {
            (None, None) => return Ok(None),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(ours), Some(theirs)) => ours.key.cmp(&theirs.key),
        };
        let mut pair = (None, None);
        if order.is_le() {
            pair.0 = self.next_ours.take();
            self.next_ours = self.ours.next(&self.objects).await?;
        }
        if order.is_ge() {
            pair.1 = self.next_theirs.take();
            self.next_theirs = self.theirs.next(&self.objects).await?;
        }
        if let ((Some(ours), Some(theirs)), Some(before)) = (&mut pair, &mut self.before)
            && let Some(held) = before.pop_front().flatten()
        {
            let old = RowValue::of(&self.objects, &ours.key, held).await?;
            theirs.old = Some(old.clone());
            ours.old = Some(old);
        }
        Ok(Some(pair))
    }
}
