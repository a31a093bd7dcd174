//! Files of an upload: streamed into staging, noted when all of a request are there.

use std::collections::HashMap;

use actix_multipart::{Field, Multipart};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::datasets::{UploadForm, UploadedFiles};
use blob_store::ObjectRoot;
use db::entity::{UploadState, upload_file};
use db::environment::new_id;
use futures::{SinkExt, StreamExt};
use ids::Hasher;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::{dataset, uploads};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Chunks of a file on their way to the store.
const CHUNKS: usize = 8;
/// Files one request may bring.
const MAX_FILES: usize = 10_000;
/// Rows one statement inserts.
const ROWS: usize = 500;

/// Adds files to an upload: parts named `file`, whose file name is the relative path. Sending the same
/// file twice is the same as once.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path), ("upload_id" = Uuid, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = UploadedFiles))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/uploads/{upload_id}/files")]
pub async fn add_files(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String, Uuid)>,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let upload = uploads::locked(&state.db, &member, dataset.id, path.2).await?;
    require_open(upload.state)?;
    let store = state.stores.workspace(&member.slug).await?;
    let mut staging = Staging {
        root: store.root.clone(),
        upload_id: upload.id,
        max_file_bytes: state.config.max_file_bytes,
        left_bytes: state.config.max_upload_bytes,
        rows: Vec::new(),
    };
    let noted = match staging.receive(form).await {
        Err(problem) => Err(problem),
        Ok(()) => {
            db::write_transaction(&state.db, async |transaction| {
                let upload = uploads::locked(transaction, &member, dataset.id, upload.id).await?;
                require_open(upload.state)?;
                note(transaction, &staging.rows).await
            })
            .await
        }
    };
    match noted {
        Ok(superfluous) => {
            staging.discard(&superfluous).await;
            let bytes: i64 = staging.rows.iter().map(|row| row.bytes).sum();
            Ok(HttpResponse::Ok().json(UploadedFiles {
                files: staging.rows.len() as u64,
                bytes: bytes.unsigned_abs(),
            }))
        }
        Err(problem) => {
            let all: Vec<String> = staging
                .rows
                .iter()
                .map(|row| row.object_path.clone())
                .collect();
            staging.discard(&all).await;
            Err(problem)
        }
    }
}

fn require_open(state: UploadState) -> Result<(), Problem> {
    match state {
        UploadState::Open => Ok(()),
        UploadState::Importing | UploadState::Imported => Err(Problem::new(
            ErrorCode::UploadClosed,
            "the upload was imported already",
        )),
    }
}

/// The files of one request on their way.
struct Staging {
    root: ObjectRoot,
    upload_id: Uuid,
    max_file_bytes: u64,
    left_bytes: u64,
    rows: Vec<upload_file::Model>,
}

impl Staging {
    async fn receive(&mut self, mut form: Multipart) -> Result<(), Problem> {
        while let Some(part) = form.next().await {
            let part = part.map_err(|error| broken(&error))?;
            if part.name() != Some("file") {
                let detail = "every part of the form is named file";
                return Err(Problem::new(ErrorCode::InvalidBody, detail)
                    .at(part.name().unwrap_or_default().replace('\0', "")));
            }
            if self.rows.len() == MAX_FILES {
                let detail = format!("one request brings at most {MAX_FILES} files");
                return Err(Problem::new(ErrorCode::PayloadTooLarge, detail));
            }
            let path = relative_path(&part)?;
            self.store(part, path).await?;
        }
        if self.rows.is_empty() {
            let detail = "the form has no part named file";
            return Err(Problem::new(ErrorCode::InvalidBody, detail).at("file"));
        }
        Ok(())
    }

    async fn store(&mut self, part: Field, path: String) -> Result<(), Problem> {
        // Never a name the user gave: two files of one path can be told apart until one is refused.
        let object_path = format!("staging/{}/{}", self.upload_id, new_id());
        let limit = self.max_file_bytes.min(self.left_bytes);
        let (send, receive) = futures::channel::mpsc::channel(CHUNKS);
        let (read, written) = futures::join!(
            read(part, send, limit),
            self.root.put_stream(&object_path, receive)
        );
        let read = read.map_err(|problem| problem.at(path.clone()))?;
        written?;
        self.left_bytes -= read.bytes;
        self.rows.push(upload_file::Model {
            upload_id: self.upload_id,
            path,
            object_path,
            bytes: i64::try_from(read.bytes).map_err(Problem::internal)?,
            hash: read.hash,
        });
        Ok(())
    }

    /// Staged objects that no row names: garbage if this fails, never harm.
    async fn discard(&self, paths: &[String]) {
        for path in paths {
            if let Err(error) = self.root.delete(path).await {
                tracing::warn!(%error, path, "a staged object was left behind");
            }
        }
    }
}

