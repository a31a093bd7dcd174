//! Whether a model may be registered: checked and run once before it is stored.
use serde::Serialize;

use crate::{Manifest, Picture, Result, Runtime, Session, SessionOptions, inspect};

/// What was found out about a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelFacts {
    /// Operators of the graph.
    pub operators: Vec<String>,
    /// The batch size that the graph insists on, if it does.
    pub fixed_batch: Option<usize>,
    /// Name of the runtime that ran it.
    pub runtime: &'static str,
}

/// Inspects `graph`, loads it, checks it against `manifest`, and runs it once on black pictures.
/// Blocks for as long as that takes.
///
/// # Errors
/// As [`Session::load`] and [`Session::predict`].
pub fn validate(runtime: &Runtime, graph: &[u8], manifest: &Manifest) -> Result<ModelFacts> {
    manifest.check()?;
    let facts = inspect(graph)?;
    let mut session = Session::load(runtime, graph, manifest.clone(), SessionOptions::default())?;
    let input = &manifest.input;
    let (width, height, channels) = (input.width, input.height, input.channels);
    let black = vec![0u8; width as usize * height as usize * channels as usize];
    let picture = Picture {
        width,
        height,
        channels,
        data: &black,
    };
    // Two at once, so that a graph that only seems to take batches is found out now.
    session.predict(&[picture, picture])?;
    Ok(ModelFacts {
        operators: facts.operators.into_iter().collect(),
        fixed_batch: session.fixed_batch(),
        runtime: runtime.backend().name(),
    })
}
