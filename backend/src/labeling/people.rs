//! Names of people, for what they did.

use std::collections::{BTreeSet, HashMap};

use api_types::access::UserView;
use db::entity::user;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::problem::Problem;

/// Some people, by id.
pub(crate) async fn people<C: ConnectionTrait>(
    connection: &C,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, UserView>, Problem> {
    let ids: BTreeSet<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = user::Entity::find()
        .filter(user::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    let view = |row: user::Model| {
        (
            row.id,
            UserView {
                id: row.id,
                email: row.email,
                name: row.name,
            },
        )
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The person, or their bare id when they are unknown.
pub(crate) fn person(known: &HashMap<Uuid, UserView>, id: Uuid) -> UserView {
    let unknown = || UserView {
        id,
        email: String::new(),
        name: String::new(),
    };
    known.get(&id).cloned().unwrap_or_else(unknown)
}
