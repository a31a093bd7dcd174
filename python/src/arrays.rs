//! From batches to dictionaries of NumPy arrays. Arrays take over the loader's buffers; nothing is copied
//! but lists of texts and bytes.

use loader::{Batch, Numbers, Picture, RegionKind, Regions, Values};
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
            regions,
            offsets,
        } => {
            let items = PyDict::new(py);
            if let Some(regions) = regions {
                places(&items, regions)?;
            }
            items.set_item("classes", classes.into_pyarray(py))?;
            items.set_item("offsets", offsets.into_pyarray(py))?;
            items.into_any()
        }
    })
}

/// The places of items: `(items, columns)`; or `(points, columns)` and where the points of each item begin.
fn places(items: &Bound<'_, PyDict>, regions: Regions) -> PyResult<()> {
    let py = items.py();
    let (name, starts_name) = match regions.kind {
        RegionKind::Polygons | RegionKind::Polylines => ("points", "point_offsets"),
        RegionKind::Skeletons => ("joints", "joint_offsets"),
        RegionKind::Masks => ("masks", "mask_offsets"),
        // One item, one row.
        kind => (kind.name(), ""),
    };
    let columns = regions.kind.columns();
    let numbers = match regions.numbers {
        Numbers::F32(numbers) => table(py, numbers, columns)?,
        Numbers::F64(numbers) => table(py, numbers, columns)?,
        Numbers::I64(numbers) => table(py, numbers, columns)?,
    };
    items.set_item(name, numbers)?;
    if let Some(starts) = regions.starts {
        items.set_item(starts_name, starts.into_pyarray(py))?;
    }
    Ok(())
}

fn table<T: Element>(py: Python<'_>, data: Vec<T>, columns: usize) -> PyResult<Bound<'_, PyAny>> {
    let shape = match columns {
        1 => vec![data.len()],
        columns => vec![data.len() / columns, columns],
    };
    shaped(py, data, shape)
}

fn shaped<T: Element>(
    py: Python<'_>,
    data: Vec<T>,
    shape: Vec<usize>,
) -> PyResult<Bound<'_, PyAny>> {
    Ok(data.into_pyarray(py).reshape(shape)?.into_any())
}
