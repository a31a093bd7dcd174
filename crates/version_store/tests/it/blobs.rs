//! Blobs of all lengths: written whole, as streams and from outside; read whole, in parts and as streams.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use ids::Hash;
use version_store::{Codec, Error, ExternalBlob, GcRequest, Store, StoreOptions};

use crate::builder::*;

fn noise(length: usize, mut state: u64) -> Vec<u8> {
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn pieces(
    bytes: &[u8],
    length: usize,
) -> impl futures::Stream<Item = std::io::Result<Bytes>> + Unpin + use<> {
    let pieces: Vec<_> = bytes
        .chunks(length)
        .map(Bytes::copy_from_slice)
        .map(Ok)
        .collect();
    stream::iter(pieces)
}

async fn reopen(url: &str) -> Store {
    Store::open(url, &StoreOptions::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_cut_as_a_stream_is() {
    let fixture = fixture().await;
    let folder = tempfile::tempdir().unwrap();
    for length in [0, 1000, 600_000, 4_194_304, 9_000_000] {
        let bytes = noise(length, 7 + length as u64);
        let path = folder.path().join("file");
        std::fs::write(&path, &bytes).unwrap();
        let mut writer = fixture.repository.write_blobs().await.unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let blob = writer.put_file(file, "").await.unwrap();
        assert_eq!((blob.hash, blob.written), (Hash::of(&bytes), true));
        let stored = writer.stored_bytes();
        let again = writer.put_stream(pieces(&bytes, 300_000), "").await;
        assert!(!again.unwrap().written && writer.stored_bytes() == stored);
        writer.finish().await.unwrap();
        let store = reopen(&fixture.url).await;
        assert!(store.blob(&blob.hash).await.unwrap() == bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_blob_is_cut_and_read_in_every_way() {
    let fixture = fixture().await;
    let bytes = noise(40_000_000, 0x9e37_79b9);
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    let blob = writer
        .put_stream(pieces(&bytes, 70_001), "application/x-tar")
        .await
        .unwrap();
    assert_eq!(
        (blob.hash, blob.bytes, blob.written),
        (Hash::of(&bytes), 40_000_000, true)
    );
    writer.finish().await.unwrap();

    let store = reopen(&fixture.url).await;
    let place = store.locate(&blob.hash).await.unwrap();
    assert_eq!((place.codec, place.raw_len), (Codec::Cut, 40_000_000));
    assert!(store.blob(&blob.hash).await.unwrap() == bytes);
    for (start, end) in [
        (0, 0),
        (0, 1),
        (65_000, 200_000),
        (39_999_999, 40_000_000),
        (5, 39_000_000),
    ] {
        let part = store.blob_range(&blob.hash, start..end).await.unwrap();
        assert!(
            part == bytes[start as usize..end as usize],
            "{start}..{end}"
        );
    }
    assert!(store.blob_range(&blob.hash, 1..40_000_001).await.is_err());
    let streamed: Vec<Bytes> = store
        .blob_stream(&blob.hash)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert!(streamed.len() > 3 && streamed.concat() == bytes);

    // A byte in front: one or two chunks and a list are new.
    let moved = [&[1], bytes.as_slice()].concat();
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    let blob = writer
        .put_stream(pieces(&moved, 1 << 20), "")
        .await
        .unwrap();
    assert!(
        blob.written && writer.stored_bytes() < 300_000,
        "{}",
        writer.stored_bytes()
    );
    writer.finish().await.unwrap();
    assert!(store.blob(&blob.hash).await.unwrap() == moved);
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_is_named_and_leaves_nothing_that_counts() {
    let fixture = fixture().await;
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    let failing = pieces(&noise(3_000_000, 5), 1 << 20).chain(stream::iter([Err(
        std::io::Error::other("the disk is gone"),
    )]));
    let error = writer.put_stream(failing, "").await.unwrap_err();
    assert_eq!(error.code(), "file_unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_chunk_hurts_the_ranges_that_need_it() {
    let fixture = fixture().await;
    let bytes = noise(2_000_000, 77);
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    let blob = writer.put(bytes.clone().into()).await.unwrap();
    writer.finish().await.unwrap();
    let mut packs = std::fs::read_dir(format!("{}/packs", fixture.url)).unwrap();
    let folder = packs.next().unwrap().unwrap().path();
    let pack = std::fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut damaged = std::fs::read(&pack).unwrap();
    damaged[64 + 1_500_000] ^= 1;
    std::fs::write(&pack, damaged).unwrap();
    let store = reopen(&fixture.url).await;
    assert!(matches!(
        store.blob(&blob.hash).await,
        Err(Error::Damaged { .. })
    ));
    assert!(matches!(
        store.blob_range(&blob.hash, 1_400_000..1_600_000).await,
        Err(Error::Damaged { .. })
    ));
    assert!(store.blob_range(&blob.hash, 0..500_000).await.unwrap() == bytes[..500_000]);
    assert_eq!(
        store.fsck(false, |_, _| {}).await.unwrap().problems.len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_of_live_blobs_survive_collection() {
    let fixture = fixture().await;
    let (kept, lost) = (noise(3_000_000, 1), noise(3_000_000, 2));
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    writer.put(lost.clone().into()).await.unwrap();
    let blob = writer.put(kept.clone().into()).await.unwrap();
    writer.finish().await.unwrap();
    let mut row = sample(1, "train");
    if let Some(dataset::Field::Blob(field)) = row.fields.get_mut("image") {
        (field.hash, field.bytes) = (blob.hash, blob.bytes);
    }
    let mut changes = version_store::Changes::new();
    changes.upsert_sample(&row).unwrap();
    let head = commit(&fixture.repository, &[], changes).await.commit;
    move_branch(&fixture.repository, "main", None, Some(head)).await;
    let request = GcRequest {
        now_ms: 4_000_000_000_000,
        ..GcRequest::default()
    };
    let report = fixture.repository.store().gc(&request).await.unwrap();
    assert_eq!(
        (report.packs_rewritten, report.packs_deleted),
        (1, 1),
        "{report:?}"
    );
    let store = reopen(&fixture.url).await;
    assert!(store.blob(&blob.hash).await.unwrap() == kept);
    assert!(!store.has_blob(&Hash::of(&lost)).await.unwrap());
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_outside_is_read_until_it_changes() {
    let fixture = fixture().await;
    let file = fixture.folder.path().join("outside.bin");
    let bytes = noise(20_000_000, 3);
    std::fs::write(&file, &bytes).unwrap();
    let blob = ExternalBlob {
        hash: Hash::of(&bytes),
        bytes: bytes.len() as u64,
        url: format!("file://{}", file.display()),
        etag: None,
    };
    let mut writer = fixture.repository.write_blobs().await.unwrap();
    assert!(writer.put_external(&blob).await.unwrap().written);
    assert!(writer.stored_bytes() < 1000);
    let refused = ExternalBlob {
        url: "http://169.254.169.254/x".into(),
        hash: Hash::of(b"x"),
        ..blob.clone()
    };
    assert_eq!(
        writer.put_external(&refused).await.unwrap_err().code(),
        "external_unreachable"
    );
    writer.finish().await.unwrap();

    let store = reopen(&fixture.url).await;
    assert!(store.blob(&blob.hash).await.unwrap() == bytes);
    assert!(store.blob_range(&blob.hash, 7..9).await.unwrap() == bytes[7..9]);
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    let mut other = bytes.clone();
    other[19_999_999] ^= 1;
    std::fs::write(&file, &other).unwrap();
    assert_eq!(
        store.blob(&blob.hash).await.unwrap_err().code(),
        "external_changed"
    );
    let streamed: Result<Vec<Bytes>, _> = store
        .blob_stream(&blob.hash)
        .await
        .unwrap()
        .try_collect()
        .await;
    assert_eq!(streamed.unwrap_err().code(), "external_changed");
    std::fs::write(&file, &other[1..]).unwrap();
    assert_eq!(
        store.blob_range(&blob.hash, 0..1).await.unwrap_err().code(),
        "external_changed"
    );
    std::fs::remove_file(&file).unwrap();
    assert_eq!(
        store.blob(&blob.hash).await.unwrap_err().code(),
        "external_unreachable"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_index_on_s3_is_read_by_ranges() {
    let server = testkit::S3Server::start().await;
    let options = StoreOptions {
        access: blob_store::StoreAccess {
            endpoint: Some(server.endpoint.clone()),
            access_key_id: Some(server.access_key_id.clone()),
            secret_access_key: Some(server.secret_access_key.clone()),
            allow_http: true,
            ..blob_store::StoreAccess::default()
        },
        ..StoreOptions::default()
    };
    let url = format!("s3://{}/data", server.bucket);
    let repository = Store::init(&url, &options)
        .await
        .unwrap()
        .repository("pets")
        .unwrap();
    // 80,000 rows of 64 bytes: more than is loaded whole.
    let bytes_of = |number: u32| Bytes::copy_from_slice(&number.to_le_bytes());
    let mut writer = repository.write_blobs().await.unwrap();
    for number in 0..80_000 {
        writer.put(bytes_of(number)).await.unwrap();
    }
    writer.finish().await.unwrap();

    let store = Store::open(&url, &options).await.unwrap();
    let some: Vec<u32> = (0..80_000).step_by(397).collect();
    let hashes: Vec<Hash> = some
        .iter()
        .map(|number| Hash::of(&number.to_le_bytes()))
        .collect();
    let places = store.locate_many(&hashes).await.unwrap();
    assert!(places.iter().all(|place| place.raw_len == 4));
    let blobs = store.blobs(&hashes).await.unwrap();
    for (number, bytes) in some.iter().zip(blobs) {
        assert_eq!(bytes, bytes_of(*number));
    }
    assert!(
        !store
            .has_blob(&Hash::of(b"nobody wrote this"))
            .await
            .unwrap()
    );
    let first = Hash::of(&0_u32.to_le_bytes());
    assert_eq!(store.blob(&first).await.unwrap(), bytes_of(0));

    // An object of the bucket is a blob where it lies, until someone replaces it.
    let bucket =
        blob_store::ObjectRoot::open(&format!("s3://{}", server.bucket), &options.access).unwrap();
    let bytes = Bytes::from(noise(300_000, 9));
    bucket.put("raw/a.bin", bytes.clone()).await.unwrap();
    let others = blob_store::Bucket::open(&format!("s3://{}", server.bucket), &options.access);
    let object = others.unwrap().object("raw/a.bin").unwrap();
    let seen = object.head().await.unwrap().unwrap();
    let etag = seen.etag;
    assert!(etag.is_some());
    let blob = ExternalBlob {
        hash: Hash::of(&bytes),
        bytes: seen.bytes,
        url: format!("s3://{}/raw/a.bin", server.bucket),
        etag,
    };
    let mut writer = repository.write_blobs().await.unwrap();
    writer.put_external(&blob).await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(store.blob(&blob.hash).await.unwrap(), bytes);
    assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
    bucket
        .put("raw/a.bin", noise(300_000, 10).into())
        .await
        .unwrap();
    assert_eq!(
        store.blob(&blob.hash).await.unwrap_err().code(),
        "external_changed"
    );
}
