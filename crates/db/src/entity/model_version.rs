//! Table `model_versions`. An ONNX graph with its manifest, named by hash: never changed.

use sea_orm::entity::prelude::*;

/// An ONNX graph with its manifest, named by hash: never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "model_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub model_id: Uuid,
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub hash: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub manifest: Json,
    #[sea_orm(column_type = "Text")]
    pub object_path: String,
    pub created_by: Uuid,
    pub created_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
