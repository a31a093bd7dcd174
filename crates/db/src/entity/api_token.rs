//! Table `api_tokens`. A scoped token of one member; its effective role is the lower of the two.

use sea_orm::entity::prelude::*;

use super::kinds::Role;

/// A scoped token of one member; its effective role is the lower of the two.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub user_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub role: Role,
    /// BLAKE3 of the token, hex.
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    /// The first characters, to recognise it by.
    #[sea_orm(column_type = "Text")]
    pub prefix: String,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    pub last_used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
