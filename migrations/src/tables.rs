//! The migration that most are: new tables with their indexes, and their removal on the way down.

use sea_orm_migration::prelude::*;

/// Makes tables and indexes on the way up; drops the tables on the way down.
pub(crate) struct NewTables {
    /// The migration's name, kept in the database for good.
    pub name: &'static str,
    /// Names of the tables, in the order in which they are made.
    pub names: &'static [&'static str],
    /// The statements that make the tables, in that order.
    pub tables: fn() -> Vec<TableCreateStatement>,
    /// The statements that make their indexes.
    pub indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for NewTables {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NewTables {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in (self.tables)() {
            manager.create_table(table).await?;
        }
        for index in (self.indexes)() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in self.names.iter().rev() {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        Ok(())
    }
}
