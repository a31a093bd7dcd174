//! A first run of a graph on tract, where a panic can still be caught.
//!
//! tract panics on some broken graphs. Behind `ort` it is called through C functions, and a panic
//! that reaches one ends the process. So the same tract does the same steps here first.
use std::panic::{AssertUnwindSafe, catch_unwind};

use tract_onnx::prelude::{Framework, InferenceModelExt, Tensor, TractResult, TypedModel, tvec};
use tract_onnx::tract_core::model::IntoRunnable;

use crate::{Backend, Error, Manifest, Result, preprocess};

/// A graph that tract could load.
pub struct Rehearsal {
    model: TypedModel,
}

impl Rehearsal {
    /// Loads `graph`.
    ///
    /// # Errors
    /// [`Error::Load`] where tract can't, also where it panics.
    pub fn load(graph: &[u8]) -> Result<Self> {
        caught(|| {
            let mut bytes = graph;
            tract_onnx::onnx()
                .model_for_read(&mut bytes)?
                .into_optimized()
        })
        .map(|model| Self { model })
    }

    /// Runs the graph on `batch` pictures of zeros.
    ///
    /// # Errors
    /// [`Error::Load`] where tract can't, also where it panics.
    pub fn run(self, manifest: &Manifest, batch: usize) -> Result<()> {
        let shape = preprocess::shape(&manifest.input, batch);
        let shape: Vec<usize> = shape
            .iter()
            .map(|side| usize::try_from(*side).unwrap_or(0))
            .collect();
        caught(|| {
            let named = self
                .model
                .with_input_names([manifest.input.name.as_str()])?;
            named
                .into_runnable()?
                .run(tvec!(Tensor::zero::<f32>(&shape)?.into()))
        })
        .map(drop)
    }
}

fn caught<T>(step: impl FnOnce() -> TractResult<T>) -> Result<T> {
    let failed = |detail: String| Error::Load {
        runtime: Backend::Tract.name(),
        detail,
    };
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|error| failed(format!("{error:#}"))),
        Err(_) => Err(failed(
            "it stopped inside the graph, which is broken or of an unknown kind".to_owned(),
        )),
    }
}
