//! Readers: good rows come through, bad rows are named, and none stops the rest.
use std::io::Cursor;

use interchange::{CsvRows, ImportRow, JsonLines, Refusal, SeenKeys, place_file, walk_folder};

fn split(
    rows: impl Iterator<Item = Result<ImportRow, Refusal>>,
) -> (Vec<ImportRow>, Vec<(String, String)>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => good.push(row),
            Err(refusal) => bad.push((refusal.place.clone().unwrap_or_default(), refusal.code)),
        }
    }
    (good, bad)
}

fn refused(place: u64, code: &str) -> (String, String) {
    (format!("line {place}"), code.to_owned())
}

#[test]
fn json_lines() {
    let text = b"\xEF\xBB\xBF{\"text\":\"one\",\"label\":\"a\",\"split\":\"train\",\"metadata\":{\"n\":1,\"deep\":{\"x\":[1,2]}}}\n\
        {\"key\":\"k2\",\"text\":\"two\",\"label\":3}\r\n\
        \n\
        {\"text\":\"x\",\"text\":\"y\"}\n\
        {\"text\":\"x\",\"metadata\":{\"a\":1,\"a\":2}}\n\
        {\"text\":\"\xff\xfe\"}\n\
        {\"text\":\"nul \\u0000\"}\n\
        {\"text\":\"x\",\"colour\":\"red\"}\n\
        {\"text\":7}\n\
        {\"label\":\"a\"}\n\
        {\"text\":\"x\",\"split\":\"\"}\n\
        [1]\n\
        {\"text\":\n\
        {\"text\":\"x\",\"metadata\":{\"n\":NaN}}\n\
        {\"text\":\"last\"}";
    let (good, bad) = split(JsonLines::new(Cursor::new(&text[..]), "data/reviews.jsonl"));
    let keys: Vec<_> = good.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["reviews/00000001", "k2", "reviews/00000015"]);
    assert_eq!(good[0].metadata["deep"], serde_json::json!({"x": [1, 2]}));
    assert_eq!((good[1].label.as_deref(), good[1].line), (Some("3"), 2));
    assert_eq!(
        bad,
        [
            refused(4, "json_duplicate_name"),
            refused(5, "json_duplicate_name"),
            refused(6, "utf8_invalid"),
            refused(7, "null_character"),
            refused(8, "field_unknown"),
            refused(9, "field_type"),
            refused(10, "text_missing"),
            refused(11, "split_invalid"),
            refused(12, "json_invalid"),
            refused(13, "json_invalid"),
            refused(14, "json_invalid"),
        ]
    );
}

#[test]
fn labels_one_by_one() {
    let text = r#"{"key":"a","text":"Ada met Bob","labels":[{"id":"s1","layer":"who","kind":"span","start":0,"end":3,"class":"person"}]}
{"key":"b","text":"x","label":"pos","labels":[]}
{"key":"c","text":"x","labels":[{"id":"s1","layer":"who","kind":"span","start":0,"class":"person"}]}
{"key":"d","text":"x","labels":[{"id":"a b","layer":"who","kind":"classification","class":"person"}]}
"#;
    let (good, bad) = split(JsonLines::new(text.as_bytes(), "r.jsonl"));
    let labels = good[0].labels.as_ref().unwrap();
    assert_eq!(
        labels[0].shape,
        annotation::Shape::Span { start: 0, end: 3 }
    );
    let refused_lines = [2, 3, 4].map(|line| refused(line, "labels_invalid"));
    assert_eq!(bad, refused_lines);
}

