//! The floors of the house and the doors of its heavy dependencies (docs/ARCHITECTURE.md).

/// Each crate and its storey; arrows point to a lower one. The pure crates may also use each other.
pub const STOREYS: &[(&str, u32)] = &[
    // Floor 0: pure.
    ("ids", PURE),
    ("annotation", PURE),
    ("dataset", PURE),
    ("standard", PURE),
    ("label_studio", PURE),
    ("workflow", PURE),
    ("quality", PURE),
    ("streaming", PURE),
    // Floor 1: contracts.
    ("api_types", 10),
    ("jobs", 10),
    // Floor 2: doors, one per heavy dependency, none through another.
    ("blob_store", 20),
    ("client", 20),
    ("db", 20),
    ("inference", 20),
    ("interchange", 20),
    ("job_queue", 20),
    ("media", 20),
    ("search_index", 20),
    // Floor 3: engines.
    ("version_store", 30),
    ("ingest", 35),
    ("loader", 35),
    ("gates", 35),
    ("views", 35),
    // Floor 4: services. The schema lies under them: who starts first brings it up to date.
    ("migrations", 38),
    ("backend", 40),
    ("workers", 40),
    // Floor 5: edges.
    ("strata", 50),
    ("strata_python", 50),
    ("testkit", 50),
    ("strata_tests", 55),
    ("xtask", 55),
];

/// The storey whose crates may use each other.
pub const PURE: u32 = 0;

/// What a test may use beyond the storeys below its crate.
pub const TEST_ONLY: &[&str] = &["testkit", "migrations"];

/// A heavy dependency, the crates that may name it, and those that may name it for their tests.
pub struct Door {
    /// The dependency's name on crates.io.
    pub dependency: &'static str,
    /// Crates that may use it.
    pub crates: &'static [&'static str],
    /// Crates whose tests may use it besides.
    pub tests: &'static [&'static str],
}

const fn door(
    dependency: &'static str,
    crates: &'static [&'static str],
    tests: &'static [&'static str],
) -> Door {
    Door {
        dependency,
        crates,
        tests,
    }
}

/// One line for each heavy dependency. The test floor (`testkit`, `tests`) plays the outside world: it
/// makes pictures and speaks HTTP without the doors it tests.
pub const DOORS: &[Door] = &[
    door("actix-web", &["backend"], &[]),
    door("actix-multipart", &["backend"], &[]),
    door("utoipa-actix-web", &["backend"], &[]),
    door("rust-embed", &["backend"], &[]),
    door("governor", &["backend"], &[]),
    door("argon2", &["backend"], &[]),
    door(
        "sea-orm",
        &["db", "job_queue", "backend", "workers", "testkit"],
        &["strata_tests"],
    ),
    door("sea-orm-migration", &["migrations", "testkit"], &[]),
    door("object_store", &["blob_store", "testkit"], &[]),
    door(
        "reqwest",
        &["blob_store", "client"],
        &["backend", "strata_tests"],
    ),
    door("blake3", &["ids"], &[]),
    door("zstd", &["version_store"], &[]),
    door("image", &["media", "testkit"], &["strata_tests"]),
    door("tokenizers", &["media"], &[]),
    door("tantivy", &["search_index"], &[]),
    door("tar", &["interchange", "search_index"], &[]),
    door("roxmltree", &["label_studio"], &[]),
    door("polars", &["interchange"], &[]),
    door("csv", &["interchange"], &[]),
    door("ort", &["inference"], &[]),
    door("ort-tract", &["inference"], &[]),
    door("ndarray", &["inference"], &[]),
    door("pyo3", &["strata_python"], &[]),
    door("numpy", &["strata_python"], &[]),
    door("clap", &["strata"], &[]),
    door("indicatif", &["strata"], &[]),
    door("s3s", &["testkit"], &[]),
    door("s3s-fs", &["testkit"], &[]),
];

/// Folders of the checkout that hold no source of ours.
pub const NOT_OURS: &[&str] = &[
    ".git",
    ".venv",
    "target",
    "node_modules",
    "dist",
    "data",
    "__pycache__",
    "generated",
];

/// Files that a program of ours writes.
pub const GENERATED: &[&str] = &["frontend/src/api/schema.d.ts"];

/// The most lines a source file may have.
pub const MAX_LINES: usize = 500;
