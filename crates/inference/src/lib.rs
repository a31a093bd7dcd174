//! The door to ONNX Runtime: model manifests, graph checks, sessions, pre- and post-processing.
//!
//! The only crate that names `ort`. With the path of a `libonnxruntime` the real ONNX Runtime
//! is loaded; without one the same graphs run on `tract`, in pure Rust, slower.
#![forbid(unsafe_code)]

mod error;
mod graph;
mod manifest;
mod names;
mod preprocess;
mod protobuf;
mod rehearsal;
mod runtime;
mod session;
mod validate;

pub use error::{Error, Result};
pub use graph::{GraphFacts, inspect};
pub use manifest::{Activation, InputSpec, Layout, Manifest, ModelTask, OutputSpec};
pub use preprocess::Picture;
pub use runtime::{Backend, Device, Runtime};
pub use session::{Prediction, Session, SessionOptions};
pub use validate::{ModelFacts, validate};
