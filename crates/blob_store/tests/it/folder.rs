//! The suite on a local folder, and what only a folder can get wrong.

use blob_store::{ObjectRoot, RootKind, StoreAccess};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("store").display().to_string();
    let root = ObjectRoot::open(&url, &StoreAccess::default()).unwrap();
    assert_eq!(root.kind(), RootKind::Folder);
    crate::conformance::run(&root).await;
}

#[tokio::test]
async fn reading_creates_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let root = ObjectRoot::open(&missing.display().to_string(), &StoreAccess::default()).unwrap();
    assert_eq!(root.get_opt("a").await.unwrap(), None);
    assert!(root.list("").await.unwrap().is_empty());
    assert!(!missing.exists());
}
