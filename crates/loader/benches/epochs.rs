//! How fast epochs stream from a folder: `cargo bench -p loader`.
//!
//! Small records, tokens and JPEGs, as issue 4 asks for them; a line each with samples a second by the clock and by
//! the processor, for the first epoch, in which every blob is checked, and for the second. One thread reads, so that
//! both columns say the same where nothing waits. A name as argument runs the cases that contain it.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops at what it did not expect, and reads the clock"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use dataset::{BlobField, Field, Sample, SampleKey};
use loader::{
    Crop, Dataset, Decode, DecodeOptions, LoaderOptions, OpenOptions, Resize, Shuffle, Worker,
};
use version_store::{Changes, CommitRequest, Lineage, RefKind, Store, StoreOptions, prepare_blob};

const BATCH: u64 = 256;

struct Data {
    name: &'static str,
    media_type: &'static str,
    samples: usize,
    size: Option<(u32, u32)>,
    make: fn(usize) -> Vec<u8>,
}

/// Numbers that do not compress.
fn noise(seed: usize, length: usize) -> Vec<u8> {
    let mut state = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Token ids of 16 bits, small ones more often, as in texts: they compress a little.
fn tokens(seed: usize) -> Vec<u8> {
    noise(seed, 2048)
        .chunks_exact(2)
        .flat_map(|pair| {
            let even = f64::from(u16::from_le_bytes([pair[0], pair[1]])) / 65536.0;
            ((50_000_f64.powf(even)) as u16).to_le_bytes()
        })
        .collect()
}

fn jpeg(number: usize) -> Vec<u8> {
    static PICTURES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    let pictures =
        PICTURES.get_or_init(|| (0..64).map(|seed| testkit::jpeg(500, 375, seed)).collect());
    let mut bytes = pictures[number % pictures.len()].clone();
    // Behind the end of the picture, where decoders don't look: each file is another blob.
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes
}

const DATA: [Data; 4] = [
    Data {
        name: "tokens, 2 KB",
        media_type: "application/octet-stream",
        samples: 200_000,
        size: None,
        make: |number| noise(number, 2048),
    },
    Data {
        name: "packed tokens, 2 KB",
        media_type: "application/octet-stream",
        samples: 200_000,
        size: None,
        make: tokens,
    },
    Data {
        name: "records, 784 bytes",
        media_type: "application/octet-stream",
        samples: 60_000,
        size: None,
        make: |number| noise(number, 784),
    },
    Data {
        name: "JPEG",
        media_type: "image/jpeg",
        samples: 10_000,
        size: Some((500, 375)),
        make: jpeg,
    },
];

async fn write(url: &str, data: &Data) -> u64 {
    let store = Store::init(url, &StoreOptions::default()).await.unwrap();
    let repository = store.repository("d").unwrap();
    let mut blobs = repository.write_blobs().await.unwrap();
    let (mut changes, mut bytes) = (Changes::new(), 0);
    for number in 0..data.samples {
        let prepared = prepare_blob((data.make)(number).into(), data.media_type);
        let written = blobs.put_prepared(&prepared).await.unwrap();
        bytes += written.bytes;
        let blob = BlobField {
            hash: written.hash,
            media_type: data.media_type.to_owned(),
            bytes: written.bytes,
            width: data.size.map(|(width, _)| width),
            height: data.size.map(|(_, height)| height),
        };
        let sample = Sample {
            key: SampleKey::new(format!("{number:08}")).unwrap(),
            fields: BTreeMap::from([("x".to_owned(), Field::Blob(blob))]),
            metadata: BTreeMap::new(),
            split: None,
        };
        changes.upsert_sample(&sample).unwrap();
    }
    blobs.finish().await.unwrap();
    let request = CommitRequest {
        parents: vec![],
        changes,
        author: "bench".to_owned(),
        message: "bench".to_owned(),
        time_ms: 0,
        lineage: Lineage::default(),
    };
    let commit = repository.commit(request).await.unwrap().commit;
    repository
        .put_mirror_ref(RefKind::Branch, "main", Some(commit), 0)
        .await
        .unwrap();
    bytes / data.samples as u64
}

fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// Epochs until half a second has gone by; samples a second, by the clock and by the processor.
fn epochs(loader: &loader::Loader, least: f64) -> (f64, f64) {
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let mut samples = 0;
    loop {
        for batch in loader.iterate(Worker::default()).unwrap() {
            samples += batch.unwrap().len;
        }
        let (wall, used) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        if wall >= least {
            return (samples as f64 / wall, samples as f64 / used.max(0.01));
        }
    }
}

fn options(decode: DecodeOptions) -> LoaderOptions {
    let mut options = LoaderOptions::new(BATCH);
    options.columns = Some(vec!["x".to_owned()]);
    options.order.shuffle = Shuffle::Block;
    options.decode = decode;
    options.prefetch.threads = 1;
    options
}

fn measure(url: &str, name: &str, decode: DecodeOptions) {
    let opened = Instant::now();
    let dataset = Dataset::open(OpenOptions::new(url)).unwrap();
    let opened = opened.elapsed().as_secs_f64() * 1e3;
    let loader = dataset.loader(options(decode)).unwrap();
    let begun = Instant::now();
    loader
        .iterate(Worker::default())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let first = begun.elapsed().as_secs_f64() * 1e3;
    let (wall_1, cpu_1) = epochs(&loader, 0.0);
    let (wall_2, cpu_2) = epochs(&loader, 1.0);
    println!(
        "{name:<34} {opened:>9.0} {first:>9.1} {wall_1:>11.0} {cpu_1:>11.0} {wall_2:>11.0} {cpu_2:>11.0}"
    );
}

fn main() {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    println!(
        "{:<34} {:>9} {:>9} {:>11} {:>11} {:>11} {:>11}",
        "samples a second", "open ms", "first ms", "1st, wall", "1st, CPU", "2nd, wall", "2nd, CPU"
    );
    let pictures = |crop| DecodeOptions {
        decode: Decode::Rgb8,
        resize: Some(Resize::Exact(224, 224)),
        crop,
    };
    let as_they_are = |decode| DecodeOptions {
        decode,
        ..DecodeOptions::default()
    };
    let random = Crop::RandomResized {
        scale: (0.08, 1.0),
        ratio: (3.0 / 4.0, 4.0 / 3.0),
    };
    for data in &DATA {
        let cases = match data.media_type {
            "image/jpeg" => vec![
                ("bytes", as_they_are(Decode::Bytes)),
                ("to 224 x 224", pictures(Crop::Whole)),
                ("random resized crop", pictures(random)),
                ("whole pictures", as_they_are(Decode::Rgb8)),
            ],
            _ => vec![("", as_they_are(Decode::Raw))],
        };
        if wanted
            .as_ref()
            .is_some_and(|wanted| !data.name.contains(wanted))
        {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().to_str().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let bytes = runtime.block_on(write(url, data));
        for (what, decode) in cases {
            measure(url, &format!("{} ({bytes}) {what}", data.name), decode);
        }
    }
}
