//! Imports into a store in a temporary folder.
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
pub struct Notes {
    pub refused: Vec<Refusal>,
    pub last: Progress,
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

pub struct Place {
    _folder: tempfile::TempDir,
    pub repository: Repository,
}

pub async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::init(folder.path().to_str().unwrap(), &StoreOptions::default())
        .await
        .unwrap();
    Place {
        repository: store.repository("pets").unwrap(),
        _folder: folder,
    }
}

pub fn info() -> CommitInfo {
    CommitInfo {
        author: "ann@example.org".into(),
        message: "import".into(),
        time_ms: 1_700_000_000_000,
        at: "2023-11-14T22:13:20Z".into(),
    }
}

impl Place {
    pub async fn read(&self, source: &dyn Source, format: Format) -> (Reading, Notes) {
        let mut notes = Notes::default();
        let options = ImportOptions::new(format);
        let reading = ingest::read(source, &options, &self.repository, &mut notes)
            .await
            .unwrap();
        (reading, notes)
    }

    /// Imports `path` on top of `base`.
    pub async fn import(
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
pub fn files(root: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
