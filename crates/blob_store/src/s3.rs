//! A bucket of an S3 service.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::{
    ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion, WriteMultipart,
};

use crate::folder::{info_of, write_parts};
use crate::root::{ObjectInfo, Version};
use crate::{Error, Result, StoreAccess, error, ranges};

#[derive(Debug)]
pub(crate) struct S3 {
    pub(crate) store: Arc<dyn ObjectStore>,
}

impl S3 {
    pub(crate) fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    pub(crate) fn open(url: &str, bucket: &str, access: &StoreAccess) -> Result<Self> {
        install_crypto();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(access.region.as_deref().unwrap_or("us-east-1"))
            .with_allow_http(access.allow_http)
            .with_virtual_hosted_style_request(false)
            .with_conditional_put(S3ConditionalPut::ETagMatch);
        if let Some(endpoint) = &access.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        match (&access.access_key_id, &access.secret_access_key) {
            (Some(id), Some(secret)) => {
                builder = builder
                    .with_access_key_id(id)
                    .with_secret_access_key(secret);
            }
            (None, None) => builder = builder.with_skip_signature(true),
            _ => {
                return Err(Error::InvalidUrl {
                    url: url.to_owned(),
                    reason: "an S3 access key id and its secret are given together or not at all"
                        .into(),
                });
            }
        }
        let store = builder.build().map_err(|error| Error::InvalidUrl {
            url: url.to_owned(),
            reason: error::chain(&error),
        })?;
        Ok(Self::over(Arc::new(store)))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Bytes> {
        self.get_versioned(path).await.map(|(bytes, _)| bytes)
    }

    pub(crate) async fn get_versioned(&self, path: &str) -> Result<(Bytes, Version)> {
        let named = |error| Error::of_object(path, error);
        let found = self.store.get(&object(path)?).await.map_err(named)?;
        let version = Version(found.meta.e_tag.clone().unwrap_or_default());
        let (start, end) = (found.range.start, found.range.end);
        let bytes = found.bytes().await.map_err(named)?;
        // An answer that ends early must not pass for the whole object.
        if bytes.len() as u64 != end - start {
            return Err(Error::ShortObject {
                path: path.to_owned(),
                bytes: bytes.len() as u64,
                start,
                end,
            });
        }
        Ok((bytes, version))
    }

    pub(crate) async fn get_ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let object = &object(path)?;
        // Not object_store's own way: it panics when an object ends before the later of two near ranges.
        ranges::read_together(path, ranges, |range| async move {
            let read = self.store.get_range(object, range).await;
            read.map_err(|error| Error::of_object(path, error))
        })
        .await
    }

    pub(crate) async fn head(&self, path: &str) -> Result<ObjectInfo> {
        let meta = self
            .store
            .head(&object(path)?)
            .await
            .map_err(|error| Error::of_object(path, error))?;
        info_of(&meta, 0).ok_or_else(|| Error::NotFound {
            path: path.to_owned(),
        })
    }

    pub(crate) async fn put(&self, path: &str, bytes: Bytes) -> Result<()> {
        let put = self.store.put(&object(path)?, bytes.into()).await;
        put.map(|_| ())
            .map_err(|error| Error::of_object(path, error))
    }

    pub(crate) async fn create(&self, path: &str, payload: PutPayload) -> Result<()> {
        let put = self.put_with(path, payload, PutMode::Create).await;
        put.map(|_| ())
    }

    pub(crate) async fn update(
        &self,
        path: &str,
        bytes: Bytes,
        expected: Option<&Version>,
    ) -> Result<Version> {
        let mode = match expected {
            None => PutMode::Create,
            Some(version) => PutMode::Update(UpdateVersion {
                e_tag: Some(version.0.clone()),
                version: None,
            }),
        };
        self.put_with(path, bytes.into(), mode).await
    }

    async fn put_with(&self, path: &str, payload: PutPayload, mode: PutMode) -> Result<Version> {
        let options = PutOptions {
            mode,
            ..PutOptions::default()
        };
        let put = self.store.put_opts(&object(path)?, payload, options).await;
        let put = put.map_err(|error| Error::of_object(path, error))?;
        Ok(Version(put.e_tag.unwrap_or_default()))
    }

    pub(crate) async fn put_stream<S>(&self, path: &str, stream: S) -> Result<u64>
    where
        S: Stream<Item = Result<Bytes>> + Send + Unpin,
    {
        let upload = self.store.put_multipart(&object(path)?).await;
        let upload = upload.map_err(|error| Error::of_object(path, error))?;
        write_parts(
            path,
            WriteMultipart::new_with_chunk_size(upload, 8 * 1024 * 1024),
            stream,
        )
        .await
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let under = if prefix.is_empty() {
            None
        } else {
            Some(object(prefix)?)
        };
        let found: Vec<_> = self
            .store
            .list(under.as_ref())
            .try_collect()
            .await
            .map_err(|error| Error::of_object(prefix, error))?;
        Ok(found.iter().filter_map(|meta| info_of(meta, 0)).collect())
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        self.store
            .delete(&object(path)?)
            .await
            .map_err(|error| Error::of_object(path, error))
    }
}

fn object(path: &str) -> Result<Path> {
    Path::parse(path).map_err(|_| Error::InvalidPath {
        path: path.to_owned(),
    })
}

/// TLS needs a crypto provider per process; whoever is first installs it, the same one everywhere.
pub(crate) fn install_crypto() {
    // An error says that one is installed already, which is what we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
