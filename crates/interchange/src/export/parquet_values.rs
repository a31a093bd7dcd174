//! Columns of fields and metadata, as they fill.
use dataset::columns::{ColumnType, FieldColumn};
use dataset::{BlobField, Field};
use polars::prelude::{Column, IntoColumn, PlSmallStr, PolarsResult, StructChunked};
use serde_json::Value;

/// A column of inline values.
pub(super) enum ValueBuffer {
    Boolean(Vec<Option<bool>>),
    Integer(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    Json(Vec<Option<String>>),
}

impl ValueBuffer {
    pub(super) fn new(of: ColumnType) -> Self {
        match of {
            ColumnType::Boolean => Self::Boolean(Vec::new()),
            ColumnType::Integer => Self::Integer(Vec::new()),
            ColumnType::Float => Self::Float(Vec::new()),
            ColumnType::Text => Self::Text(Vec::new()),
            ColumnType::Json => Self::Json(Vec::new()),
        }
    }

    pub(super) fn push(&mut self, value: Option<&Value>) {
        let value = value.filter(|value| !value.is_null());
        match self {
            Self::Boolean(all) => all.push(value.and_then(Value::as_bool)),
            Self::Integer(all) => all.push(value.and_then(Value::as_i64)),
            Self::Float(all) => all.push(value.and_then(Value::as_f64)),
            Self::Text(all) => all.push(value.and_then(Value::as_str).map(str::to_owned)),
            Self::Json(all) => all.push(value.map(Value::to_string)),
        }
    }

    pub(super) fn take(&mut self, name: &str) -> Column {
        let name = PlSmallStr::from_str(name);
        match self {
            Self::Boolean(all) => Column::new(name, std::mem::take(all)),
            Self::Integer(all) => Column::new(name, std::mem::take(all)),
            Self::Float(all) => Column::new(name, std::mem::take(all)),
            Self::Text(all) | Self::Json(all) => Column::new(name, std::mem::take(all)),
        }
    }
}

/// The column of a field: its value where it is never a blob, else a structure.
pub(super) struct FieldBuffer {
    name: String,
    field: String,
    inline: Option<ValueBuffer>,
    blob: Option<BlobBuffer>,
}

#[derive(Default)]
struct BlobBuffer {
    hash: Vec<Option<String>>,
    media_type: Vec<Option<String>>,
    bytes: Vec<Option<i64>>,
    width: Vec<Option<i64>>,
    height: Vec<Option<i64>>,
}

impl FieldBuffer {
    pub(super) fn new(column: &FieldColumn) -> Self {
        Self {
            name: column.name.clone(),
            field: column.field.clone(),
            inline: column.inline.map(ValueBuffer::new),
            blob: column.blob.then(BlobBuffer::default),
        }
    }

    /// The field whose column it is.
    pub(super) fn field(&self) -> &str {
        &self.field
    }

    pub(super) fn push(&mut self, field: Option<&Field>) {
        if let Some(inline) = &mut self.inline {
            inline.push(match field {
                Some(Field::Inline(value)) => Some(value),
                _ => None,
            });
        }
        if let Some(blob) = &mut self.blob {
            blob.push(field.and_then(Field::blob));
        }
    }

    pub(super) fn take(&mut self, height: usize) -> PolarsResult<Column> {
        let name = &self.name;
        let Some(blob) = &mut self.blob else {
            // Without a blob the columns have an inline type.
            return Ok(self.inline.as_mut().map_or_else(
                || Column::new_empty(PlSmallStr::from_str(name), &polars::prelude::DataType::Null),
                |inline| inline.take(name),
            ));
        };
        let mut members: Vec<Column> = Vec::new();
        members.extend(self.inline.as_mut().map(|inline| inline.take("value")));
        members.extend(blob.take());
        structure(name, height, &members)
    }
}

impl BlobBuffer {
    fn push(&mut self, blob: Option<&BlobField>) {
        self.hash.push(blob.map(|blob| blob.hash.to_string()));
        self.media_type
            .push(blob.map(|blob| blob.media_type.clone()));
        self.bytes
            .push(blob.and_then(|blob| i64::try_from(blob.bytes).ok()));
        self.width
            .push(blob.and_then(|blob| blob.width).map(i64::from));
        self.height
            .push(blob.and_then(|blob| blob.height).map(i64::from));
    }

    fn take(&mut self) -> [Column; 5] {
        let named = PlSmallStr::from_static;
        [
            Column::new(named("hash"), std::mem::take(&mut self.hash)),
            Column::new(named("media_type"), std::mem::take(&mut self.media_type)),
            Column::new(named("bytes"), std::mem::take(&mut self.bytes)),
            Column::new(named("width"), std::mem::take(&mut self.width)),
            Column::new(named("height"), std::mem::take(&mut self.height)),
        ]
    }
}

/// A column whose values have these members.
pub(super) fn structure(name: &str, height: usize, members: &[Column]) -> PolarsResult<Column> {
    let name = PlSmallStr::from_str(name);
    Ok(StructChunked::from_columns(name, height, members)?.into_column())
}
