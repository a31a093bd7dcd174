//! What can be wrong with a manifest, a graph or a run, each with a stable code.
use thiserror::Error;

/// Result of an inference operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a model was refused or could not run.
#[derive(Debug, Error)]
pub enum Error {
    /// The manifest contradicts itself.
    #[error("{field}: {reason}")]
    Manifest {
        /// Where in the manifest, as in `input.mean`.
        field: String,
        /// What is wrong there.
        reason: String,
    },
    /// The bytes are no ONNX model.
    #[error("the file is not an ONNX model: {0}")]
    NotOnnx(String),
    /// The graph names something that is never run here.
    #[error("the model is refused: {0}")]
    Refused(String),
    /// The graph does not fit its manifest.
    #[error("the model does not fit its manifest: {0}")]
    Mismatch(String),
    /// The runtime can't load the graph: an unknown operator or a broken graph.
    #[error("{runtime} can't load the model: {detail}")]
    Load {
        /// Name of the runtime.
        runtime: &'static str,
        /// What it said.
        detail: String,
    },
    /// A run failed.
    #[error("the model failed while running: {0}")]
    Run(String),
    /// The model answered with something that is no probability.
    #[error("the model answered with {0}")]
    Output(String),
    /// A picture does not have the shape that the manifest asks for.
    #[error("the picture is {got}, the model wants {wanted}")]
    Picture {
        /// Shape of the picture.
        got: String,
        /// Shape in the manifest.
        wanted: String,
    },
    /// The runtime library can't be used.
    #[error("ONNX Runtime could not be started: {0}")]
    Runtime(String),
    /// The asked device is not there.
    #[error("the device is not available: {0}")]
    Device(String),
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Manifest { .. } => "manifest_invalid",
            Self::NotOnnx(_) => "model_not_onnx",
            Self::Refused(_) => "model_refused",
            Self::Mismatch(_) => "model_mismatch",
            Self::Load { .. } => "model_load_failed",
            Self::Run(_) => "model_run_failed",
            Self::Output(_) => "model_output_invalid",
            Self::Picture { .. } => "picture_shape_invalid",
            Self::Runtime(_) => "runtime_unavailable",
            Self::Device(_) => "device_unavailable",
        }
    }
}
