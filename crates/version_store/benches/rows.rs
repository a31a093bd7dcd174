//! Commits, diffs, merges and scans of versions with many rows.
//!
//! `cargo bench -p version_store --bench rows -- [--folder DIR] [--keep] [--steps open,change,merge,scan] [SAMPLES…]`:
//! the folder should be on tmpfs; without sizes one million samples. With `--keep` the store stays there, and is
//! built only once. Prints a table, and the same as one line of JSON.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::large_futures,
    reason = "it measures"
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use annotation::{Item, Maker, Provenance};
use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use ids::Hash;
use serde_json::{Value, json};
use version_store::{
    Changes, CommitOutcome, CommitRequest, Lineage, MergeOutcome, MergeRequest, Repository, Settle,
    Store, StoreOptions,
};

/// That of the command line, which is measured here without its other parts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Samples of one commit while a large version is built.
const BATCH: u64 = 100_000;

/// One measured step.
struct Row {
    what: &'static str,
    wall_ms: f64,
    cpu_ms: f64,
    written_bytes: u64,
    peak_mb: u64,
}

/// A store of one size, and what was measured on it.
struct Bench {
    url: String,
    samples: u64,
    head: Hash,
    rows: Vec<Row>,
}

fn main() {
    let mut folder = PathBuf::from("/dev/shm");
    let mut sizes = Vec::new();
    let mut is_kept = false;
    let mut steps = "open,change,merge,scan".to_owned();
    let mut arguments = std::env::args().skip(1).filter(|text| text != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--folder" => folder = arguments.next().unwrap().into(),
            "--keep" => is_kept = true,
            "--steps" => steps = arguments.next().unwrap(),
            size => sizes.push(size.replace('_', "").parse().unwrap()),
        }
    }
    if sizes.is_empty() {
        sizes.push(1_000_000);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for samples in sizes {
        let place = folder.join(format!("strata-bench-{samples}"));
        let bench = runtime.block_on(run(place.display().to_string(), samples, &steps));
        if !is_kept {
            std::fs::remove_dir_all(&place).unwrap();
        }
        print(&bench);
    }
}

async fn run(url: String, samples: u64, steps: &str) -> Bench {
    let mut bench = Bench {
        url,
        samples,
        head: Hash::of(b""),
        rows: Vec::new(),
    };
    let head_file = PathBuf::from(format!("{}.head", bench.url));
    match std::fs::read_to_string(&head_file) {
        Ok(head) if Path::new(&bench.url).exists() => bench.head = head.parse().unwrap(),
        _ => {
            bench.build().await;
            std::fs::write(&head_file, bench.head.to_string()).unwrap();
        }
    }
    for step in steps.split(',') {
        match step {
            "open" => {
                bench
                    .open("open a version, read a sample", bench.head)
                    .await
            }
            "change" => bench.changes().await,
            "merge" => bench.merge().await,
            "scan" => {
                bench.scan().await;
                bench.scan_raw().await;
            }
            other => panic!("there is no step {other}"),
        }
    }
    bench
}

impl Bench {
    /// A handle that has read nothing yet.
    async fn repository(&self) -> Repository {
        let store = Store::open(&self.url, &StoreOptions::default())
            .await
            .unwrap();
        store.repository("bench").unwrap()
    }

    async fn measure<T>(&mut self, what: &'static str, work: impl Future<Output = T>) -> T {
        let before = (cpu_ms(), bytes_beneath(Path::new(&self.url)));
        // Peak memory from here on.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let start = Instant::now();
        let result = work.await;
        self.rows.push(Row {
            what,
            wall_ms: start.elapsed().as_secs_f64() * 1e3,
            cpu_ms: cpu_ms() - before.0,
            written_bytes: bytes_beneath(Path::new(&self.url)).saturating_sub(before.1),
            peak_mb: peak_mb(),
        });
        result
    }

    async fn build(&mut self) {
        let store = Store::init(&self.url, &StoreOptions::default())
            .await
            .unwrap();
        let repository = store.repository("bench").unwrap();
        let mut blobs = repository.write_blobs().await.unwrap();
        let blob = blobs
            .put(Bytes::from_static(b"a picture"))
            .await
            .unwrap()
            .hash;
        blobs.finish().await.unwrap();
        let samples = self.samples;
        let head = self.measure("build", async {
            let mut parents = Vec::new();
            for start in (0..samples).step_by(BATCH as usize) {
                let mut changes = Changes::new();
                for number in start..(start + BATCH).min(samples) {
                    changes.upsert_sample(&sample(number, blob)).unwrap();
                    changes
                        .set_label(&label(number, "cat"), &provenance("import"))
                        .unwrap();
                }
                parents = vec![commit(&repository, parents, changes).await.commit];
            }
            parents[0]
        });
        self.head = head.await;
    }

    async fn open(&mut self, what: &'static str, head: Hash) {
        let last = key(self.samples - 1);
        let url = self.url.clone();
        self.measure(what, async {
            let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
            let version = store
                .repository("bench")
                .unwrap()
                .version(&head)
                .await
                .unwrap();
            assert!(version.sample(last.as_str()).await.unwrap().is_some());
        })
        .await;
    }

