//! A folder served as S3 whose conditional puts are atomic.
//!
//! `s3s-fs` checks `If-None-Match` and `If-Match` before it writes, so two puts can both win. Here every
//! change holds a lock for itself from the check to the last byte, and every read shares it, as a real
//! S3 store behaves. A put's body is read before the lock is taken: a slow client blocks nobody. Lists tell
//! ETags, which `s3s-fs` leaves out.

use std::path::Path;

use anyhow::{Result, anyhow};
use futures::TryStreamExt;
use s3s::dto::*;
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::sync::RwLock;

/// The largest body of one put, in bytes: test objects are small, and a runaway test must not eat the memory.
const MAX_PUT_BYTES: usize = 256 * 1024 * 1024;

/// See the module.
pub struct AtomicStore {
    files: FileSystem,
    changes: RwLock<()>,
}

impl AtomicStore {
    /// Serves `root`, whose first-level folders are the buckets.
    ///
    /// # Errors
    /// When `root` cannot be read.
    pub fn open(root: &Path) -> Result<Self> {
        let files =
            FileSystem::new(root).map_err(|error| anyhow!("open the S3 root: {error:?}"))?;
        Ok(Self {
            files,
            changes: RwLock::new(()),
        })
    }
}

/// Another request of the same caller.
fn of_the_same<T, U>(request: &S3Request<T>, input: U) -> S3Request<U> {
    S3Request {
        input,
        method: request.method.clone(),
        uri: request.uri.clone(),
        headers: request.headers.clone(),
        extensions: Default::default(),
        credentials: request.credentials.clone(),
        region: request.region.clone(),
        service: request.service.clone(),
        trailing_headers: None,
    }
}

async fn whole_body(body: StreamingBlob) -> S3Result<StreamingBlob> {
    let mut body = body;
    let mut bytes = Vec::new();
    while let Some(chunk) = body
        .try_next()
        .await
        .map_err(|error| s3_error!(IncompleteBody, "{error}"))?
    {
        if bytes.len() + chunk.len() > MAX_PUT_BYTES {
            return Err(s3_error!(EntityTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(StreamingBlob::from(Body::from(bytes)))
}

#[async_trait::async_trait]
impl S3 for AtomicStore {
    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        let _shared = self.changes.read().await;
        self.files.get_bucket_location(request).await
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        let _shared = self.changes.read().await;
        self.files.head_bucket(request).await
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let _shared = self.changes.read().await;
        self.files.get_object(request).await
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let _shared = self.changes.read().await;
        self.files.head_object(request).await
    }

    async fn list_buckets(
        &self,
        request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let _shared = self.changes.read().await;
        self.files.list_buckets(request).await
    }

    async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let _shared = self.changes.read().await;
        self.files.list_objects(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let _shared = self.changes.read().await;
        let bucket = request.input.bucket.clone();
        let listing = of_the_same(&request, request.input.clone());
        let mut listed = self.files.list_objects_v2(listing).await?;
        for object in listed.output.contents.iter_mut().flatten() {
            let head = HeadObjectInput {
                bucket: bucket.clone(),
                key: object.key.clone().unwrap_or_default(),
                ..HeadObjectInput::default()
            };
            let head = self.files.head_object(of_the_same(&request, head)).await;
            object.e_tag = head.ok().and_then(|head| head.output.e_tag);
        }
        Ok(listed)
    }

    async fn list_parts(
        &self,
        request: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        let _shared = self.changes.read().await;
        self.files.list_parts(request).await
    }

    async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let _alone = self.changes.write().await;
        self.files.create_bucket(request).await
    }

    async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        let _alone = self.changes.write().await;
        self.files.delete_bucket(request).await
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let _alone = self.changes.write().await;
        self.files.copy_object(request).await
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let _alone = self.changes.write().await;
        self.files.delete_object(request).await
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let _alone = self.changes.write().await;
        self.files.delete_objects(request).await
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let _alone = self.changes.write().await;
        self.files.create_multipart_upload(request).await
    }

    async fn upload_part_copy(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        let _alone = self.changes.write().await;
        self.files.upload_part_copy(request).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let _alone = self.changes.write().await;
        self.files.complete_multipart_upload(request).await
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let _alone = self.changes.write().await;
        self.files.abort_multipart_upload(request).await
    }

    /// A part is invisible until the upload is completed: it needs no lock.
    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.files.upload_part(request).await
    }

    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        if let Some(body) = request.input.body.take() {
            request.input.body = Some(whole_body(body).await?);
        }
        let _alone = self.changes.write().await;
        self.files.put_object(request).await
    }
}
