//! The Python module over the loader and the version store.
//!
//! Only conversions live here. What can take long runs without the interpreter's lock, and Python is
//! entered once a batch. The documented classes around this module are in `python/strata`.

mod arrays;
mod batches;
mod dataset;
mod failure;
mod mix;
mod waiting;

use pyo3::prelude::*;

/// The compiled part of `strata`; see the package for its documentation.
#[pymodule]
fn _strata(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<dataset::Dataset>()?;
    module.add_class::<batches::Loader>()?;
    module.add_class::<batches::Batches>()?;
    module.add_class::<mix::Mix>()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
