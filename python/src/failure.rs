//! Errors become `strata.StrataError`, with the same code as everywhere else.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

static EXCEPTION: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// The exception for a failure of the loader.
pub(crate) fn raise(py: Python<'_>, error: &loader::Error) -> PyErr {
    raise_coded(py, error.code(), &error.to_string())
}

/// The exception for a code and a message.
pub(crate) fn raise_coded(py: Python<'_>, code: &str, message: &str) -> PyErr {
    let raised = EXCEPTION
        .import(py, "strata.errors", "StrataError")
        .and_then(|exception| exception.call1((code, message)));
    match raised {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
