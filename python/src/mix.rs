//! Several loaders as one, as Python sees them.

use loader::{MixOptions, MixtureState, Prefetch, Share};
use pyo3::prelude::*;

use crate::batches::{Batches, Loader, begun, end_of, named, on_error_of, state_of, state_text};
use crate::failure::raise;

/// What a trainer asks for; see `strata.mix`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct MixArguments {
    seed: u64,
    epoch: u64,
    samples: Option<u64>,
    global_batch: u64,
    rank: u64,
    world_size: u64,
    end: String,
    on_error: String,
    num_threads: usize,
    prefetch_bytes: u64,
}

/// Yields batches of several versions; see `strata.Mixture`.
#[pyclass(frozen, module = "strata._strata")]
pub(crate) struct Mix(loader::Mix);

#[pymethods]
impl Mix {
    #[new]
    fn new(
        py: Python<'_>,
        parts: Vec<(PyRef<'_, Loader>, f64)>,
        arguments: MixArguments,
    ) -> PyResult<Self> {
        let options = MixOptions {
            seed: arguments.seed,
            epoch: arguments.epoch,
            samples: arguments.samples,
            share: Share {
                global_batch: arguments.global_batch,
                rank: arguments.rank,
                world_size: arguments.world_size,
            },
            end: end_of(&arguments.end)?,
            on_error: on_error_of(&arguments.on_error)?,
            prefetch: Prefetch {
                threads: arguments.num_threads,
                bytes: arguments.prefetch_bytes,
            },
        };
        let parts: Vec<_> = parts
            .iter()
            .map(|(loader, weight)| (loader.engine().clone(), *weight))
            .collect();
        loader::Mix::new(&parts, options)
            .map(Self)
            .map_err(|error| raise(py, &error))
    }

    /// The names behind the class ids, by column.
    #[getter]
    fn classes(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        self.0.classes().clone()
    }

    fn __len__(&self) -> usize {
        self.0.len() as usize
    }

    #[getter]
    fn samples(&self) -> u64 {
        self.0.samples()
    }

    #[getter]
    fn epoch(&self) -> u64 {
        self.0.epoch()
    }

    fn set_epoch(&self, epoch: u64) {
        self.0.set_epoch(epoch);
    }

    fn skipped(&self) -> (u64, Vec<(String, String)>) {
        named(self.0.skipped())
    }

    /// The state as JSON.
    fn state(&self, py: Python<'_>) -> PyResult<String> {
        state_text(py, &self.0.state())
    }

    /// Takes over a state from JSON.
    fn load_state(&self, py: Python<'_>, state: &str) -> PyResult<()> {
        let state: MixtureState = state_of(py, "a mixture", state)?;
        self.0.load_state(&state).map_err(|error| raise(py, &error))
    }

    fn iterate(&self, py: Python<'_>, worker: u64, workers: u64) -> PyResult<Batches> {
        begun(py, (worker, workers), |worker| self.0.iterate(worker))
    }
}
