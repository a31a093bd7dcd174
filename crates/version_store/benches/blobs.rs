//! Blobs and packs: processor seconds and wall time of writing, reading and checking them.
//!
//! `cargo bench -p version_store --bench blobs [FOLDER]`; the folder should be on tmpfs.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;
use dataset::{BlobField, Field, Sample, SampleKey};
use ids::{Hash, Hasher};
use version_store::{
    BlobWriter, Changes, CommitRequest, Lineage, Repository, Scratch, Store, StoreOptions,
    prepare_blob,
};

/// That of the command line, which is measured here without its other parts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MIB: usize = 1024 * 1024;
/// Clock ticks a second, as Linux tells processor time.
const TICKS: f64 = 100.0;

fn noise(length: usize, state: u64) -> Vec<u8> {
    let mut bytes = vec![0; length];
    fill(&mut bytes, state);
    bytes
}

fn fill(bytes: &mut [u8], mut state: u64) {
    for part in bytes.chunks_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        part.copy_from_slice(&state.to_le_bytes()[..part.len()]);
    }
}

/// Processor seconds of this process so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS
}

/// Most memory that this process has had, in MiB.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}

async fn timed<T>(what: &str, work: impl Future<Output = T>) -> T {
    let (started, before) = (Instant::now(), cpu());
    let result = work.await;
    let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "{what:<52} {cpu:>7.2} CPU s {wall:>7.2} s, peak {} MiB",
        peak_mib()
    );
    result
}

async fn store(folder: &Path) -> Repository {
    let url = folder.display().to_string();
    let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
    store.repository("bench").unwrap()
}

async fn put_file(repository: &Repository, file: &Path) -> u64 {
    let mut writer: BlobWriter = repository.write_blobs().await.unwrap();
    writer
        .put_file(std::fs::File::open(file).unwrap(), "")
        .await
        .unwrap();
    let stored = writer.stored_bytes();
    writer.finish().await.unwrap();
    stored
}

/// A gibibyte, and the same with a byte in front. Little memory, so that the peak is the store's.
fn write_noise(plain: &Path, moved: &Path) {
    let mut files = [plain, moved].map(|path| std::fs::File::create(path).unwrap());
    files[1].write_all(&[0]).unwrap();
    let mut piece = vec![0; 4 * MIB];
    for number in 0..256 {
        fill(&mut piece, 88_172_645_463_325_252 + number);
        files
            .iter_mut()
            .for_each(|file| file.write_all(&piece).unwrap());
    }
}

async fn large_file(folder: &Path) {
    let repository = store(&folder.join("large")).await;
    let (plain, moved) = (folder.join("plain.bin"), folder.join("moved.bin"));
    write_noise(&plain, &moved);
    timed("1 GiB, first", put_file(&repository, &plain)).await;
    let stored = timed("1 GiB, a byte in front", put_file(&repository, &moved)).await;
    println!("  stored {stored} bytes");
    let report = timed("fsck of it", repository.store().fsck(false, |_, _| {}))
        .await
        .unwrap();
    println!(
        "  {} bytes, {} problems",
        report.bytes,
        report.problems.len()
    );
    let piece = noise(4 * MIB, 1);
    let hash = async {
        let mut hasher = Hasher::new();
        (0..256).for_each(|_| _ = hasher.update(&piece));
        hasher.finish()
    };
    timed("one-thread BLAKE3 of 1 GiB", hash).await;
    std::fs::remove_file(&plain).unwrap();
    std::fs::remove_file(&moved).unwrap();
    std::fs::remove_dir_all(folder.join("large")).unwrap();
}

async fn edited_files(folder: &Path) {
    let repository = store(&folder.join("edited")).await;
    let mut writer = repository.write_blobs().await.unwrap();
    let file = |number: u64| noise(1_000_000, 7 + number * 1_000_003);
    for number in 0..10 {
        writer.put(file(number).into()).await.unwrap();
    }
    writer.finish().await.unwrap();
    let mut writer = repository.write_blobs().await.unwrap();
    for number in 0..10 {
        let mut bytes = file(number);
        let at = (number as usize + 1) * 90_000;
        bytes[at..at + 4096].copy_from_slice(&noise(4096, number + 99));
        writer.put(bytes.into()).await.unwrap();
    }
    println!(
        "4 KiB changed in ten files of 1 MB: stored {} bytes",
        writer.stored_bytes()
    );
    writer.finish().await.unwrap();
}

async fn small_files(folder: &Path) {
    let repository = store(&folder.join("small")).await;
    let all = noise(512 * MIB, 3);
    let length = |number: usize| 1024 + number * 7919 % 7169;
    let write = async {
        let mut writer = repository.write_blobs().await.unwrap();
        let mut at = 0;
        for number in 0..100_000 {
            let bytes = Bytes::copy_from_slice(&all[at..at + length(number)]);
            at += length(number);
            let blob = prepare_blob(bytes, "application/octet-stream");
            writer.put_prepared(&blob).await.unwrap();
        }
        writer.finish().await.unwrap();
    };
    timed("100,000 blobs of 1 to 8 KB", write).await;
    drop(all);
    let report = timed("fsck of them", repository.store().fsck(false, |_, _| {}))
        .await
        .unwrap();
    println!(
        "  {} bytes in {} packs, {} problems",
        report.bytes,
        report.packs,
        report.problems.len()
    );
    let url = folder.join("small").display().to_string();
    let hashes: Vec<Hash> = (0..1000_u32)
        .map(|number| Hash::of(&number.to_le_bytes()))
        .collect();
    let look = async {
        let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
        store.has_blob(&hashes[0]).await.unwrap()
    };
    timed("opening the store and one lookup", look).await;
}

/// Rows as an import makes them, more than it holds in memory.
async fn many_rows(folder: &Path) {
    const SAMPLES: u32 = 1_000_000;
    let repository = store(&folder.join("rows")).await;
    let mut writer = repository.write_blobs().await.unwrap();
    let blob = writer
        .put(Bytes::from_static(b"one for all"))
        .await
        .unwrap();
    let commit = async {
        let mut changes = Changes::spilling(&Scratch::new(folder, 32 * MIB));
        changes.index(&writer.finish_unindexed().await.unwrap());
        for number in 0..SAMPLES {
            let field = BlobField {
                hash: blob.hash,
                media_type: "application/octet-stream".to_owned(),
                bytes: blob.bytes,
                width: None,
                height: None,
            };
            let sample = Sample {
                key: SampleKey::new(format!("{:04}/{number:07}.bin", number / 1000)).unwrap(),
                fields: [("file".to_owned(), Field::Blob(field))].into(),
                metadata: Default::default(),
                split: None,
            };
            changes.upsert_sample(&sample).unwrap();
            changes.make_room().unwrap();
        }
        let request = CommitRequest {
            parents: Vec::new(),
            changes,
            author: "bench".to_owned(),
            message: "many rows".to_owned(),
            time_ms: 0,
            lineage: Lineage::default(),
        };
        repository.commit(request).await.unwrap()
    };
    let outcome = timed("first commit of 1,000,000 rows", commit).await;
    println!("  stored {} bytes of nodes", outcome.stored_bytes);
}

fn main() {
    let argument = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let place = argument.map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(place).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        many_rows(folder.path()).await;
        large_file(folder.path()).await;
        edited_files(folder.path()).await;
        small_files(folder.path()).await;
    });
}
