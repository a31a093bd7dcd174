//! The same version from a folder and from S3.

use blob_store::StoreAccess;
use loader::{Batch, Dataset, LoaderOptions, OpenOptions, Shuffle, Worker};
use testkit::S3Server;

use crate::stores::{block_on, write};

fn epoch(options: OpenOptions) -> Vec<Batch> {
    let dataset = Dataset::open(options).unwrap();
    let mut wanted = LoaderOptions::new(16);
    // Not `even`: its NaNs differ from themselves.
    wanted.columns = Some(
        ["key", "record", "text", "number", "label", "objects"]
            .map(str::to_owned)
            .to_vec(),
    );
    wanted.order.shuffle = Shuffle::Full;
    wanted.prefetch.threads = 4;
    let batches = dataset
        .loader(wanted)
        .unwrap()
        .iterate(Worker::default())
        .unwrap();
    batches.collect::<loader::Result<_>>().unwrap()
}

#[test]
fn s3_yields_what_a_folder_yields() {
    let folder = tempfile::tempdir().unwrap();
    let local = OpenOptions::new(folder.path().to_str().unwrap());
    block_on(write(&local.url, &local.access));
    let server = block_on(S3Server::start());
    let access = StoreAccess {
        endpoint: Some(server.endpoint.clone()),
        access_key_id: Some(server.access_key_id.clone()),
        secret_access_key: Some(server.secret_access_key.clone()),
        allow_http: true,
        ..StoreAccess::default()
    };
    let remote = OpenOptions {
        access,
        ..OpenOptions::new(&server.url("loader"))
    };
    block_on(write(&remote.url, &remote.access));
    let batches = epoch(remote);
    assert_eq!(batches.len(), 7);
    assert!(batches == epoch(local), "the batches differ");
}
