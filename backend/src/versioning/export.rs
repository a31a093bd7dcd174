//! A version as one Parquet file: samples, labels and where these come from, without media bytes.

use std::path::PathBuf;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::versioning::{ExportFormat, ExportQuery};
use bytes::BytesMut;
use dataset::columns::ColumnKinds;
use db::environment::new_id;
use futures::stream;
use interchange::ParquetExport;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use version_store::{TracedSample, Version};

use crate::datasets::{reference_or_main, resolve};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Samples on their way to the thread that writes the file.
const QUEUE: usize = 256;
/// Bytes sent at a time.
const PART_BYTES: usize = 1 << 20;

/// A version in another form, as a file.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), ExportQuery),
    responses((
        status = 200,
        description = "The file",
        content_type = "application/vnd.apache.parquet",
        body = Vec<u8>
    ))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/export")]
pub async fn export_version(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let version = source.version().await?;
    let folder = state.config.data_dir.join("cache").join("export");
    tokio::fs::create_dir_all(&folder)
        .await
        .map_err(Problem::internal)?;
    let file = Temporary(folder.join(new_id().simple().to_string()));
    match query.format {
        ExportFormat::Parquet => write(&version, file.0.clone()).await?,
    }
    let name = format!("{}-{}.parquet", source.dataset.name, source.commit.short());
    answer(file, &name).await
}

/// Feeds the version to the thread that writes the file.
async fn write(version: &Version, path: PathBuf) -> Result<(), Problem> {
    // The types of the columns come first.
    let mut kinds = ColumnKinds::default();
    let mut rows = version.scan().await?;
    while let Some((sample, _)) = rows.next().await? {
        kinds.add(&sample);
    }
    let columns = kinds.columns();
    let (send, mut receive) = mpsc::channel::<TracedSample>(QUEUE);
    let writing = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create_new(path).map_err(Problem::internal)?;
        let mut export = ParquetExport::new(std::io::BufWriter::new(file), &columns)
            .map_err(Problem::internal)?;
        while let Some((sample, labels, provenance)) = receive.blocking_recv() {
            export
                .add(&sample, &labels, &provenance)
                .map_err(Problem::internal)?;
        }
        export.finish().map_err(Problem::internal)
    });
    let fed = feed(version, send).await;
    // What the thread says goes first: when it fails, feeding it ends early.
    writing.await.map_err(Problem::internal)??;
    fed
}

async fn feed(version: &Version, send: mpsc::Sender<TracedSample>) -> Result<(), Problem> {
    let mut rows = version.scan_traced(None).await?;
    while let Some(row) = rows.next().await? {
        if send.send(row).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn answer(file: Temporary, name: &str) -> Result<HttpResponse, Problem> {
    let open = tokio::fs::File::open(&file.0)
        .await
        .map_err(Problem::internal)?;
    let bytes = open.metadata().await.map_err(Problem::internal)?.len();
    let parts = stream::try_unfold((open, file), |(mut open, file)| async move {
        let mut part = BytesMut::with_capacity(PART_BYTES);
        let read = open.read_buf(&mut part).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (part.freeze(), (open, file))))
    });
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.apache.parquet")
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .no_chunking(bytes)
        .streaming(Box::pin(parts)))
}

/// A file that goes when the answer was sent, or could not be.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It may not have been made yet.
        let _ = std::fs::remove_file(&self.0);
    }
}
