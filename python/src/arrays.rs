//! From batches to dictionaries of NumPy arrays. Arrays take over the loader's buffers; nothing is copied
//! but lists of texts and bytes.

use loader::{Batch, Picture, Values};
use numpy::{Element, IntoPyArray, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

/// The dictionary of a batch.
pub(crate) fn dictionary(py: Python<'_>, batch: Batch) -> PyResult<Bound<'_, PyDict>> {
    let dictionary = PyDict::new(py);
    for (name, values) in batch.columns {
        dictionary.set_item(name, column(py, values)?)?;
    }
    Ok(dictionary)
}

fn column(py: Python<'_>, values: Values) -> PyResult<Bound<'_, PyAny>> {
    Ok(match values {
        Values::Pixels { data, shape } => shaped(py, data, shape)?,
        Values::Pictures(pictures) => {
            let arrays = pictures
                .into_iter()
                .map(|Picture { data, shape }| shaped(py, data, shape));
            PyList::new(py, arrays.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        Values::Bytes(values) => PyList::new(
            py,
            values
                .iter()
                .map(|value| value.as_ref().map(|bytes| PyBytes::new(py, bytes))),
        )?
        .into_any(),
        Values::Texts(texts) => PyList::new(py, texts)?.into_any(),
        Values::Ints(values) => values.into_pyarray(py).into_any(),
        Values::Floats(values) => values.into_pyarray(py).into_any(),
        Values::Bools(values) => values.into_pyarray(py).into_any(),
        Values::Json(values) => {
            let loads = py.import("json")?.getattr("loads")?;
            let parsed = values.iter().map(|value| loads.call1((value.to_string(),)));
            PyList::new(py, parsed.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        Values::Ragged {
            classes,
            boxes,
            offsets,
        } => {
            let items = PyDict::new(py);
            if let Some(boxes) = boxes {
                let shape = vec![boxes.len(), 4];
                items.set_item("boxes", shaped(py, boxes.into_flattened(), shape)?)?;
            }
            items.set_item("classes", classes.into_pyarray(py))?;
            items.set_item("offsets", offsets.into_pyarray(py))?;
            items.into_any()
        }
    })
}

fn shaped<T: Element>(
    py: Python<'_>,
    data: Vec<T>,
    shape: Vec<usize>,
) -> PyResult<Bound<'_, PyAny>> {
    Ok(data.into_pyarray(py).reshape(shape)?.into_any())
}
