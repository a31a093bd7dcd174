//! import, export, stats and tokens.
use std::thread;

use serde_json::json;

use crate::{json, place, strata, text};

const TOKENIZER: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
"model":{"type":"WordLevel","vocab":{"[UNK]":0,"good":1},"unk_token":"[UNK]"}}"#;

#[test]
fn a_folder_goes_in_and_comes_out_the_same() {
    let (folder, store) = place();
    let pictures = folder.path().join("pictures");
    testkit::image_folder(&pictures, &["train", "test"], &["cat", "dog"], 3);
    std::fs::write(pictures.join("train/cat/broken.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let import = ["import", "--dataset", "pets", text(&pictures)];
    let output = strata(&store, &import);
    assert!(output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("train/cat/broken.png") && errors.contains("image_truncated"),
        "{errors}"
    );

    let again = json(&store, &import);
    assert_eq!(
        (&again["committed"], &again["samples"], &again["refused"]),
        (&json!(false), &json!(12), &json!(1))
    );
    let stats = json(&store, &["stats"]);
    assert_eq!(
        (&stats["samples"], &stats["classes"][0]["count"]),
        (&json!(12), &json!(6))
    );

    let out = folder.path().join("out");
    json(&store, &["export", "--format", "folder", text(&out)]);
    for key in ["train/cat/000.png", "test/dog/002.png"] {
        assert_eq!(
            std::fs::read(out.join(key)).unwrap(),
            std::fs::read(pictures.join(key)).unwrap()
        );
    }
    let parquet = folder.path().join("pets.parquet");
    let export = [
        "export",
        "--format",
        "parquet",
        "--where",
        "label = 'cat'",
        text(&parquet),
    ];
    assert_eq!(json(&store, &export)["samples"], 6);
    assert!(std::fs::read(&parquet).unwrap().starts_with(b"PAR1"));
    assert_eq!(
        strata(&store, &export).status.code(),
        Some(1),
        "an export overwrites nothing"
    );
}

#[test]
fn texts_go_through_both_formats_unchanged() {
    let (folder, store) = place();
    let first = folder.path().join("first.csv");
    std::fs::write(
        &first,
        "key,text,label,stars\na,\"good, good film\",pos,5\nb,bad,,1\n",
    )
    .unwrap();
    let one = json(&store, &["import", "--dataset", "one", text(&first)]);
    let lines = folder.path().join("lines.jsonl");
    json(
        &store,
        &[
            "export",
            "--dataset",
            "one",
            "--format",
            "jsonl",
            text(&lines),
        ],
    );
    let two = json(&store, &["import", "--dataset", "two", text(&lines)]);
    assert_eq!(one["tree"], two["tree"]);
    let back = folder.path().join("back.csv");
    json(
        &store,
        &["export", "--dataset", "two", "--format", "csv", text(&back)],
    );
    let three = json(&store, &["import", "--dataset", "three", text(&back)]);
    assert_eq!(one["tree"], three["tree"]);

    let tokenizer = folder.path().join("tokenizer.json");
    std::fs::write(&tokenizer, TOKENIZER).unwrap();
    let tokenizer = ["--tokenizer", text(&tokenizer)];
    let mut stats = vec!["stats", "--dataset", "one"];
    stats.extend(tokenizer);
    assert_eq!(
        json(&store, &stats)["tokens"],
        json!({"texts": 2, "tokens": 5, "shortest": 1, "longest": 4})
    );
    let mut tokens = vec!["tokens", "--offsets", "好 good"];
    tokens.extend(tokenizer);
    assert_eq!(
        json(&store, &tokens)["offsets"][1],
        json!({"id": 1, "text": "good", "start": 2, "end": 6})
    );
}

#[test]
fn imports_at_the_same_time_all_land_on_the_branch() {
    const IMPORTS: usize = 4;
    let (folder, store) = place();
    thread::scope(|scope| {
        for number in 0..IMPORTS {
            let file = folder.path().join(format!("{number}.jsonl"));
            let row = |n: usize| format!("{{\"key\":\"{number}-{n}\",\"text\":\"row {n}\"}}\n");
            std::fs::write(&file, (0..50).map(row).collect::<String>()).unwrap();
            let store = &store;
            scope.spawn(move || {
                let import = ["import", "--dataset", "busy", text(&file)];
                assert_eq!(json(store, &import)["added"], 50);
            });
        }
    });
    assert_eq!(json(&store, &["stats"])["samples"], 50 * IMPORTS);
}

#[test]
fn what_can_not_be_imported_at_all_is_an_error() {
    let (folder, store) = place();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "just notes").unwrap();
    for arguments in [
        ["import", "--dataset", "d", text(&file)],
        ["import", "--dataset", "d", "/nonexistent/folder"],
        ["import", "--dataset", "a/../b", text(&file)],
    ] {
        assert_eq!(
            strata(&store, &arguments).status.code(),
            Some(1),
            "{arguments:?}"
        );
    }
    let usage = ["import", "--format", "xml", "--dataset", "d", text(&file)];
    assert_eq!(strata(&store, &usage).status.code(), Some(2));
}