    /// Labels spread over the whole version at uneven distances, another class each.
    fn scattered(&self, count: u64, seed: u64) -> Changes {
        let mut changes = Changes::new();
        let step = self.samples / count;
        for number in 0..count {
            let uneven = (number + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let row = label(number * step + uneven % step, "dog");
            changes.set_label(&row, &provenance("person")).unwrap();
        }
        changes
    }

    async fn changes(&mut self) {
        for (what, diff, count) in [
            ("1 label: commit", "1 label: diff", 1),
            (
                "1,000 scattered labels: commit",
                "1,000 scattered labels: diff",
                1_000,
            ),
            (
                "10,000 scattered labels: commit",
                "10,000 scattered labels: diff",
                10_000,
            ),
        ] {
            self.change(what, diff, count).await;
        }
    }

    async fn change(&mut self, what: &'static str, diff: &'static str, count: u64) {
        let (head, changes) = (self.head, self.scattered(count, 3));
        let repository = self.repository().await;
        let work = commit(&repository, vec![head], changes);
        let new = self.measure(what, work).await.commit;
        let found = self
            .measure(diff, async {
                let mut diff = repository.diff(&head, &new).await.unwrap();
                let mut found = 0;
                while diff.next().await.unwrap().is_some() {
                    found += 1;
                }
                found
            })
            .await;
        assert_eq!(found, count);
        if count == 1_000 {
            // Only its change segment is in the store.
            let what = "open after 1,000, read a sample";
            self.open(what, new).await;
        }
    }

    async fn merge(&mut self) {
        let repository = self.repository().await;
        let ours = self.scattered(10_000, 4);
        let ours = commit(&repository, vec![self.head], ours).await.commit;
        let theirs = self.scattered(10_000, 5);
        let theirs = commit(&repository, vec![self.head], theirs).await.commit;
        let repository = self.repository().await;
        let request = MergeRequest {
            ours,
            theirs,
            settle: Settle::default(),
            author: "bench".into(),
            message: "merge".into(),
            time_ms: 2,
        };
        let work = repository.merge(request);
        let outcome = self
            .measure("merge 10,000 with 10,000", work)
            .await
            .unwrap();
        assert!(matches!(outcome, MergeOutcome::Merged(_)));
    }

    async fn scan(&mut self) {
        let (repository, head) = (self.repository().await, self.head);
        let work = async {
            let version = repository.version(&head).await.unwrap();
            let mut scan = version.scan().await.unwrap();
            let mut rows = 0;
            while let Some((_, labels)) = scan.next().await.unwrap() {
                rows += 1 + labels.len() as u64;
            }
            rows
        };
        let rows = self.measure("scan", work).await;
        assert_eq!(rows, self.samples * 2);
    }

    async fn scan_raw(&mut self) {
        let (repository, head) = (self.repository().await, self.head);
        let work = async {
            let version = repository.version(&head).await.unwrap();
            let mut scan = version.scan_raw("").await.unwrap();
            let mut rows = 0;
            while let Some(row) = scan.next().await.unwrap() {
                rows += 1 + row.labels.len() as u64;
            }
            rows
        };
        let rows = self.measure("scan, rows as stored", work).await;
        assert_eq!(rows, self.samples * 2);
    }
}

async fn commit(repository: &Repository, parents: Vec<Hash>, changes: Changes) -> CommitOutcome {
    let request = CommitRequest {
        parents,
        changes,
        author: "bench".into(),
        message: "bench".into(),
        time_ms: 1,
        lineage: Lineage::default(),
    };
    repository.commit(request).await.unwrap()
}

fn key(number: u64) -> SampleKey {
    SampleKey::new(format!("images/{:03}/{number:09}.jpg", number / 100_000)).unwrap()
}

fn sample(number: u64, hash: Hash) -> Sample {
    let blob = BlobField {
        hash,
        media_type: "image/jpeg".into(),
        bytes: 9,
        width: Some(640),
        height: Some(480),
    };
    Sample {
        key: key(number),
        fields: [("image".into(), Field::Blob(blob))].into(),
        metadata: [("number".into(), number.into())].into(),
        split: Some("train".into()),
    }
}

fn label(number: u64, class: &str) -> LabelRow {
    LabelRow::new(key(number), Item::classification("class", "label", class))
}

fn provenance(user: &str) -> Provenance {
    Provenance {
        made_by: Maker::Person { user: user.into() },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

/// Processor time of this process so far, user and system, in steps of 10 ms.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .map(|ticks| ticks.parse::<f64>().unwrap() * 10.0)
        .sum()
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

fn bytes_beneath(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let data = entry.metadata().unwrap();
            if data.is_dir() {
                bytes_beneath(&entry.path())
            } else {
                data.len()
            }
        })
        .sum()
}

fn print(bench: &Bench) {
    println!("{} samples with a label each", bench.samples);
    println!(
        "{:34} {:>10} {:>9} {:>12} {:>8}",
        "", "wall ms", "CPU ms", "bytes", "peak MB"
    );
    for row in &bench.rows {
        println!(
            "{:34} {:>10.1} {:>9.0} {:>12} {:>8}",
            row.what, row.wall_ms, row.cpu_ms, row.written_bytes, row.peak_mb
        );
    }
    let rows: Vec<Value> = bench
        .rows
        .iter()
        .map(|row| {
            json!({"what": row.what, "wall_ms": row.wall_ms, "cpu_ms": row.cpu_ms,
                "bytes": row.written_bytes, "peak_mb": row.peak_mb})
        })
        .collect();
    println!(
        "{}",
        json!({"bench": "rows", "samples": bench.samples, "rows": rows})
    );
}
