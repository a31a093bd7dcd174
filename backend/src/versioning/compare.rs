//! How two versions stand to each other.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::versioning::{ClassDiffView, CompareQuery, CompareView};
use ids::Hash;
use serde_json::Value;
use version_store::{DiffEvent, DiffKind, DiffStat, Repository};

use super::apart::apart;
use super::diff::stat_view;
use crate::datasets::resolve;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Differences that are counted by class at most.
const COUNTED: usize = 500_000;

/// Two versions side by side: their common history, how far each went on, and what differs.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), CompareQuery),
    responses((status = 200, body = CompareView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/compare")]
pub async fn compare_versions(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<CompareQuery>,
) -> Result<web::Json<CompareView>, Problem> {
    let before = resolve(&state, &member, &path.1, &query.a).await?;
    let after = resolve(&state, &member, &path.1, &query.b).await?;
    let (a, b) = (before.commit, after.commit);
    let compared = apart(compare(after.repository, a, b)).await?;
    let classes = compared.classes.into_iter();
    Ok(web::Json(CompareView {
        a,
        b,
        merge_base: compared.merge_base,
        ahead: compared.ahead,
        behind: compared.behind,
        stat: stat_view(compared.stat),
        classes: classes.map(|(name, count)| count.view(name)).collect(),
        complete: compared.complete,
    }))
}

struct Compared {
    merge_base: Option<Hash>,
    ahead: u64,
    behind: u64,
    stat: DiffStat,
    classes: BTreeMap<(String, String), ClassCount>,
    complete: bool,
}

async fn compare(repository: Repository, a: Hash, b: Hash) -> version_store::Result<Compared> {
    let merge_base = repository.merge_base(&a, &b).await?;
    let (ahead, behind) = repository.ahead_behind(&b, &a).await?;
    let stat = repository.diff_stat(&a, &b).await?;
    let mut classes = BTreeMap::new();
    let mut differences = repository.diff(&a, &b).await?;
    let mut counted = 0;
    let complete = loop {
        let Some(event) = differences.next().await? else {
            break true;
        };
        count(&mut classes, &event);
        counted += 1;
        if counted == COUNTED {
            break false;
        }
    };
    Ok(Compared {
        merge_base,
        ahead,
        behind,
        stat,
        classes,
        complete,
    })
}

#[derive(Default)]
struct ClassCount {
    counted: ClassDiffView,
    iou_sum: f64,
    iou_count: u32,
}

impl ClassCount {
    fn view(self, (layer, class): (String, String)) -> ClassDiffView {
        let mean = (self.iou_count > 0).then(|| self.iou_sum / f64::from(self.iou_count));
        ClassDiffView {
            layer,
            class,
            mean_iou: mean,
            ..self.counted
        }
    }
}

fn count(classes: &mut BTreeMap<(String, String), ClassCount>, event: &DiffEvent) {
    let Some(layer) = &event.layer else { return };
    let class = |side: &Option<Value>| {
        let class = side.as_ref()?.get("class")?.as_str()?;
        Some((layer.clone(), class.to_owned()))
    };
    let (old, new) = (class(&event.old), class(&event.new));
    match (event.kind, old, new) {
        (DiffKind::LabelAdded, _, Some(new)) => classes.entry(new).or_default().counted.added += 1,
        (DiffKind::LabelRemoved, Some(old), _) => {
            classes.entry(old).or_default().counted.removed += 1;
        }
        (DiffKind::ClassChanged, Some(old), Some(new)) => {
            classes.entry(old).or_default().counted.lost += 1;
            classes.entry(new).or_default().counted.gained += 1;
        }
        (DiffKind::GeometryChanged, _, Some(new)) => {
            let count = classes.entry(new).or_default();
            count.counted.reshaped += 1;
            if let Some(iou) = event.iou {
                count.iou_sum += iou;
                count.iou_count += 1;
            }
        }
        (DiffKind::AttributesChanged, _, Some(new)) => {
            classes.entry(new).or_default().counted.attributes_changed += 1;
        }
        _ => {}
    }
}
