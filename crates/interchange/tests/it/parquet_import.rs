//! Parquet files: rows come through, lies are refused.
use std::io::{Seek, Write};

use interchange::{ImportRow, Refusal, parquet_rows};
use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter};

fn file(rows: usize, compression: ParquetCompression) -> Vec<u8> {
    let text = |name: &str| -> Vec<String> { (0..rows).map(|n| format!("{name} {n}")).collect() };
    let pictures: Vec<Vec<u8>> = (0..rows).map(|n| vec![n as u8; 40]).collect();
    let pictures: Vec<&[u8]> = pictures.iter().map(Vec::as_slice).collect();
    let columns = vec![
        Column::new("key".into(), (0..rows as i64).collect::<Vec<_>>()),
        Column::new("text".into(), text("text")),
        Column::new("split".into(), vec!["train"; rows]),
        Column::new("thumbnail".into(), pictures),
        Column::new("stars".into(), vec![2.5_f64; rows]),
        Column::new("good".into(), vec![true; rows]),
    ];
    let mut frame = DataFrame::new(rows, columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(compression)
        .with_row_group_size(Some(100))
        .finish(&mut frame)
        .unwrap();
    bytes
}

fn read(bytes: &[u8]) -> (Vec<ImportRow>, Vec<Refusal>) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    parquet_rows(&file, "a/b.parquet", |row| {
        match row {
            Ok(row) => rows.push(row),
            Err(refusal) => refused.push(refusal),
        }
        true
    });
    (rows, refused)
}

#[test]
fn rows_come_through() {
    for compression in [ParquetCompression::Uncompressed, ParquetCompression::Snappy] {
        let (rows, refused) = read(&file(250, compression));
        assert_eq!((rows.len(), refused), (250, Vec::new()));
        let row = &rows[210];
        assert_eq!(
            (row.key.as_str(), row.text.as_str(), row.line),
            ("210", "text 210", 211)
        );
        assert_eq!(row.split.as_deref(), Some("train"));
        assert_eq!(row.blobs["thumbnail"], [210; 40]);
        assert_eq!(
            serde_json::to_value(&row.metadata).unwrap(),
            serde_json::json!({"good": true, "stars": 2.5})
        );
    }
}

#[test]
fn no_changed_byte_is_a_panic_or_much_memory() {
    let whole = file(250, ParquetCompression::Snappy);
    let step = whole.len() / 400 + 1;
    let mut refusals = 0;
    for at in (0..whole.len()).step_by(step) {
        for flip in [0x80, 0x01] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let (_, refused) = read(&bytes);
            assert!(refused.iter().all(|refusal| !refusal.code.is_empty()));
            refusals += refused.len();
        }
        let (rows, refused) = read(&whole[..at]);
        assert!(rows.is_empty() && refused.len() == 1, "{at}: {refused:?}");
    }
    assert!(refusals > 0);
}

#[test]
fn a_page_that_claims_gigabytes_is_refused() {
    let whole = file(100, ParquetCompression::Uncompressed);
    // The first page header: a struct whose field 1 is the type and field 2 the size when unpacked.
    assert_eq!((&whole[..4], whole[4]), (&b"PAR1"[..], 0x15));
    let field = 4 + 2;
    assert_eq!(whole[field], 0x15);
    let mut bytes = whole.clone();
    // A varint of as many bytes as stand there, as large as it gets.
    let mut at = field + 1;
    while bytes[at] >= 0x80 {
        bytes[at] = 0xfe;
        at += 1;
    }
    bytes[at] = 0x7f;
    let (rows, refused) = read(&bytes);
    assert!(rows.is_empty());
    assert_eq!(refused[0].code, "parquet_invalid", "{refused:?}");
}
