//! The samples that differ between two versions, whole, before and after.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::Page;
use api_types::datasets::SampleView;
use api_types::page::limit;
use api_types::versioning::{SampleDiffQuery, SampleDiffView};
use version_store::{DiffEvent, Version, VersionDiff};

use super::diff::event_view;
use crate::datasets::{resolve, sample_view};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// Samples looked at for one page: a rare filter makes short pages, not long requests.
const LOOKED_AT: usize = 20_000;

/// The samples that differ, in key order, each as it was and as it is. A page may be short, or empty,
/// and still have a next one.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), SampleDiffQuery),
    responses((status = 200, body = Page<SampleDiffView>))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/diff/samples")]
pub async fn list_sample_diffs(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<SampleDiffQuery>,
) -> Result<web::Json<Page<SampleDiffView>>, Problem> {
    let before = resolve(&state, &member, &path.1, &query.a).await?;
    let after = resolve(&state, &member, &path.1, &query.b).await?;
    let begun = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let repository = &after.repository;
    let differences = match &begun {
        Some(key) => {
            repository
                .diff_after(&before.commit, &after.commit, key)
                .await?
        }
        None => repository.diff(&before.commit, &after.commit).await?,
    };
    let mut groups = Groups {
        differences,
        waiting: None,
    };
    let sides = Sides {
        member: &member,
        dataset: &after.dataset.name,
        before: before.version().await?,
        after: after.version().await?,
    };
    let limit = limit(query.limit) as usize;
    let mut items = Vec::new();
    let mut last = None;
    for _ in 0..LOOKED_AT {
        if items.len() == limit {
            break;
        }
        let Some((key, events)) = groups.next().await? else {
            return Ok(web::Json(Page::all(items)));
        };
        if events.iter().any(|event| wanted(&query, event)) {
            items.push(sides.view(&key, events).await?);
        }
        last = Some(key);
    }
    let more = groups.next().await?.is_some();
    Ok(web::Json(Page {
        items,
        next_cursor: last.filter(|_| more).map(|key| cursor::encode(&key)),
    }))
}

/// Differences, those of one sample at a time.
struct Groups {
    differences: VersionDiff,
    waiting: Option<DiffEvent>,
}

impl Groups {
    async fn next(&mut self) -> Result<Option<(String, Vec<DiffEvent>)>, Problem> {
        let first = match self.waiting.take() {
            Some(event) => event,
            None => match self.differences.next().await? {
                Some(event) => event,
                None => return Ok(None),
            },
        };
        let key = first.key.clone();
        let mut events = vec![first];
        while let Some(event) = self.differences.next().await? {
            if event.key != key {
                self.waiting = Some(event);
                break;
            }
            events.push(event);
        }
        Ok(Some((key, events)))
    }
}

fn wanted(query: &SampleDiffQuery, event: &DiffEvent) -> bool {
    let kind = serde_json::to_value(event.kind).unwrap_or_default();
    let class = |asked: &str| {
        let sides = [&event.old, &event.new].into_iter().flatten();
        sides
            .filter_map(|side| side.get("class")?.as_str())
            .any(|class| class == asked)
    };
    query.kind.as_deref().is_none_or(|asked| kind == asked)
        && query
            .layer
            .as_deref()
            .is_none_or(|asked| event.layer.as_deref() == Some(asked))
        && query
            .class
            .as_deref()
            .is_none_or(|asked| event.layer.is_some() && class(asked))
}

struct Sides<'a> {
    member: &'a Member,
    dataset: &'a str,
    before: Version,
    after: Version,
}

impl Sides<'_> {
    async fn view(&self, key: &str, events: Vec<DiffEvent>) -> Result<SampleDiffView, Problem> {
        Ok(SampleDiffView {
            key: key.to_owned(),
            old: self.sample(&self.before, key).await?,
            new: self.sample(&self.after, key).await?,
            events: events.into_iter().map(event_view).collect(),
        })
    }

    async fn sample(&self, version: &Version, key: &str) -> Result<Option<SampleView>, Problem> {
        let Some(sample) = version.sample(key).await? else {
            return Ok(None);
        };
        let labels = version.labels(key).await?;
        let commit = version.hash();
        Ok(Some(sample_view(
            self.member,
            self.dataset,
            &commit,
            &sample,
            &labels,
        )))
    }
}
