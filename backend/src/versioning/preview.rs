//! What a merge or revert would come to, with each conflict shown whole.

use std::time::Duration;

use annotation::{Item, Provenance};
use api_types::versioning::{ConflictView, MergeOutcomeView, MergePreview};
use api_types::{ErrorCode, page};
use tokio::time::Instant;
use version_store::{MergeConflict, MergePlan, MergeStep, Version};

use super::apart::apart_until;
use crate::datasets::{Source, picture_url};
use crate::http::{Member, cursor};
use crate::problem::Problem;

/// How long a preview may take: callers wait a minute.
const LONGEST: Duration = Duration::from_secs(50);

/// The plan that `work` makes.
///
/// # Errors
/// `preview_too_long`; those of the work.
pub(super) async fn planned<F>(work: F) -> Result<MergePlan, Problem>
where
    F: Future<Output = version_store::Result<MergePlan>> + Send + 'static,
{
    let plan = apart_until(Instant::now() + LONGEST, work).await?;
    plan.ok_or_else(|| {
        let detail = format!("a preview takes {} s at most", LONGEST.as_secs());
        Problem::new(ErrorCode::PreviewTooLong, detail)
    })
}

/// Which of the conflicts are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    first: usize,
    limit: usize,
}

impl Page {
    /// The page that the caller wants. The cursor names the two sides too: conflicts are counted anew when
    /// one of them moved.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub(super) fn of(
        cursor: Option<&str>,
        limit: Option<u32>,
        plan: &MergePlan,
    ) -> Result<Self, Problem> {
        let first = match cursor {
            None => 0,
            Some(text) => {
                let text = cursor::decode(text)?;
                let first = text
                    .strip_prefix(&sides(plan))
                    .and_then(|at| at.parse().ok());
                first.ok_or_else(|| {
                    let detail = "the cursor is of another preview; begin again";
                    Problem::new(ErrorCode::InvalidCursor, detail).at("cursor")
                })?
            }
        };
        let limit = page::limit(Some(limit.unwrap_or(page::MAX_LIMIT))) as usize;
        Ok(Self { first, limit })
    }

    fn next(self, plan: &MergePlan, count: usize) -> Option<String> {
        let next = self.first + self.limit;
        (next < count).then(|| cursor::encode(&format!("{}{next}", sides(plan))))
    }
}

fn sides(plan: &MergePlan) -> String {
    format!("{} {} ", plan.ours.short(), plan.theirs.short())
}

/// The plan as it is shown.
pub(super) async fn preview(
    member: &Member,
    source: &Source,
    (branch, page): (&str, Page),
    plan: MergePlan,
) -> Result<MergePreview, Problem> {
    let repository = &source.repository;
    let conflicts = plan.conflicts();
    let outcome = match plan.step {
        MergeStep::UpToDate => MergeOutcomeView::UpToDate,
        MergeStep::FastForward => MergeOutcomeView::FastForward,
        MergeStep::Join if conflicts.is_empty() => MergeOutcomeView::Merged,
        MergeStep::Join => MergeOutcomeView::Conflicts,
    };
    let (samples, labels) = if plan.step == MergeStep::FastForward {
        let stat = repository.diff_stat(&plan.ours, &plan.theirs).await?;
        (
            stat.samples_added + stat.samples_removed + stat.samples_changed,
            stat.labels_added + stat.labels_removed + stat.labels_changed,
        )
    } else {
        (plan.samples_changed() as u64, plan.labels_changed() as u64)
    };
    let (ahead, behind) = repository.ahead_behind(&plan.theirs, &plan.ours).await?;
    let sides = Sides {
        member,
        dataset: &source.dataset.name,
        base: repository.version(&plan.base).await?,
        ours: repository.version(&plan.ours).await?,
        theirs: repository.version(&plan.theirs).await?,
    };
    let mut shown = Vec::new();
    for conflict in conflicts.iter().skip(page.first).take(page.limit) {
        shown.push(sides.view(conflict).await?);
    }
    Ok(MergePreview {
        outcome,
        branch: branch.to_owned(),
        ours: plan.ours,
        theirs: plan.theirs,
        base: plan.base,
        ahead,
        behind,
        samples_changed: samples,
        labels_changed: labels,
        conflict_count: conflicts.len() as u64,
        next_cursor: page.next(&plan, conflicts.len()),
        conflicts: shown,
    })
}

struct Sides<'a> {
    member: &'a Member,
    dataset: &'a str,
    base: Version,
    ours: Version,
    theirs: Version,
}

impl Sides<'_> {
    async fn view(&self, conflict: &MergeConflict) -> Result<ConflictView, Problem> {
        Ok(ConflictView {
            key: conflict.key.clone(),
            layer: conflict.layer.clone(),
            item_id: conflict.item_id.clone(),
            part: conflict.part.clone(),
            base: conflict.base.clone(),
            ours: conflict.ours.clone(),
            theirs: conflict.theirs.clone(),
            base_item: item(&self.base, conflict).await?,
            ours_item: item(&self.ours, conflict).await?,
            theirs_item: item(&self.theirs, conflict).await?,
            ours_origin: origin(&self.ours, conflict).await?,
            theirs_origin: origin(&self.theirs, conflict).await?,
            thumbnail_url: self.picture(&conflict.key, "thumb").await?,
            picture_url: self.picture(&conflict.key, "full").await?,
        })
    }

    /// The picture of the sample as one of the sides has it, ours first.
    async fn picture(&self, key: &str, size: &str) -> Result<Option<String>, Problem> {
        for side in [&self.ours, &self.theirs, &self.base] {
            if let Some(sample) = side.sample(key).await? {
                let commit = side.hash();
                return Ok(picture_url(
                    self.member,
                    self.dataset,
                    &commit,
                    &sample,
                    size,
                ));
            }
        }
        Ok(None)
    }
}

async fn item(version: &Version, conflict: &MergeConflict) -> Result<Option<Item>, Problem> {
    let (Some(layer), Some(id)) = (&conflict.layer, &conflict.item_id) else {
        return Ok(None);
    };
    let labels = version.labels(&conflict.key).await?;
    let mut items = labels.into_iter().map(|row| row.item);
    Ok(items.find(|item| item.layer == *layer && item.id == *id))
}

async fn origin(
    version: &Version,
    conflict: &MergeConflict,
) -> Result<Option<Provenance>, Problem> {
    let (Some(layer), Some(id)) = (&conflict.layer, &conflict.item_id) else {
        return Ok(None);
    };
    let rows = version.provenance(&conflict.key).await?;
    let mut rows = rows.into_iter();
    let found = rows.find(|(key, _)| key.layer == *layer && key.item == *id);
    Ok(found.map(|(_, provenance)| provenance))
}
