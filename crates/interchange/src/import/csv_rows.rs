//! CSV with a header row: `text`, and if there `key`, `label`, `split`; the rest is metadata.
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::Read;
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use serde_json::Value;

use super::row::{ImportRow, RawRow, Reason, name, stem};
use crate::Refusal;

/// Most bytes between two rows: what an unclosed quote may swallow before the file is refused.
const MAX_ROW_BYTES: u64 = 64 << 20;

/// The rows of a CSV file. Lines count from 1, the header's.
pub struct CsvRows<R> {
    reader: Reader<Metered<R>>,
    since_row: Rc<Cell<u64>>,
    path: String,
    header: Option<Vec<String>>,
    done: bool,
}

impl<R: Read> CsvRows<R> {
    /// Reads `reader`; `path` names the file in refusals and in keys that are made. Fields are
    /// separated by commas, in a `.tsv` by tabs.
    pub fn new(reader: R, path: &str) -> Self {
        let since_row = Rc::new(Cell::new(0));
        let tabs = path.to_ascii_lowercase().ends_with(".tsv");
        let metered = Metered {
            inner: reader,
            since_row: Rc::clone(&since_row),
        };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(if tabs { b'\t' } else { b',' })
            .from_reader(metered);
        Self {
            reader,
            since_row,
            path: path.to_owned(),
            header: None,
            done: false,
        }
    }

    fn refuse<T>(&self, line: u64, (code, message): Reason) -> Option<Result<T, Refusal>> {
        Some(Err(Refusal::line(&self.path, line, code, message)))
    }

    /// The next record with the line that it starts on; `None` at the end.
    fn record(&mut self) -> Option<Result<(u64, ByteRecord), Refusal>> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => {
                self.since_row.set(0);
                let line = record.position().map_or(0, csv::Position::line);
                Some(Ok((line, record)))
            }
            Err(error) => {
                self.done = true;
                let line = self.reader.position().line();
                let message = match error.into_kind() {
                    ErrorKind::Io(error) => error.to_string(),
                    other => format!("{other:?}"),
                };
                self.refuse(line, ("file_unreadable", message))
            }
        }
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<ImportRow, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let (line, record) = match self.record()? {
                Ok(read) => read,
                Err(refusal) => return Some(Err(refusal)),
            };
            let Some(header) = &self.header else {
                match read_header(&record) {
                    Ok(header) => self.header = Some(header),
                    Err(reason) => {
                        self.done = true;
                        return self.refuse(line, reason);
                    }
                }
                continue;
            };
            return match raw_row(header, &record).and_then(|row| row.check(stem(&self.path), line))
            {
                Ok(row) => Some(Ok(row)),
                Err(reason) => self.refuse(line, reason),
            };
        }
        None
    }
}

fn read_header(record: &ByteRecord) -> Result<Vec<String>, Reason> {
    let mut seen = BTreeSet::new();
    let mut header = Vec::with_capacity(record.len());
    for (number, cell) in record.iter().enumerate() {
        let cell = if number == 0 {
            cell.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(cell)
        } else {
            cell
        };
        let column = utf8("header", cell)?.trim().to_owned();
        name("column name", "header_invalid", &column, 200)?;
        if !seen.insert(column.clone()) {
            return Err((
                "header_invalid",
                format!("the column {column:?} is there twice"),
            ));
        }
        header.push(column);
    }
    if !seen.contains("text") {
        return Err(("header_invalid", "there is no column \"text\"".to_owned()));
    }
    Ok(header)
}

fn raw_row(header: &[String], record: &ByteRecord) -> Result<RawRow, Reason> {
    if record.len() != header.len() {
        let message = format!("{} fields, the header has {}", record.len(), header.len());
        return Err(("column_count", message));
    }
    let mut row = RawRow::default();
    for (column, cell) in header.iter().zip(record) {
        let cell = utf8(column, cell)?;
        if cell.is_empty() {
            continue;
        }
        match column.as_str() {
            "key" => row.key = Some(cell.to_owned()),
            "text" => row.text = Some(cell.to_owned()),
            "label" => row.label = Some(cell.to_owned()),
            "split" => row.split = Some(cell.to_owned()),
            _ => {
                row.metadata.insert(column.clone(), typed(cell));
            }
        }
    }
    Ok(row)
}

/// A cell as a number or a boolean where its spelling is the only one of that value, else as
/// text: `7` is a number, `007` and `+7` are not.
fn typed(cell: &str) -> Value {
    match cell {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    if let Ok(number) = cell.parse::<i64>()
        && number.to_string() == cell
    {
        return number.into();
    }
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() && number.to_string() == cell => number.into(),
        _ => cell.into(),
    }
}

fn utf8<'a>(column: &str, cell: &'a [u8]) -> Result<&'a str, Reason> {
    std::str::from_utf8(cell).map_err(|_| ("utf8_invalid", format!("{column} is not UTF-8")))
}

/// Counts the bytes since the last row and stops where there are too many.
struct Metered<R> {
    inner: R,
    since_row: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.since_row.get() > MAX_ROW_BYTES {
            let message =
                format!("a row is longer than {MAX_ROW_BYTES} bytes; is a quote not closed?");
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                message,
            ));
        }
        let read = self.inner.read(buffer)?;
        self.since_row.set(self.since_row.get() + read as u64);
        Ok(read)
    }
}
