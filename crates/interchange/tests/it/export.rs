//! What is written reads back, row for row.
use std::collections::BTreeMap;

use annotation::{Item, Maker, Provenance};
use dataset::columns::{ColumnKinds, Columns};
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use ids::Hash;
use interchange::{CsvExport, CsvRows, JsonLines, JsonLinesExport, ParquetExport};
use polars::prelude::{DataType, ParquetReader, SerReader};
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

fn columns(count: usize) -> Columns {
    let mut kinds = ColumnKinds::default();
    (0..count).for_each(|number| kinds.add(&sample(number).0));
    kinds.columns()
}

fn made_by(user: &str) -> Provenance {
    Provenance {
        made_by: Maker::Person { user: user.into() },
        standard: Some(Hash::of(b"standard")),
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: Some("bob".into()),
    }
}

#[test]
fn parquet_holds_every_sample_in_row_groups() {
    let path = tempfile::NamedTempFile::new().unwrap();
    let file = std::fs::File::create(path.path()).unwrap();
    let mut export = ParquetExport::new(file, &columns(20_100)).unwrap();
    for number in 0..20_100 {
        let (sample, labels) = sample(number);
        let made: Vec<_> = labels
            .iter()
            .map(|row| (row.key(), made_by(&number.to_string())))
            .collect();
        export.add(&sample, &labels, &made).unwrap();
    }
    assert_eq!(export.finish().unwrap(), 20_100);
    let frame = ParquetReader::new(std::fs::File::open(path.path()).unwrap())
        .finish()
        .unwrap();
    assert_eq!(frame.height(), 20_100);
    let names: Vec<&str> = frame
        .get_column_names()
        .into_iter()
        .map(|name| name.as_str())
        .collect();
    assert_eq!(names, ["key", "split", "text", "metadata", "labels"]);
    let (sample, labels) = sample(20_099);
    let cell = |column: &str| {
        frame
            .column(column)
            .unwrap()
            .get(20_099)
            .unwrap()
            .to_string()
    };
    assert!(cell("key").contains(sample.key.as_str()));
    assert!(cell("metadata").contains("20099"), "{}", cell("metadata"));
    let DataType::Struct(members) = frame.column("metadata").unwrap().dtype().clone() else {
        panic!("a structure")
    };
    assert_eq!(members[1].dtype, DataType::Int64);
    let lists = frame.column("labels").unwrap().list().unwrap().clone();
    assert_eq!(lists.get_as_series(0).unwrap().len(), 0, "no labels");
    let list = lists.get_as_series(20_099).unwrap();
    let member = |name: &str| {
        let member = list.struct_().unwrap().field_by_name(name).unwrap();
        member.str().unwrap().get(0).map(str::to_owned)
    };
    assert_eq!(member("class").unwrap(), labels[0].item.class);
    assert_eq!(member("made_by").unwrap(), "20099");
    assert_eq!(
        member("standard").unwrap(),
        Hash::of(b"standard").to_string()
    );
    assert_eq!(member("attributes"), None);
}

#[test]
fn a_field_that_is_a_text_here_and_a_blob_there_has_one_column() {
    let (mut long, labels) = sample(1);
    let blob = BlobField {
        hash: Hash::of(b"long"),
        media_type: "text/plain".into(),
        bytes: 70_000,
        width: None,
        height: None,
    };
    long.fields.insert("text".into(), Field::Blob(blob));
    let short = sample(2).0;
    let mut kinds = ColumnKinds::default();
    kinds.add(&long);
    kinds.add(&short);
    let mut bytes = Vec::new();
    let mut export = ParquetExport::new(&mut bytes, &kinds.columns()).unwrap();
    export.add(&long, &labels, &[]).unwrap();
    export.add(&short, &[], &[]).unwrap();
    assert_eq!(export.finish().unwrap(), 2);
    let frame = ParquetReader::new(std::io::Cursor::new(bytes))
        .finish()
        .unwrap();
    let text = frame.column("text").unwrap().struct_().unwrap().clone();
    let member = |name: &str| text.field_by_name(name).unwrap();
    assert_eq!(
        member("value").str().unwrap().get(1),
        short.fields["text"].text()
    );
    assert_eq!(member("value").str().unwrap().get(0), None);
    assert_eq!(member("bytes").i64().unwrap().get(0), Some(70_000));
}

#[test]
fn an_empty_version_is_an_empty_file() {
    let export = ParquetExport::new(Vec::new(), &columns(0)).unwrap();
    assert_eq!(export.finish().unwrap(), 0);
    assert_eq!(JsonLinesExport::new(Vec::new()).finish().unwrap(), 0);
}
