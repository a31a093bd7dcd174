//! What a merge or revert would come to, with each conflict shown whole.

use annotation::{Item, Provenance};
use api_types::versioning::{ConflictView, MergeOutcomeView, MergePreview};
use version_store::{MergeConflict, MergePlan, MergeStep, Version};

use crate::datasets::{Source, picture_url};
use crate::http::Member;
use crate::problem::Problem;

/// Conflicts that are shown at most.
const SHOWN: usize = 500;

/// The plan as it is shown.
pub(super) async fn preview(
    member: &Member,
    source: &Source,
    branch: &str,
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
    for conflict in conflicts.iter().take(SHOWN) {
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