struct Read {
    bytes: u64,
    hash: String,
}

type Chunk = Result<Bytes, blob_store::Error>;

/// Passes a part on, counting and hashing. Ends the object with an error when the part breaks off, so
/// that nothing is stored.
async fn read(
    mut part: Field,
    mut send: futures::channel::mpsc::Sender<Chunk>,
    limit: u64,
) -> Result<Read, Problem> {
    let mut bytes = 0_u64;
    let mut hasher = Hasher::new();
    let problem = loop {
        match part.next().await {
            None => {
                let hash = hasher.finish().to_string();
                return Ok(Read { bytes, hash });
            }
            Some(Err(error)) => break broken(&error),
            Some(Ok(chunk)) => {
                bytes += chunk.len() as u64;
                if bytes > limit {
                    let detail = format!("a file of this request may have {limit} bytes");
                    break Problem::new(ErrorCode::PayloadTooLarge, detail);
                }
                hasher.update(&chunk);
                if send.send(Ok(chunk)).await.is_err() {
                    break Problem::new(ErrorCode::Unavailable, "the store does not answer");
                }
            }
        }
    };
    let stop = blob_store::Error::Failed {
        path: "staging".to_owned(),
        detail: "the upload broke off".to_owned(),
    };
    let _ = send.send(Err(stop)).await;
    Err(problem)
}

fn broken(error: &actix_multipart::MultipartError) -> Problem {
    let status = actix_web::ResponseError::status_code(error);
    let code = if status == actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE {
        ErrorCode::UnsupportedMediaType
    } else {
        ErrorCode::InvalidBody
    };
    Problem::new(code, format!("the form can't be read: {error}"))
}

/// The part's file name as a relative path.
fn relative_path(part: &Field) -> Result<String, Problem> {
    let named = part.content_disposition().and_then(|disposition| {
        let extended = disposition
            .get_filename_ext()
            .map(|name| String::from_utf8(name.value.clone()));
        match extended {
            Some(name) => name.ok(),
            None => disposition.get_filename().map(str::to_owned),
        }
    });
    let name = named.ok_or_else(|| {
        let detail = "a part has no file name, or one that is not UTF-8";
        Problem::new(ErrorCode::PathRefused, detail)
    })?;
    check_path(&name)?;
    Ok(name)
}

fn check_path(path: &str) -> Result<(), Problem> {
    let plain = !path.is_empty()
        && path.len() <= 1024
        && !path.contains(['\\', '\u{fffd}'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if plain {
        return Ok(());
    }
    let detail = "a path is relative, at most 1,024 bytes, without empty, dot or dot-dot parts";
    let shown: String = path.chars().filter(|c| !c.is_control()).take(200).collect();
    Err(Problem::new(ErrorCode::PathRefused, detail).at(shown))
}

/// Notes the staged files. Returns the objects that are not needed, because the same file was there.
async fn note<C: ConnectionTrait>(
    connection: &C,
    rows: &[upload_file::Model],
) -> Result<Vec<String>, Problem> {
    let mut superfluous = Vec::new();
    let mut known: HashMap<String, String> = HashMap::new();
    for rows in rows.chunks(ROWS) {
        let there = upload_file::Entity::find()
            .filter(upload_file::Column::UploadId.eq(rows[0].upload_id))
            .filter(upload_file::Column::Path.is_in(rows.iter().map(|row| &row.path)))
            .all(connection)
            .await?;
        known.extend(there.into_iter().map(|row| (row.path, row.hash)));
    }
    let mut fresh = Vec::new();
    for row in rows {
        match known.get(&row.path) {
            Some(hash) if *hash == row.hash => superfluous.push(row.object_path.clone()),
            Some(_) => {
                let detail = "the upload has another file with this path";
                return Err(Problem::new(ErrorCode::DuplicatePath, detail).at(row.path.clone()));
            }
            None => {
                known.insert(row.path.clone(), row.hash.clone());
                fresh.push(row.clone().into_active_model().reset_all());
            }
        }
    }
    for rows in fresh.chunks(ROWS) {
        upload_file::Entity::insert_many(rows.iter().cloned())
            .exec_without_returning(connection)
            .await?;
    }
    Ok(superfluous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths() {
        for good in ["a.png", "train/cat/a b.png", "图/七.png", "..a", "a..b/c"] {
            assert!(check_path(good).is_ok(), "{good}");
        }
        let long = "a".repeat(1025);
        for bad in [
            "", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "a\0", &long,
        ] {
            assert!(check_path(bad).is_err(), "{bad}");
        }
    }
}
