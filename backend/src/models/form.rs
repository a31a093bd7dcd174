//! The form by which a model comes: a manifest and a graph.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::web::{Bytes, BytesMut};
use api_types::ErrorCode;
use futures::TryStreamExt;

use crate::problem::Problem;

/// The largest manifest, in bytes.
const MAX_MANIFEST_BYTES: usize = 4 * 1024 * 1024;
/// The largest graph, in bytes.
const MAX_GRAPH_BYTES: usize = 512 * 1024 * 1024;

/// What came.
pub(super) struct ModelParts {
    /// The manifest, as JSON.
    pub manifest: Bytes,
    /// The ONNX file.
    pub graph: Bytes,
}

/// Reads the form.
///
/// # Errors
/// `invalid_body` for a part that is missing, unknown or there twice; `payload_too_large`.
pub(super) async fn read(mut form: Multipart) -> Result<ModelParts, Problem> {
    let (mut manifest, mut graph) = (None, None);
    while let Some(field) = form.try_next().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let (part, most) = match name.as_str() {
            "manifest" => (&mut manifest, MAX_MANIFEST_BYTES),
            "graph" => (&mut graph, MAX_GRAPH_BYTES),
            _ => return Err(wrong(&name, "the form has the parts manifest and graph")),
        };
        if part.is_some() {
            return Err(wrong(&name, "the part is there twice"));
        }
        *part = Some(read_part(field, most, &name).await?);
    }
    let missing = |name: &str| wrong(name, "the part is missing");
    Ok(ModelParts {
        manifest: manifest.ok_or_else(|| missing("manifest"))?,
        graph: graph.ok_or_else(|| missing("graph"))?,
    })
}

async fn read_part(mut field: Field, most: usize, name: &str) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.try_next().await.map_err(|error| unreadable(&error))? {
        if bytes.len() + chunk.len() > most {
            let detail = format!("the part has at most {most} bytes");
            return Err(Problem::new(ErrorCode::PayloadTooLarge, detail).at(name));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn wrong(name: &str, detail: &str) -> Problem {
    Problem::new(ErrorCode::InvalidBody, detail).at(name.to_owned())
}

fn unreadable(error: &MultipartError) -> Problem {
    let code = match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => ErrorCode::UnsupportedMediaType,
        _ => ErrorCode::InvalidBody,
    };
    Problem::new(code, error.to_string())
}
