//! Table `upload_files`. One staged file of an upload.

use sea_orm::entity::prelude::*;

/// One staged file of an upload.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub upload_id: Uuid,
    /// Relative path, as the user named it.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub path: String,
    /// Where the bytes are, from the workspace store root.
    #[sea_orm(column_type = "Text")]
    pub object_path: String,
    pub bytes: i64,
    /// BLAKE3, hex.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
