//! Short names for what most tables say the same way.

use sea_orm_migration::prelude::*;

/// `column` names the `id` of a row of `target`, which may not be deleted while it is named.
pub(crate) fn foreign_key(
    table: &mut TableCreateStatement,
    from: &'static str,
    column: &'static str,
    target: &'static str,
) {
    table.foreign_key(
        ForeignKey::create()
            .name(format!("fk_{from}_{column}"))
            .from(from, column)
            .to(target, "id"),
    );
}

/// A unique key over several columns.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().to_owned()
}

/// An index that may hold equal rows.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("ix_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(*column);
    }
    index.to_owned()
}
