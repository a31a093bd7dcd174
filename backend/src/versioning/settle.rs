//! Resolutions and policies, between the wire and the store.

use api_types::ErrorCode;
use api_types::versioning::{MergePolicyView, ResolutionView, Take as TakeView};
use version_store::{MergePolicy, MergeSide, Resolution, Settle, Take};

use crate::problem::Problem;

/// How conflicts are settled, as the store takes it.
///
/// # Errors
/// `internal` when a value can't be written as JSON.
pub(super) fn settle(
    policies: &[MergePolicyView],
    resolutions: &[ResolutionView],
) -> Result<Settle, Problem> {
    let resolutions = resolutions.iter().map(resolution);
    Ok(Settle {
        policies: policies.iter().copied().map(policy).collect(),
        resolutions: resolutions.collect::<Result<_, _>>()?,
    })
}

const fn policy(policy: MergePolicyView) -> MergePolicy {
    match policy {
        MergePolicyView::Reviewed => MergePolicy::Reviewed,
        MergePolicyView::Human => MergePolicy::Human,
        MergePolicyView::Ours => MergePolicy::Side(MergeSide::Ours),
        MergePolicyView::Theirs => MergePolicy::Side(MergeSide::Theirs),
    }
}

fn resolution(view: &ResolutionView) -> Result<Resolution, Problem> {
    if view.value.is_some() && view.take != TakeView::Value {
        let detail = format!("{} {}: only `value` takes a value", view.key, view.part);
        return Err(Problem::new(ErrorCode::ResolutionInvalid, detail).at("/resolutions"));
    }
    let text = view.value.as_ref().map(serde_json::to_string).transpose();
    Ok(Resolution {
        key: view.key.clone(),
        layer: view.layer.clone(),
        item_id: view.item_id.clone(),
        part: view.part.clone(),
        take: match view.take {
            TakeView::Ours => Take::Ours,
            TakeView::Theirs => Take::Theirs,
            TakeView::Base => Take::Base,
            TakeView::Value => Take::Value,
        },
        value: text.map_err(Problem::internal)?,
    })
}

/// A resolution that a commit keeps.
pub(super) fn resolution_view(resolution: &Resolution) -> ResolutionView {
    let value = resolution.value.as_deref();
    ResolutionView {
        key: resolution.key.clone(),
        layer: resolution.layer.clone(),
        item_id: resolution.item_id.clone(),
        part: resolution.part.clone(),
        take: match resolution.take {
            Take::Ours => TakeView::Ours,
            Take::Theirs => TakeView::Theirs,
            Take::Base => TakeView::Base,
            Take::Value => TakeView::Value,
        },
        value: value.and_then(|text| serde_json::from_str(text).ok()),
    }
}
