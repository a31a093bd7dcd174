//! Imports into a store in a temporary folder.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod again;
mod checkouts;
mod in_place;
mod pictures;
mod sources;
mod texts;

use std::path::Path;

use ingest::{
    CommitInfo, Format, ImportOptions, ImportOutcome, LocalFiles, Observer, Progress, Reading,
    Refusal, Source,
};
use version_store::{Repository, Store, StoreOptions};

/// Keeps what an import says.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) refused: Vec<Refusal>,
    pub(crate) last: Progress,
}

impl Observer for Notes {
    fn progress(&mut self, progress: &Progress) {
        assert!(
            progress.bytes_done >= self.last.bytes_done && progress.samples >= self.last.samples
        );
        self.last = *progress;
    }

    fn refused(&mut self, refusal: &Refusal) {
        self.refused.push(refusal.clone());
    }
}

pub(crate) struct Place {
    _folder: tempfile::TempDir,
    pub(crate) repository: Repository,
}

pub(crate) async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::init(folder.path().to_str().unwrap(), &StoreOptions::default())
        .await
        .unwrap();
    Place {
        repository: store.repository("pets").unwrap(),
        _folder: folder,
    }
}

pub(crate) fn info() -> CommitInfo {
    CommitInfo {
        author: "ann@example.org".into(),
        message: "import".into(),
        time_ms: 1_700_000_000_000,
        at: "2023-11-14T22:13:20Z".into(),
    }
}

impl Place {
    pub(crate) async fn read(&self, source: &dyn Source, format: Format) -> (Reading, Notes) {
        let mut notes = Notes::default();
        let options = ImportOptions::new(format);
        let reading = ingest::read(source, &options, &self.repository, &mut notes)
            .await
            .unwrap();
        (reading, notes)
    }

    /// Imports `path` on top of `base`.
    pub(crate) async fn import(
        &self,
        path: &Path,
        format: Format,
        base: Option<&ImportOutcome>,
    ) -> ImportOutcome {
        let source = LocalFiles::new(path).unwrap();
        let (reading, _) = self.read(&source, format).await;
        let base = base.and_then(|base| base.commit);
        reading
            .commit(&self.repository, base, &info())
            .await
            .unwrap()
    }
}

/// Writes files below a folder.
pub(crate) fn files(root: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