#[test]
fn csv_rows() {
    let text = b"\xEF\xBB\xBFkey,text,label,split,stars,zip,ok\n\
        a,\"one, two\",pos,train,4.5,01234,true\n\
        b,\"line\nbreak\",,,-7,,\n\
        c,short,pos\n\
        d,\xff,pos,,,,\n\
        e,nul\0,pos,,,,\n\
        ,no key,neg,test,1e3,,\n";
    let (good, bad) = split(CsvRows::new(&text[..], "r.csv"));
    let keys: Vec<_> = good.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["a", "b", "r/00000008"]);
    assert_eq!(good[0].text, "one, two");
    assert_eq!(
        serde_json::to_value(&good[0].metadata).unwrap(),
        serde_json::json!({"stars": 4.5, "zip": "01234", "ok": true})
    );
    assert_eq!((good[1].label.clone(), good[1].split.clone()), (None, None));
    assert_eq!(good[1].metadata["stars"], -7);
    assert_eq!(good[2].metadata["stars"], "1e3");
    assert_eq!(
        bad,
        [
            refused(5, "column_count"),
            refused(6, "utf8_invalid"),
            refused(7, "null_character")
        ]
    );
}

#[test]
fn a_csv_without_its_columns_is_refused_once() {
    for (header, code) in [
        ("a,b\n1,2\n", "header_invalid"),
        ("text,text\nx,y\n", "header_invalid"),
    ] {
        let (good, bad) = split(CsvRows::new(header.as_bytes(), "r.csv"));
        assert!(good.is_empty());
        assert_eq!(bad, [refused(1, code)]);
    }
    assert_eq!(CsvRows::new(&b""[..], "r.csv").count(), 0);
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_machine() {
    let endless = std::io::Read::chain(&b"text\nfine\n\"never closed "[..], std::io::repeat(b'x'));
    let (good, bad) = split(CsvRows::new(endless, "r.csv"));
    assert_eq!(good.len(), 1);
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].1, "file_unreadable");
}

#[test]
fn a_path_gives_key_split_and_label() {
    let place = |path: &str, labels: bool| {
        let placed = place_file(path, labels).unwrap();
        (placed.split, placed.label)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(place("cat/1.png", true), (None, some("cat")));
    assert_eq!(place("train/cat/1.png", true), (some("train"), some("cat")));
    assert_eq!(place("train/cat/1.png", false), (some("train"), None));
    assert_eq!(place("test/1.png", true), (some("test"), None));
    assert_eq!(place("1.png", true), (None, None));
    assert_eq!(place("cat/deep/er/1.png", true), (None, some("cat")));
    assert_eq!(
        place_file("a\u{7}/1.png", true).unwrap_err().code,
        "key_invalid"
    );
    assert_eq!(
        place_file(&format!("{}/1.png", "x".repeat(300)), true)
            .unwrap_err()
            .code,
        "label_invalid"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_is_walked_in_order_without_hidden_files_and_outer_links() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), b"x").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for path in ["b/2.png", "a/1.png", ".git/config", "a/.DS_Store"] {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), b"data").unwrap();
    }
    symlink(root.join("a/1.png"), root.join("c-inside.png")).unwrap();
    symlink(outside.path().join("secret"), root.join("d-outside.png")).unwrap();
    symlink(outside.path(), root.join("e-folder")).unwrap();
    symlink(root.join("nowhere"), root.join("f-dangling")).unwrap();
    let found: Vec<String> = walk_folder(root)
        .map(|file| match file {
            Ok(file) => format!("{} {}", file.relative, file.bytes),
            Err(refusal) => format!("{} {}", refusal.path, refusal.code),
        })
        .collect();
    assert_eq!(
        found,
        [
            "a/1.png 4",
            "b/2.png 4",
            "c-inside.png 4",
            "d-outside.png link_outside",
            "e-folder link_outside",
            "f-dangling file_unreadable"
        ]
    );
}

#[test]
fn keys_are_seen_once() {
    let mut seen = SeenKeys::new();
    let key = |text: &str| dataset::SampleKey::new(text).unwrap();
    assert!(seen.insert(&key("a")) && seen.insert(&key("b")) && !seen.insert(&key("a")));
    assert_eq!(seen.len(), 2);
}
