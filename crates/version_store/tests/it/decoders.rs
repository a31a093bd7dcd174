//! Every decoder over a corpus and what mutation makes of it: no panic, no endless work, and what is accepted is
//! spelled as it is written. The same targets run under `cargo fuzz` (see `fuzz/README.md`).
//!
//! `UPDATE=1` writes the corpus anew, from a small store of today.

use std::path::{Path, PathBuf};

use version_store::fuzzing::DECODERS;

use crate::damage_everywhere::rich_store;
use crate::world::Draw;

/// Mutations of each seed.
const MUTATIONS: usize = 1500;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target)
}

/// Objects of small stores, each for the decoder of its kind.
async fn write_corpus() {
    for (path, bytes) in rich_store().await {
        let kind = path.split('/').next().unwrap();
        let target = match kind {
            "packs" => "pack",
            "index" => "index",
            "segments" => "segment",
            "commits" => "commit",
            "refs" => "ref",
            "reflog" => "ref_log",
            "protection" => "protection",
            "gates" => "gate_report",
            "erased" => "tombstone",
            _ => continue,
        };
        save(target, &bytes);
        if kind == "segments" {
            save("overlay", &bytes);
        }
        if kind == "commits" {
            save("view", &manifest_of(&bytes));
        }
        if kind == "packs" {
            // Entries begin at multiples of 64; which is which, the decoders of rows and nodes find out.
            for entry in bytes
                .chunks(64)
                .filter(|chunk| chunk.len() == 64)
                .step_by(3)
            {
                save("entry", entry);
                save("node", entry);
            }
        }
    }
    for (target, bytes) in version_store::fuzzing::examples() {
        save(target, &bytes);
    }
}

/// The manifest of a view of a commit: one file.
fn manifest_of(commit: &[u8]) -> Vec<u8> {
    let kinds = dataset::columns::ColumnKinds::default();
    let hash = ids::Hash::of(commit);
    let file = serde_json::json!({
        "path": "views/d/a.parquet", "after": null, "last_key": "a.png", "samples": 1, "labels": 2, "bytes": 3,
        "sha256": "0".repeat(64), "subtree": hash, "kinds": kinds,
    });
    let commit: serde_json::Value = serde_json::from_slice(commit).unwrap();
    let manifest = serde_json::json!({
        "format": version_store::VIEW_FORMAT, "dataset": "d", "hash": hash, "commit": commit, "level": 1,
        "columns": kinds.columns(), "files": [file],
    });
    let manifest: version_store::ViewManifest = serde_json::from_value(manifest).unwrap();
    serde_json::to_vec(&manifest).unwrap()
}

fn save(target: &str, bytes: &[u8]) {
    let folder = corpus(target);
    std::fs::create_dir_all(&folder).unwrap();
    let name = ids::Hash::of(bytes).to_string();
    std::fs::write(folder.join(&name[..16]), bytes).unwrap();
}

fn mutate(seed: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=draw.below(3) {
        let at = draw.below(bytes.len().max(1));
        match draw.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), draw.below(256) as u8),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            3 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][draw.below(5)],
            4 if !bytes.is_empty() => bytes[at] ^= 1 << draw.below(8),
            5 if bytes.len() >= 8 => {
                // Lengths and offsets at their limits.
                let at = draw.below(bytes.len() - 7);
                let number = [0, 1, u64::from(u32::MAX), u64::MAX / 2, u64::MAX][draw.below(5)];
                bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
            }
            _ => {
                let end = (at + draw.below(40)).min(bytes.len());
                let part = bytes[at.min(end)..end].to_vec();
                let to = draw.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
        }
    }
    bytes
}

#[test]
fn decoders_take_anything() {
    if std::env::var_os("UPDATE").is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(write_corpus());
    }
    for (target, decode) in DECODERS {
        let mut seeds = 0;
        let mut accepted = 0;
        for entry in std::fs::read_dir(corpus(target)).unwrap_or_else(|_| panic!("{target}")) {
            let seed = std::fs::read(entry.unwrap().path()).unwrap();
            seeds += 1;
            accepted += usize::from(decode(&seed));
            let mut draw = Draw::new(seeds);
            for _ in 0..MUTATIONS {
                decode(&mutate(&seed, &mut draw));
            }
            for length in 0..seed.len().min(300) {
                decode(&seed[..length]);
            }
        }
        // What an entry is, its place says.
        assert!(
            accepted > 0 || *target == "entry",
            "{target} takes none of its corpus"
        );
    }
}
