//! Stores and sources in buckets of a real S3 server.
use std::process::{Command, Output};

use blob_store::ObjectRoot;
use serde_json::{Value, json};
use testkit::{S3Server, png};

use crate::{json, place, strata, text};

struct Bucket {
    server: S3Server,
    home: tempfile::TempDir,
}

impl Bucket {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self {
            server: runtime.block_on(S3Server::start()),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// Puts files below `raw`.
    fn put(&self, prefix: &str, files: &[(&str, &[u8])]) {
        let folder = self.home.path().join("files");
        for (path, bytes) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        self.server.fill(prefix, &folder);
    }

    fn replace(&self, path: &str, bytes: Vec<u8>) {
        let root = ObjectRoot::open(&self.server.url(""), &self.server.access()).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(root.put(path, bytes.into())).unwrap();
    }

    /// Runs `strata --json` on the store at `url`.
    fn run(&self, url: &str, arguments: &[&str]) -> Output {
        let S3Server {
            endpoint,
            access_key_id,
            secret_access_key,
            ..
        } = &self.server;
        Command::new(env!("CARGO_BIN_EXE_strata"))
            .arg("--json")
            .args(arguments)
            .env("STRATA_STORE", url)
            .env("STRATA_CACHE_DIR", self.home.path().join("cache"))
            .env("STRATA_S3_ENDPOINT", endpoint)
            .env("STRATA_S3_ALLOW_HTTP", "true")
            .env("AWS_ACCESS_KEY_ID", access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", secret_access_key)
            .env_remove("RUST_LOG")
            .env_remove("STRATA_TOKEN")
            .output()
            .unwrap()
    }

    fn json(&self, url: &str, arguments: &[&str]) -> Value {
        let output = self.run(url, arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn code(&self, url: &str, arguments: &[&str]) -> Value {
        let output = self.run(url, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let said: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
        said["code"].clone()
    }
}

#[test]
fn a_bucket_is_imported_in_place_and_read_everywhere() {
    let bucket = Bucket::new();
    bucket.put(
        "raw/train",
        &[
            ("cat/1.png", &png(8, 8, 1)),
            ("cat/2 é#.png", &png(8, 8, 2)),
            ("dog/3.png", &png(8, 8, 3)),
        ],
    );
    let (store, raw) = (bucket.server.url("store"), bucket.server.url("raw"));
    bucket.run(&store, &["init", "--store", &store]);
    let import = ["import", "--dataset", "pets", "--in-place", &raw];
    let first = bucket.json(&store, &import);
    assert_eq!(
        (&first["added"], &first["labels_set"]),
        (&json!(3), &json!(3))
    );
    assert!(first["bytes_stored"].as_u64().unwrap() < 2000, "{first}");
    let again = bucket.json(&store, &import);
    assert_eq!(
        (
            &again["committed"],
            &again["files_known"],
            &again["bytes_read"]
        ),
        (&json!(false), &json!(3), &json!(0))
    );
    let log = bucket.json(&store, &["log"]);
    let commit = log.get(0).unwrap_or(&log);
    assert_eq!(commit["lineage"]["sources"], json!([raw]), "{log}");
    assert_eq!(bucket.json(&store, &["stats"])["samples"], 3);

    let out = bucket.home.path().join("out");
    assert_eq!(bucket.json(&store, &["checkout", text(&out)])["samples"], 3);
    let written = std::fs::read(out.join("train/cat/2 é#.png")).unwrap();
    assert_eq!(written, png(8, 8, 2));
    let streamed = ["bench", "loader", "--epochs", "1", "--decode", "rgb8"];
    assert_eq!(bucket.json(&store, &streamed)["epochs"][0]["samples"], 3);
    let checked = bucket.json(&store, &["fsck"]);
    assert_eq!(
        (&checked["problems"], &checked["outside"]),
        (&json!([]), &json!(3))
    );
    let erased = bucket.json(&store, &["erase", "train/dog/3.png", "--reason", "asked"]);
    assert_eq!(erased["outside"], json!([format!("{raw}/train/dog/3.png")]));

    // Someone changes an object: whoever asks for what was there is told which.
    bucket.replace("raw/train/cat/1.png", png(8, 8, 9));
    let out = bucket.home.path().join("changed");
    assert_eq!(
        bucket.code(&store, &["checkout", text(&out)]),
        "external_changed"
    );
    let checked = bucket.run(&store, &["fsck", "--trust-etags"]);
    assert_eq!(checked.status.code(), Some(1));
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(checked["problems"][0]["key"], "train/cat/1.png");
    let third = bucket.json(&store, &import);
    assert_eq!(
        (&third["updated"], &third["files_known"]),
        (&json!(1), &json!(1))
    );
    let out = bucket.home.path().join("again");
    assert_eq!(bucket.json(&store, &["checkout", text(&out)])["samples"], 2);
}

#[test]
fn a_folder_stays_in_place_for_a_store_beside_it() {
    let (folder, store) = place();
    let files = folder.path().join("files");
    std::fs::create_dir_all(files.join("a")).unwrap();
    for number in 0..20_u8 {
        std::fs::write(files.join(format!("a/{number:02}~.bin")), [number; 3000]).unwrap();
    }
    let import = [
        "import",
        "--dataset",
        "d",
        "--in-place",
        "--format",
        "files",
    ];
    let import = [&import[..], &[text(&files)]].concat();
    let first = json(&store, &import);
    assert_eq!(first["added"], 20);
    assert!(first["bytes_stored"].as_u64().unwrap() < 8000, "{first}");
    let streamed = ["bench", "loader", "--epochs", "1"];
    assert_eq!(json(&store, &streamed)["epochs"][0]["bytes"], 60_000);
    assert_eq!(json(&store, &["fsck"])["outside"], 20);
    std::fs::write(files.join("a/07~.bin"), [0; 3000]).unwrap();
    let read = strata(&store, &[&["--json"], &streamed[..]].concat());
    let said = String::from_utf8(read.stderr).unwrap();
    assert!(!read.status.success());
    assert!(said.contains("a/07~.bin was changed"), "{said}");
    // It may as well be brought in; the one that was changed has a version of its own then.
    std::fs::write(files.join("a/07~.bin"), [7; 3000]).unwrap();
    let copied = [
        "import",
        "--dataset",
        "d",
        "--format",
        "files",
        text(&files),
    ];
    assert_eq!(json(&store, &copied)["committed"], false);
    std::fs::remove_dir_all(&files).unwrap();
    assert_eq!(json(&store, &streamed)["epochs"][0]["bytes"], 60_000);
    assert_eq!(json(&store, &["fsck"])["outside"], 0);
    assert_eq!(json(&store, &["fsck"])["problems"], json!([]));
}

#[test]
fn what_can_not_stay_in_place_is_refused_by_name() {
    let bucket = Bucket::new();
    bucket.put("raw", &[("a.csv", b"key,text\na,one\n")]);
    let (store, raw) = (bucket.server.url("store"), bucket.server.url("raw"));
    bucket.run(&store, &["init", "--store", &store]);
    let import = ["import", "--dataset", "d"];
    let with = |more: &[&str]| {
        let all = [&import[..], more].concat();
        bucket.code(&store, &all)
    };
    assert_eq!(
        with(&["--in-place", "--format", "csv", &raw]),
        "source_unreadable"
    );
    assert_eq!(
        with(&["--in-place", &bucket.server.url("rwa")]),
        "source_unreadable"
    );
    let local = bucket.home.path().join("local");
    std::fs::create_dir_all(&local).unwrap();
    std::fs::write(local.join("a.txt"), "a").unwrap();
    assert_eq!(
        with(&["--in-place", "--format", "files", text(&local)]),
        "options_invalid"
    );
    // Without --in-place the bytes come in, whatever the format.
    let taken = bucket.json(&store, &[&import[..], &["--format", "csv", &raw]].concat());
    assert_eq!(taken["added"], 1);
}

#[test]
fn gates_splits_views_and_erasure_work_on_s3() {
    let bucket = Bucket::new();
    let store = bucket.server.url("store");
    bucket.run(&store, &["init", "--store", &store]);
    let file = bucket.home.path().join("rows.jsonl");
    let rows = [
        ("a", "fine", "pos"),
        ("b", "forget-me", "neg"),
        ("c", "so so", "pos"),
    ];
    std::fs::write(&file, testkit::text_jsonl(&rows)).unwrap();
    bucket.json(&store, &["import", "--dataset", "d", text(&file)]);
    let split = bucket.json(&store, &["split", "train=8", "test=2", "--salt", "s"]);
    assert_eq!(split["committed"], true);
    let gates = bucket.home.path().join("gates.json");
    let minima =
        json!([{"name": "enough", "check": {"kind": "class_minima", "minima": {"neg": 2}}}]);
    std::fs::write(&gates, minima.to_string()).unwrap();
    bucket.json(&store, &["protect", "main", "--gates", text(&gates)]);
    std::fs::write(&file, testkit::text_jsonl(&[("d", "well", "pos")])).unwrap();
    let import = ["import", "--dataset", "d", text(&file)];
    assert_eq!(bucket.code(&store, &import), "gates_failed");
    assert_eq!(bucket.run(&store, &["gate", "run"]).status.code(), Some(1));
    let built = bucket.json(&store, &["view", "build"]);
    assert_eq!(
        (&built["files"], &built["files_written"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(bucket.json(&store, &["view", "build"])["files_written"], 0);
    let out = bucket.home.path().join("croissant");
    bucket.json(&store, &["export", "--format", "croissant", text(&out)]);
    assert!(out.join("croissant.json").exists());
    let erased = bucket.json(&store, &["erase", "b", "--reason", "asked"]);
    assert_eq!(erased["keys"], 1);
    assert_eq!(bucket.code(&store, &["view", "show"]), Value::Null);
    assert_eq!(
        bucket.code(&store, &["show", "main", "--key", "b"]),
        "content_erased"
    );
    assert_eq!(bucket.json(&store, &["fsck"])["problems"], json!([]));
}
