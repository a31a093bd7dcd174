//! The accepted annotations of a project, page by page, with everything their provenance names.

use std::collections::{BTreeMap, BTreeSet};

use annotation::{AnnotationResult, Maker, Prelabel, Provenance};
use chrono::SecondsFormat;
use dataset::SampleKey;
use db::entity::{
    Decision, TaskState, annotation as annotations, model_version, prediction, review,
    standard_version, task, user,
};
use ids::Hash;
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::branch::parse;
use crate::failure::{Failure, Result};

/// Tasks of one page.
const PAGE: u64 = 400;

/// The annotation that stands for one accepted task.
pub(crate) struct Accepted {
    /// The sample it is about.
    pub key: SampleKey,
    /// What it says.
    pub result: AnnotationResult,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// One page, and where the next begins.
pub(crate) struct AcceptedPage {
    /// In the order of the tasks.
    pub items: Vec<Accepted>,
    /// The `seq` of the last task; None when there was none.
    pub last_seq: Option<i32>,
}

/// The accepted annotations of the tasks after `after_seq`.
pub(crate) async fn page(
    database: &DatabaseConnection,
    project_id: Uuid,
    after_seq: i32,
) -> Result<AcceptedPage> {
    let tasks = task::Entity::find()
        .filter(task::Column::ProjectId.eq(project_id))
        .filter(task::Column::State.eq(TaskState::Accepted.to_value()))
        .filter(task::Column::AnnotationId.is_not_null())
        .filter(task::Column::Seq.gt(after_seq))
        .order_by_asc(task::Column::Seq)
        .limit(PAGE)
        .all(database)
        .await?;
    let last_seq = tasks.last().map(|task| task.seq);
    let ids: Vec<Uuid> = tasks.iter().filter_map(|task| task.annotation_id).collect();
    let rows: BTreeMap<Uuid, annotations::Model> = annotations::Entity::find()
        .filter(annotations::Column::Id.is_in(ids.iter().copied()))
        .all(database)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let origins = Origins::load(database, &ids, &rows).await?;
    let mut items = Vec::with_capacity(tasks.len());
    for task in &tasks {
        let Some(row) = task.annotation_id.and_then(|id| rows.get(&id)) else {
            continue;
        };
        items.push(accepted(&origins, task, row)?);
    }
    Ok(AcceptedPage { items, last_seq })
}

fn accepted(origins: &Origins, task: &task::Model, row: &annotations::Model) -> Result<Accepted> {
    let broken = |what: String| Failure::refused("internal", what);
    let key = SampleKey::new(task.sample_key.as_str()).map_err(|e| broken(e.to_string()))?;
    let result = serde_json::from_value(row.result.clone()).map_err(|e| broken(e.to_string()))?;
    Ok(Accepted {
        key,
        result,
        provenance: origins.provenance(row),
    })
}

/// What the provenance of a page's annotations refers to.
struct Origins {
    users: BTreeMap<Uuid, String>,
    standards: BTreeMap<Uuid, Hash>,
    /// By prediction.
    prelabels: BTreeMap<Uuid, (Hash, f64)>,
    /// Who accepted, by annotation.
    accepted_by: BTreeMap<Uuid, Uuid>,
}

impl Origins {
    async fn load(
        database: &DatabaseConnection,
        ids: &[Uuid],
        rows: &BTreeMap<Uuid, annotations::Model>,
    ) -> Result<Self> {
        let accepted_by = accepted_by(database, ids).await?;
        let users: BTreeSet<Uuid> = rows
            .values()
            .map(|row| row.user_id)
            .chain(accepted_by.values().copied())
            .collect();
        let users = user::Entity::find()
            .filter(user::Column::Id.is_in(users))
            .all(database)
            .await?
            .into_iter()
            .map(|user| (user.id, user.email))
            .collect();
        let versions: BTreeSet<Uuid> = rows.values().map(|row| row.standard_version_id).collect();
        let mut standards = BTreeMap::new();
        for version in standard_version::Entity::find()
            .filter(standard_version::Column::Id.is_in(versions))
            .all(database)
            .await?
        {
            standards.insert(version.id, parse(&version.hash)?);
        }
        let prelabels = prelabels(database, rows).await?;
        Ok(Self {
            users,
            standards,
            prelabels,
            accepted_by,
        })
    }

    fn provenance(&self, row: &annotations::Model) -> Provenance {
        let email = |id: &Uuid| self.users.get(id).cloned();
        let prelabel = row.prediction_id.and_then(|id| self.prelabels.get(&id));
        Provenance {
            made_by: Maker::Person {
                user: email(&row.user_id).unwrap_or_else(|| row.user_id.to_string()),
            },
            standard: self.standards.get(&row.standard_version_id).copied(),
            at: row.created_at.to_rfc3339_opts(SecondsFormat::Millis, true),
            annotation_id: Some(row.id.to_string()),
            prelabel: prelabel.map(|(model_version, score)| Prelabel {
                model_version: *model_version,
                #[allow(clippy::cast_possible_truncation, reason = "it was an f32 when made")]
                score: *score as f32,
                changed: row.prediction_changed,
            }),
            accepted_by: self.accepted_by.get(&row.id).and_then(email),
        }
    }
}

/// Who accepted each annotation: as it was, or by making it out of another.
async fn accepted_by(database: &DatabaseConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Uuid>> {
    let as_it_was = Condition::all()
        .add(review::Column::AnnotationId.is_in(ids.iter().copied()))
        .add(review::Column::Decision.eq(Decision::Accept.to_value()));
    let as_fixed = review::Column::FixedAnnotationId.is_in(ids.iter().copied());
    let reviews = review::Entity::find()
        .filter(Condition::any().add(as_it_was).add(as_fixed))
        .order_by_asc(review::Column::CreatedAt)
        .order_by_asc(review::Column::Id)
        .all(database)
        .await?;
    Ok(reviews
        .into_iter()
        .map(|row| {
            (
                row.fixed_annotation_id.unwrap_or(row.annotation_id),
                row.reviewer_id,
            )
        })
        .collect())
}

async fn prelabels(
    database: &DatabaseConnection,
    rows: &BTreeMap<Uuid, annotations::Model>,
) -> Result<BTreeMap<Uuid, (Hash, f64)>> {
    let ids: BTreeSet<Uuid> = rows.values().filter_map(|row| row.prediction_id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let predictions = prediction::Entity::find()
        .filter(prediction::Column::Id.is_in(ids))
        .all(database)
        .await?;
    let versions: BTreeSet<Uuid> = predictions.iter().map(|row| row.model_version_id).collect();
    let mut hashes = BTreeMap::new();
    for version in model_version::Entity::find()
        .filter(model_version::Column::Id.is_in(versions))
        .all(database)
        .await?
    {
        hashes.insert(version.id, parse(&version.hash)?);
    }
    Ok(predictions
        .into_iter()
        .filter_map(|row| Some((row.id, (*hashes.get(&row.model_version_id)?, row.score))))
        .collect())
}
