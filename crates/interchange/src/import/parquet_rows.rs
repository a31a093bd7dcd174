//! Parquet with a sample in each row: `key`, `text`, `label`, `split`; binary columns are blobs, the rest is metadata.
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::io::SerReader;
use polars::io::parquet::metadata::FileMetadataRef;
use polars::prelude::{
    AnyValue, DataFrame, DataType, ParallelStrategy, ParquetReader, PolarsError,
};
use serde_json::Value;

use super::page_headers::check_pages;
use super::row::{ImportRow, RawRow, Reason, name, stem};
use crate::Refusal;

/// Bytes of columns that are unpacked at once, about.
const WINDOW_BYTES: usize = 32 << 20;
/// Most rows that are unpacked at once.
const WINDOW_ROWS: usize = 1 << 16;
/// Most bytes that a row group may become.
const MAX_GROUP_BYTES: usize = 4 << 30;

/// Reads the rows of a Parquet file. `path` names it in refusals and in keys that are made. `take` gets each
/// row, numbered from 1, and says whether it wants more. Holds a part of a row group at a time; what the file
/// says of its sizes is checked before it is believed.
pub fn parquet_rows<F>(file: &File, path: &str, mut take: F)
where
    F: FnMut(Result<ImportRow, Refusal>) -> bool,
{
    // The library panics on some damaged files.
    let read = catch_unwind(AssertUnwindSafe(|| read(file, path, &mut take)));
    let refused = match read {
        Ok(Ok(())) => return,
        Ok(Err(reason)) => reason,
        Err(_) => invalid("its columns can't be read"),
    };
    take(Err(Refusal::file(path, refused.0, refused.1)));
}

fn invalid(message: impl Into<String>) -> Reason {
    ("parquet_invalid", message.into())
}

fn failed(error: &PolarsError) -> Reason {
    invalid(error.to_string())
}

fn open(file: &File) -> Result<ParquetReader<File>, Reason> {
    let file = file.try_clone();
    let file = file.map_err(|error| ("file_unreadable", error.to_string()))?;
    Ok(ParquetReader::new(file).read_parallel(ParallelStrategy::None))
}

fn read<F>(file: &File, path: &str, take: &mut F) -> Result<(), Reason>
where
    F: FnMut(Result<ImportRow, Refusal>) -> bool,
{
    let metadata = open(file)?
        .get_metadata()
        .map_err(|error| failed(&error))?
        .clone();
    let mut first = 0;
    for (number, group) in metadata.row_groups.iter().enumerate() {
        check_group(file, group_columns(&metadata, number)?)?;
        let rows = group.num_rows();
        let windows = (group.total_byte_size() / WINDOW_BYTES + 1).max(rows / WINDOW_ROWS + 1);
        let window = rows.div_ceil(windows).max(1);
        let mut at = 0;
        while at < rows {
            let count = window.min(rows - at);
            let frame = frame(file, &metadata, (first + at, count))?;
            if frame.height() != count {
                return Err(invalid("a column has fewer rows than the footer says"));
            }
            if !take_rows(&frame, path, (first + at) as u64 + 1, take)? {
                return Ok(());
            }
            at += count;
        }
        first += rows;
    }
    Ok(())
}

fn frame(
    file: &File,
    metadata: &FileMetadataRef,
    window: (usize, usize),
) -> Result<DataFrame, Reason> {
    let mut reader = open(file)?.with_slice(Some(window));
    reader.set_metadata(metadata.clone());
    reader.finish().map_err(|error| failed(&error))
}

/// Where a column of a row group lies, and how many bytes it becomes.
type Chunk = (std::ops::Range<u64>, u64);

