//! What is written reads back, row for row.
use std::collections::BTreeMap;

use annotation::Item;
use dataset::{Field, LabelRow, Sample, SampleKey};
use interchange::{CsvExport, CsvRows, JsonLines, JsonLinesExport, ParquetExport};
use polars::prelude::{ParquetReader, SerReader};
use serde_json::json;

pub(crate) fn sample(number: usize) -> (Sample, Vec<LabelRow>) {
    let key = SampleKey::new(format!("texts/{number:05}")).unwrap();
    let mut metadata = BTreeMap::new();
    if !number.is_multiple_of(3) {
        metadata.insert("shelf".to_owned(), json!(number));
        metadata.insert("note, \"quoted\"".to_owned(), json!("a\nb"));
    }
    let labels = if number.is_multiple_of(4) {
        Vec::new()
    } else {
        let class = if number.is_multiple_of(2) {
            "even"
        } else {
            "odd"
        };
        vec![LabelRow::new(
            key.clone(),
            Item::classification("class", "label", class),
        )]
    };
    let fields = [(
        "text".to_owned(),
        Field::Inline(json!(format!("text {number}, \"with\" 文字\nand lines"))),
    )];
    let split = (!number.is_multiple_of(5)).then(|| "train".to_owned());
    (
        Sample {
            key,
            fields: fields.into(),
            metadata,
            split,
        },
        labels,
    )
}

#[test]
fn json_lines_read_back() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let mut export = JsonLinesExport::new(std::fs::File::create(path.path()).unwrap());
    for number in 0..50 {
        let (sample, labels) = sample(number);
        export.add(&sample, &labels).unwrap();
    }
    assert_eq!(export.finish().unwrap(), 50);
    let bytes = std::fs::read(path.path()).unwrap();
    check(
        JsonLines::new(bytes.as_slice(), "x.jsonl")
            .map(Result::unwrap)
            .collect(),
    );
}

#[test]
fn csv_reads_back() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let names = ["note, \"quoted\"".to_owned(), "shelf".to_owned()];
    let mut export = CsvExport::new(std::fs::File::create(path.path()).unwrap(), names).unwrap();
    for number in 0..50 {
        let (sample, labels) = sample(number);
        export.add(&sample, &labels).unwrap();
    }
    assert_eq!(export.finish().unwrap(), 50);
    let bytes = std::fs::read(path.path()).unwrap();
    check(
        CsvRows::new(bytes.as_slice(), "x.csv")
            .map(Result::unwrap)
            .collect(),
    );
}

fn check(rows: Vec<interchange::ImportRow>) {
    assert_eq!(rows.len(), 50);
    for (number, row) in rows.into_iter().enumerate() {
        let (sample, labels) = sample(number);
        assert_eq!(row.key, sample.key);
        assert_eq!(Some(row.text.as_str()), sample.fields["text"].text());
        assert_eq!(
            row.label.as_deref(),
            labels.first().map(|row| row.item.class.as_str())
        );
        assert_eq!((row.split, row.metadata), (sample.split, sample.metadata));
    }
}

#[test]
fn csv_refuses_what_it_can_not_hold() {
    let (mut sample, labels) = sample(1);
    let mut export = CsvExport::new(Vec::new(), []).unwrap();
    let two = [labels[0].clone(), labels[0].clone()];
    assert_eq!(
        export.add(&sample, &two).unwrap_err().code(),
        "export_does_not_fit"
    );
    sample
        .fields
        .insert("other".into(), Field::Inline(json!(1)));
    assert_eq!(
        export.add(&sample, &labels).unwrap_err().code(),
        "export_does_not_fit"
    );
}

#[test]
fn parquet_holds_every_sample_in_row_groups() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let mut export = ParquetExport::new(std::fs::File::create(path.path()).unwrap()).unwrap();
    for number in 0..20_100 {
        let (sample, labels) = sample(number);
        export.add(&sample, &labels).unwrap();
    }
    assert_eq!(export.finish().unwrap(), 20_100);
    let frame = ParquetReader::new(std::fs::File::open(path.path()).unwrap())
        .finish()
        .unwrap();
    assert_eq!(frame.height(), 20_100);
    let text = |column: &str, row: usize| {
        frame
            .column(column)
            .unwrap()
            .str()
            .unwrap()
            .get(row)
            .map(str::to_owned)
    };
    let (sample, labels) = sample(20_099);
    assert_eq!(text("key", 20_099).unwrap(), sample.key.as_str());
    assert_eq!(text("label", 20_099).unwrap(), labels[0].item.class);
    assert_eq!(text("label", 4), None);
    let metadata: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text("metadata", 20_099).unwrap()).unwrap();
    assert_eq!(metadata, sample.metadata);
}

#[test]
fn an_empty_version_is_an_empty_file() {
    assert_eq!(ParquetExport::new(Vec::new()).unwrap().finish().unwrap(), 0);
    assert_eq!(JsonLinesExport::new(Vec::new()).finish().unwrap(), 0);
}
