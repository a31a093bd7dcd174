//! Files of texts.
use ingest::Format;

use crate::{files, place};

#[tokio::test]
async fn json_lines_and_csv_give_the_same_tree() {
    let (one, two) = (place().await, place().await);
    let folder = tempfile::tempdir().unwrap();
    let json = b"{\"key\":\"a\",\"text\":\"good film\",\"label\":\"pos\",\"split\":\"train\",\"metadata\":{\"stars\":5}}\n\
        {\"key\":\"b\",\"text\":\"bad film\",\"label\":\"neg\"}\n";
    let csv = b"stars,split,label,text,key\n5,train,pos,good film,a\n,,neg,bad film,b\n";
    files(folder.path(), &[("r.jsonl", json), ("r.csv", csv)]);
    let from_json = one
        .import(&folder.path().join("r.jsonl"), Format::JsonLines, None)
        .await;
    let from_csv = two
        .import(&folder.path().join("r.csv"), Format::Csv, None)
        .await;
    assert_eq!((from_json.added, from_json.labels_set), (2, 2));
    assert_eq!(from_json.tree, from_csv.tree);
}

#[tokio::test]
async fn a_folder_of_files_is_read_whole_and_keys_are_unique_in_it() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    files(
        folder.path(),
        &[
            ("a.jsonl", b"{\"key\":\"k\",\"text\":\"one\"}\n{\"text\":\"no key\"}\n{\"key\":\"k\",\"text\":\"two\"}\n"),
            ("b.jsonl", b"{\"key\":\"k\",\"text\":\"three\"}\n{\"text\":\"no key\"}\nnonsense\n"),
            ("readme.md", b"# not data"),
        ],
    );
    let source = ingest::LocalFiles::new(folder.path()).unwrap();
    let (reading, notes) = place.read(&source, Format::JsonLines).await;
    let refused: Vec<_> = notes.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "readme.md: the name of the file is not one of this format (format_mismatch)",
            "a.jsonl, line 3: the key \"k\" was there before (duplicate_key)",
            "b.jsonl, line 1: the key \"k\" was there before (duplicate_key)",
            "b.jsonl, line 3: expected ident at column 2 (json_invalid)",
        ]
    );
    assert_eq!(reading.progress.samples, 3);
    assert_eq!(notes.last.bytes_done, notes.last.bytes_total);
}

#[tokio::test]
async fn a_changed_file_updates_what_changed() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.csv");
    std::fs::write(&file, "key,text,label\na,one,x\nb,two,x\nc,three,\n").unwrap();
    let first = place.import(&file, Format::Csv, None).await;
    std::fs::write(&file, "key,text,label\na,one,y\nb,TWO,x\nd,four,x\n").unwrap();
    let second = place.import(&file, Format::Csv, Some(&first)).await;
    assert_eq!(
        (
            second.added,
            second.updated,
            second.labels_set,
            second.labels_kept
        ),
        (1, 1, 2, 0)
    );
    let version = place
        .repository
        .version(&second.commit.unwrap())
        .await
        .unwrap();
    assert_eq!(version.sample_count(), 4);
    let labels = version.labels("a").await.unwrap();
    assert_eq!((labels.len(), labels[0].item.class.as_str()), (1, "y"));
}

#[tokio::test]
async fn a_long_text_is_a_blob() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.jsonl");
    let long = "long ".repeat(20_000);
    std::fs::write(&file, format!("{{\"key\":\"a\",\"text\":\"{long}\"}}\n")).unwrap();
    let outcome = place.import(&file, Format::JsonLines, None).await;
    let version = place
        .repository
        .version(&outcome.commit.unwrap())
        .await
        .unwrap();
    let sample = version.sample("a").await.unwrap().unwrap();
    let blob = sample.fields["text"].blob().unwrap();
    assert_eq!(blob.media_type, "text/plain");
    assert_eq!(version.blob(&blob.hash).await.unwrap(), long.as_bytes());
}

#[tokio::test]
async fn nothing_to_import_is_no_commit() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let outcome = place.import(folder.path(), Format::Folder, None).await;
    assert_eq!(
        (outcome.commit, outcome.changed, outcome.samples),
        (None, false, 0)
    );
}
