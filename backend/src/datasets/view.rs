//! Datasets and samples on the wire.

use annotation::Item;
use api_types::datasets::{DatasetView, HeadView, SampleView};
use dataset::{Field, LabelRow, Sample};
use db::entity::{RefKind, dataset as dataset_row};
use ids::Hash;

use super::find;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A dataset with where its main branch is.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn dataset_view(
    state: &AppState,
    member: &Member,
    row: dataset_row::Model,
) -> Result<DatasetView, Problem> {
    let head = match find::head(&state.db, &row, RefKind::Branch, "main").await? {
        None => None,
        Some(commit) => {
            let repository = find::repository(state, member, &row.name).await?;
            let samples = repository.store().commit(&commit).await?.counts.samples;
            Some(HeadView { commit, samples })
        }
    };
    Ok(DatasetView {
        id: row.id,
        name: row.name,
        description: row.description,
        created_at: row.created_at,
        head,
    })
}

/// A sample of the version `commit`, with its labels and where its small picture is.
#[must_use]
pub fn sample_view(
    member: &Member,
    dataset: &str,
    commit: &Hash,
    sample: &Sample,
    labels: &[LabelRow],
) -> SampleView {
    let items: Vec<Item> = labels.iter().map(|row| row.item.clone()).collect();
    let key = sample.key.as_str();
    SampleView {
        key: key.to_owned(),
        fields: sample.fields.clone(),
        metadata: sample.metadata.clone(),
        split: sample.split.clone(),
        labels: items,
        thumbnail_url: picture_url(member, dataset, commit, sample, "thumb"),
    }
}

/// Where the picture of a sample of the version `commit` is, as `thumb` or `full`; None when it has none.
#[must_use]
pub fn picture_url(
    member: &Member,
    dataset: &str,
    commit: &Hash,
    sample: &Sample,
    size: &str,
) -> Option<String> {
    let field = picture(sample)?;
    Some(format!(
        "/api/v1/workspaces/{}/datasets/{dataset}/media?ref={commit}&key={}&field={}&size={size}",
        member.slug,
        encoded(sample.key.as_str()),
        encoded(field)
    ))
}

/// The field to show: `image`, or the first that is a picture.
fn picture(sample: &Sample) -> Option<&str> {
    let is_picture = |field: &Field| {
        field
            .blob()
            .is_some_and(|blob| blob.media_type.starts_with("image/"))
    };
    if sample.fields.get("image").is_some_and(is_picture) {
        return Some("image");
    }
    let mut fields = sample.fields.iter();
    fields
        .find(|(_, field)| is_picture(field))
        .map(|(name, _)| name.as_str())
}

/// For a query parameter: all but letters, digits and `-._~` as `%XX`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