fn group_columns(metadata: &FileMetadataRef, number: usize) -> Result<Vec<Chunk>, Reason> {
    let group = &metadata.row_groups[number];
    if group.total_byte_size() > MAX_GROUP_BYTES {
        return Err(invalid("a row group says that it becomes more than 4 GiB"));
    }
    let mut chunks = Vec::new();
    for column in group.parquet_columns() {
        let negative = |_| invalid("a column has a negative length");
        let start = column.dictionary_page_offset().filter(|at| *at > 0);
        let start = start.unwrap_or_else(|| column.data_page_offset());
        let start = u64::try_from(start).map_err(negative)?;
        let length = u64::try_from(column.compressed_size()).map_err(negative)?;
        let unpacked = u64::try_from(column.uncompressed_size()).map_err(negative)?;
        let end = start.checked_add(length);
        let end = end.ok_or_else(|| invalid("a column is too long"))?;
        chunks.push((start..end, unpacked));
    }
    Ok(chunks)
}

fn check_group(file: &File, columns: Vec<Chunk>) -> Result<(), Reason> {
    let unreadable = |error: std::io::Error| ("file_unreadable", error.to_string());
    let length = file.metadata().map_err(unreadable)?.len();
    let mut file = BufReader::new(file.try_clone().map_err(unreadable)?);
    for (range, unpacked) in columns {
        if range.end > length {
            return Err(invalid("a column goes beyond the file"));
        }
        check_pages(&mut file, range, unpacked).map_err(invalid)?;
    }
    Ok(())
}

/// Passes on the rows of a frame; false when no more are wanted.
fn take_rows<F>(frame: &DataFrame, path: &str, first: u64, take: &mut F) -> Result<bool, Reason>
where
    F: FnMut(Result<ImportRow, Refusal>) -> bool,
{
    for column in frame.columns() {
        name("column name", "header_invalid", column.name(), 200)?;
        if !is_read(column.dtype()) {
            let message = format!(
                "the column {:?} is of type {}",
                column.name(),
                column.dtype()
            );
            return Err(("field_type", message));
        }
    }
    for row in 0..frame.height() {
        let number = first + row as u64;
        let mut raw = RawRow::default();
        let mut read = Ok(());
        for column in frame.columns() {
            let value = column.get(row).map_err(|error| failed(&error))?;
            read = read.and_then(|()| put(&mut raw, column.name(), value));
        }
        let checked = read.and_then(|()| raw.check(stem(path), number));
        let row = checked.map_err(|(code, message)| Refusal::row(path, number, code, message));
        if !take(row) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_read(kind: &DataType) -> bool {
    kind.is_primitive_numeric()
        || matches!(
            kind,
            DataType::String | DataType::Binary | DataType::Boolean | DataType::Null
        )
}

fn put(row: &mut RawRow, column: &str, value: AnyValue<'_>) -> Result<(), Reason> {
    let text = match value {
        AnyValue::Null => return Ok(()),
        AnyValue::Binary(bytes) => {
            if ["key", "text", "label", "split"].contains(&column) {
                return Err(("field_type", format!("{column:?} must be a text")));
            }
            row.blobs.insert(column.to_owned(), bytes.to_vec());
            return Ok(());
        }
        AnyValue::String(text) => Value::String(text.to_owned()),
        AnyValue::Boolean(truth) => Value::Bool(truth),
        AnyValue::Float32(number) => float(f64::from(number))?,
        AnyValue::Float64(number) => float(number)?,
        AnyValue::UInt64(number) => number.into(),
        other => other
            .extract::<i64>()
            .ok_or_else(|| ("field_type", format!("{column:?} holds what is not read")))?
            .into(),
    };
    let as_text = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        _ => Err(("field_type", format!("{column:?} must be a text"))),
    };
    match column {
        "key" => row.key = Some(as_text(text)?),
        "text" => row.text = Some(as_text(text)?),
        "label" => row.label = Some(as_text(text)?),
        "split" => row.split = Some(as_text(text)?),
        _ => {
            row.metadata.insert(column.to_owned(), text);
        }
    }
    Ok(())
}

fn float(number: f64) -> Result<Value, Reason> {
    serde_json::Number::from_f64(number)
        .map(Value::Number)
        .ok_or(("field_type", "a number is not finite".to_owned()))
}
