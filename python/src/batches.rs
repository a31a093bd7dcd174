//! A loader and its iterations, as Python sees them.

use std::sync::{Mutex, PoisonError};

use loader::{
    EpochEnd, LoaderOptions, LoaderState, Next, OnError, OrderSpec, Prefetch, Share, Shuffle,
    Skipped, Worker,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arrays::dictionary;
use crate::dataset::{CropArgument, SizeArgument, decode_options};
use crate::failure::{raise, raise_coded};
use crate::waiting::PATIENCE;

/// What a trainer asks for; see `strata.Dataset.loader`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct LoaderArguments {
    split: Option<String>,
    r#where: Option<String>,
    columns: Option<Vec<String>>,
    global_batch: u64,
    shuffle: String,
    seed: u64,
    epoch: u64,
    lanes: u32,
    window: u32,
    rank: u64,
    world_size: u64,
    decode: Option<String>,
    resize: Option<SizeArgument>,
    crop: Option<CropArgument>,
    on_error: String,
    num_threads: usize,
    prefetch_bytes: u64,
    end: String,
}

impl LoaderArguments {
    pub(crate) fn options(self) -> PyResult<LoaderOptions> {
        let shuffle = match self.shuffle.as_str() {
            "none" => Shuffle::None,
            "block" => Shuffle::Block,
            "full" => Shuffle::Full,
            other => return Err(refuse("shuffle", other)),
        };
        Ok(LoaderOptions {
            split: self.split,
            filter: self.r#where,
            columns: self.columns,
            decode: decode_options(self.decode.as_deref(), self.resize, self.crop)?,
            order: OrderSpec {
                shuffle,
                seed: self.seed,
                epoch: self.epoch,
                lanes: self.lanes,
                window: self.window,
            },
            share: Share {
                global_batch: self.global_batch,
                rank: self.rank,
                world_size: self.world_size,
            },
            end: end_of(&self.end)?,
            on_error: on_error_of(&self.on_error)?,
            prefetch: Prefetch {
                threads: self.num_threads,
                bytes: self.prefetch_bytes,
            },
        })
    }
}

/// What happens at the end of an epoch.
pub(crate) fn end_of(name: &str) -> PyResult<EpochEnd> {
    match name {
        "drop" => Ok(EpochEnd::Drop),
        "partial" => Ok(EpochEnd::Partial),
        "wrap" => Ok(EpochEnd::Wrap),
        other => Err(refuse("the end of an epoch", other)),
    }
}

/// What becomes of samples that can't be shown.
pub(crate) fn on_error_of(name: &str) -> PyResult<OnError> {
    match name {
        "raise" => Ok(OnError::Fail),
        "skip" => Ok(OnError::Skip),
        other => Err(refuse("on_error", other)),
    }
}

fn refuse(what: &str, value: &str) -> PyErr {
    PyValueError::new_err(format!("{what} can't be {value:?}"))
}

/// Samples that were left out: how many, and key and reason of the first.
pub(crate) fn named((count, first): (u64, Vec<Skipped>)) -> (u64, Vec<(String, String)>) {
    let named = first
        .into_iter()
        .map(|skipped| (skipped.key, skipped.reason));
    (count, named.collect())
}

/// A state as JSON.
pub(crate) fn state_text(py: Python<'_>, state: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(state).map_err(|error| raise_coded(py, "internal", &error.to_string()))
}

/// A state from JSON; `whose` is for the error.
pub(crate) fn state_of<S: DeserializeOwned>(
    py: Python<'_>,
    whose: &str,
    text: &str,
) -> PyResult<S> {
    serde_json::from_str(text).map_err(|error| {
        let message = format!("this is not {whose}'s state: {error}");
        raise_coded(py, "state_invalid", &message)
    })
}

/// Begins the iteration of worker process `index` of `count`, without holding the interpreter.
pub(crate) fn begun(
    py: Python<'_>,
    (index, count): (u64, u64),
    iterate: impl FnOnce(Worker) -> loader::Result<loader::Batches> + Send,
) -> PyResult<Batches> {
    let begun = py.detach(|| iterate(Worker { index, count }));
    begun.map(Batches::new).map_err(|error| raise(py, &error))
}

/// Yields batches; see `strata.Loader`.
#[pyclass(frozen, module = "strata._strata")]
pub(crate) struct Loader(loader::Loader);

impl Loader {
    pub(crate) const fn new(loader: loader::Loader) -> Self {
        Self(loader)
    }

    pub(crate) const fn engine(&self) -> &loader::Loader {
        &self.0
    }
}

#[pymethods]
impl Loader {
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

    /// How many samples were left out, and the first of them: key and reason.
    fn skipped(&self) -> (u64, Vec<(String, String)>) {
        named(self.0.skipped())
    }

    /// The state as JSON.
    fn state(&self, py: Python<'_>) -> PyResult<String> {
        state_text(py, &self.0.state())
    }

    /// Takes over a state from JSON.
    fn load_state(&self, py: Python<'_>, state: &str) -> PyResult<()> {
        let state: LoaderState = state_of(py, "a loader", state)?;
        self.0.load_state(&state).map_err(|error| raise(py, &error))
    }

    fn iterate(&self, py: Python<'_>, worker: u64, workers: u64) -> PyResult<Batches> {
        begun(py, (worker, workers), |worker| self.0.iterate(worker))
    }
}

/// One iteration. Its threads end when it is exhausted, closed or dropped.
#[pyclass(frozen, module = "strata._strata")]
pub(crate) struct Batches(Mutex<Option<loader::Batches>>);

impl Batches {
    pub(crate) const fn new(batches: loader::Batches) -> Self {
        Self(Mutex::new(Some(batches)))
    }

    fn wait(&self) -> loader::Result<Next> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(batches) = running.as_mut() else {
            return Ok(Next::End);
        };
        let next = batches.next_within(PATIENCE);
        if matches!(next, Ok(Next::End) | Err(_)) {
            *running = None;
        }
        next
    }
}

#[pymethods]
impl Batches {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        loop {
            match py
                .detach(|| self.wait())
                .map_err(|error| raise(py, &error))?
            {
                Next::Batch(batch) => return dictionary(py, batch).map(Some),
                Next::End => return Ok(None),
                Next::Pending => py.check_signals()?,
            }
        }
    }

    /// Stops the threads and waits for them.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
