//! Job `mirror_ref`: copies one ref from the database, where the truth is, into the store.

use db::entity::{RefKind, ref_row};
use db::environment::now;
use ids::Hash;
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use crate::attempt::Attempt;
use crate::branch::parse;
use crate::failure::{Failure, Result};

pub(crate) async fn run(attempt: &Attempt, dataset_id: Uuid, kind: &str, name: &str) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, dataset_id)
        .await?;
    let (row_kind, store_kind) = match kind {
        "branch" => (RefKind::Branch, version_store::RefKind::Branch),
        "tag" => (RefKind::Tag, version_store::RefKind::Tag),
        other => {
            return Err(Failure::refused(
                "internal",
                format!("{other:?} is no kind of ref"),
            ));
        }
    };
    // Two of these jobs may run at once, and the slower may write what is no longer true. Whoever
    // writes therefore looks again, until what was written is what the database says.
    let mut written = None;
    loop {
        attempt.check()?;
        let row = ref_row::Entity::find_by_id((dataset_id, row_kind, name.to_owned()))
            .one(attempt.database())
            .await?;
        let truth: Option<Hash> = row.map(|row| parse(&row.commit_hash)).transpose()?;
        if written == Some(truth) {
            return attempt
                .complete(attempt.database(), json!({"commit": truth}))
                .await;
        }
        let time_ms = now().timestamp_millis();
        dataset
            .repository
            .put_mirror_ref(store_kind, name, truth, time_ms)
            .await?;
        written = Some(truth);
    }
}
