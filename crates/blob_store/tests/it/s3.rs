//! The suite on a real S3 server.

use blob_store::{ObjectRoot, RootKind, StoreAccess};
use testkit::S3Server;

#[tokio::test(flavor = "multi_thread")]
async fn an_s3_bucket_conforms() {
    let server = S3Server::start().await;
    let access = StoreAccess {
        endpoint: Some(server.endpoint.clone()),
        access_key_id: Some(server.access_key_id.clone()),
        secret_access_key: Some(server.secret_access_key.clone()),
        allow_http: true,
        ..StoreAccess::default()
    };
    let url = format!("s3://{}/conformance/a", server.bucket);
    let root = ObjectRoot::open(&url, &access).unwrap();
    assert_eq!(root.kind(), RootKind::S3);
    crate::conformance::run(&root).await;

    let wrong = StoreAccess {
        secret_access_key: Some("wrong".into()),
        ..access
    };
    let root = ObjectRoot::open(&url, &wrong).unwrap();
    assert!(root.get("reads/object").await.is_err());
}
