//! Tests of the search door: build, pack, unpack, ask.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
use search_index::{Document, Error, Index, build, pack, unpack};

fn document(number: usize) -> Document {
    let class = ["cat", "dog", "Traffic Light"][number % 3];
    Document {
        key: format!("train/{number:04}.png"),
        texts: vec![if number == 3 {
            format!("the red car of {}", "f".repeat(64))
        } else if number.is_multiple_of(2) {
            "a red car by the sea".into()
        } else {
            "the car is red, 红色的汽车".into()
        }],
        labels: if number % 5 == 4 {
            Vec::new()
        } else {
            vec![("label".into(), class.into())]
        },
        split: Some(if number < 80 {
            "train".into()
        } else {
            "test".into()
        }),
        annotators: vec![if number.is_multiple_of(4) {
            "ann@example.org".into()
        } else {
            "digits".into()
        }],
        metadata: vec![
            ("weather".into(), "Sunny".into()),
            ("shelf".into(), number.to_string()),
        ],
    }
}

fn index(folder: &std::path::Path) -> Index {
    assert_eq!(build(folder, (0..100).map(document)).unwrap(), 100);
    Index::open(folder).unwrap()
}

#[test]
fn every_field_answers() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    let count = |query: &str| index.search(query, 0, 10).unwrap().total;
    let expected = |keep: &dyn Fn(usize) -> bool| (0..100).filter(|n| keep(*n)).count();
    let labelled = |n: usize| n % 5 != 4;

    assert_eq!(count(""), 100);
    assert_eq!(count("label:cat"), expected(&|n| n % 3 == 0 && labelled(n)));
    assert_eq!(count("label:CAT"), count("label:cat"));
    assert_eq!(
        count("label:\"traffic light\""),
        expected(&|n| n % 3 == 2 && labelled(n))
    );
    assert_eq!(
        count("label.label:dog"),
        expected(&|n| n % 3 == 1 && labelled(n))
    );
    assert_eq!(count("label:ca"), 0);
    assert_eq!(count("label:ca*"), count("label:cat"));
    assert_eq!(count("split:test"), 20);
    assert_eq!(count("annotator:ann"), 25);
    assert_eq!(count("annotator:ann@example.org"), 25);
    assert_eq!(count("-annotator:ann"), 75);
    assert_eq!(count("\"red car\""), 51);
    assert_eq!(count("red car"), 100);
    assert_eq!(count("汽车"), 49);
    assert_eq!(count("text:红色"), 49);
    assert_eq!(count("车汽"), 0);
    assert_eq!(count("key:0042"), 1);
    assert_eq!(count("key:\"train/0042.png\""), 1);
    assert_eq!(count(&"f".repeat(64)), 1);
    assert_eq!(count("metadata.weather:sunny metadata.shelf:7"), 1);
    assert_eq!(count("metadata:sunny"), 100);
    assert_eq!(count("has:no_label"), 20);
    assert_eq!(
        count("label:cat OR label:dog"),
        expected(&|n| n % 3 != 2 && labelled(n))
    );
    assert_eq!(
        count("label:cat split:train -annotator:ann \"red car\""),
        expected(&|n| n % 3 == 0 && labelled(n) && n < 80 && n % 4 != 0 && (n % 2 == 0 || n == 3))
    );
    assert_eq!(
        count("(label:cat OR label:dog) -split:train"),
        expected(&|n| n % 3 != 2 && labelled(n) && n >= 80)
    );
}

#[test]
fn pages_are_complete_and_in_key_order() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    let (mut keys, mut offset) = (Vec::new(), Some(0));
    while let Some(from) = offset {
        let page = index.search("car", from, 7).unwrap();
        assert_eq!(page.total, 100);
        keys.extend(page.keys);
        offset = page.next_offset;
    }
    assert_eq!(keys, (0..100).map(|n| document(n).key).collect::<Vec<_>>());
    assert!(index.search("car", 500, 7).unwrap().keys.is_empty());
}

#[test]
fn mistakes_are_named_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    let Error::Query(error) = index.search("car colour:red", 0, 1).unwrap_err() else {
        panic!("a query error")
    };
    assert_eq!(error.position, 5);
    assert!(
        error.message.starts_with("unknown field \"colour\""),
        "{error}"
    );
    assert!(matches!(
        index.search("has:wings", 0, 1),
        Err(Error::Query(_))
    ));
    // Punctuation that means something to a regular expression is plain text here.
    assert_eq!(index.search("label:.*", 0, 1).unwrap().total, 0);
    assert_eq!(index.search("label:[a-z]*", 0, 1).unwrap().total, 0);
}

#[test]
fn an_index_travels_as_one_file() {
    let (built, copied) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    index(built.path());
    let mut archive = Vec::new();
    pack(built.path(), &mut archive).unwrap();
    unpack(archive.as_slice(), copied.path()).unwrap();
    assert_eq!(
        Index::open(copied.path())
            .unwrap()
            .search("split:test", 0, 1)
            .unwrap()
            .total,
        20
    );
}

#[test]
fn an_archive_can_not_write_outside_its_folder() {
    for name in ["../evil", "a/b", "/etc/evil"] {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(1);
        header.set_cksum();
        let mut archive = tar::Builder::new(Vec::new());
        archive.append(&header, &b"x"[..]).unwrap();
        let bytes = archive.into_inner().unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert!(
            matches!(
                unpack(bytes.as_slice(), folder.path()),
                Err(Error::Archive(_))
            ),
            "{name}"
        );
    }
}
