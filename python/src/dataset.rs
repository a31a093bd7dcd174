//! An opened version, as Python sees it.

use std::path::PathBuf;

use blob_store::StoreAccess;
use loader::{
    CacheOptions, Crop, Decode, DecodeOptions, LoaderOptions, OpenOptions, Resize, Verify,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::dictionary;
use crate::batches::{Loader, LoaderArguments};
use crate::failure::raise;
use crate::waiting::interruptible;

/// The numbers of a `loader::CacheReport`, in its order.
type CacheCounts = (u64, u64, u64, u64, Option<String>);

/// A version of a dataset.
#[pyclass(frozen, module = "strata._strata")]
pub(crate) struct Dataset(loader::Dataset);

/// How a store is reached; see `strata.open`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct OpenArguments {
    url: String,
    dataset: Option<String>,
    reference: String,
    token: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    verify: String,
    cache_dir: Option<PathBuf>,
    cache_bytes: u64,
}

/// Which samples to read, and how; see `strata.Dataset.__getitem__`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct RowsArguments {
    rows: Vec<usize>,
    columns: Option<Vec<String>>,
    decode: Option<String>,
    resize: Option<SizeArgument>,
}

/// A size as Python says it: (height, width), or the shorter side.
#[derive(FromPyObject, Clone, Copy)]
pub(crate) enum SizeArgument {
    Exact((u32, u32)),
    Short(u32),
}

/// A crop as `strata.Crop` hands it over: its kind, share or scale, and ratio.
pub(crate) type CropArgument = (String, (f64, f64), (f64, f64));

/// What becomes of bytes.
pub(crate) fn decode_options(
    decode: Option<&str>,
    resize: Option<SizeArgument>,
    crop: Option<CropArgument>,
) -> PyResult<DecodeOptions> {
    let decode = match decode {
        None => Decode::Bytes,
        Some("raw") => Decode::Raw,
        Some("rgb8") => Decode::Rgb8,
        Some("grey8" | "gray8") => Decode::Grey8,
        Some(other) => {
            let message = format!("decode is None, \"rgb8\", \"grey8\" or \"raw\", not {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    if resize.is_some() && !matches!(decode, Decode::Rgb8 | Decode::Grey8) {
        return Err(PyValueError::new_err(
            "resize needs decode=\"rgb8\" or \"grey8\"",
        ));
    }
    let crop = match crop {
        None => Crop::Whole,
        Some((kind, scale, ratio)) => match kind.as_str() {
            "center" => Crop::Center { share: scale.1 },
            "random" => Crop::Random { share: scale.1 },
            "random_resized" => Crop::RandomResized { scale, ratio },
            other => {
                let message =
                    format!("crop is \"center\", \"random\" or \"random_resized\", not {other:?}");
                return Err(PyValueError::new_err(message));
            }
        },
    };
    Ok(DecodeOptions {
        decode,
        resize: resize.map(|size| match size {
            SizeArgument::Exact((height, width)) => Resize::Exact(width, height),
            SizeArgument::Short(side) => Resize::Short(side),
        }),
        crop,
    })
}

#[pymethods]
impl Dataset {
    #[staticmethod]
    fn open(py: Python<'_>, arguments: OpenArguments) -> PyResult<Self> {
        let verify = match arguments.verify.as_str() {
            "first" => Verify::First,
            "always" => Verify::Always,
            "never" => Verify::Never,
            other => {
                let message =
                    format!("verify is \"first\", \"always\" or \"never\", not {other:?}");
                return Err(PyValueError::new_err(message));
            }
        };
        let allow_http = arguments
            .endpoint
            .as_ref()
            .is_some_and(|endpoint| endpoint.starts_with("http://"));
        let options = OpenOptions {
            url: arguments.url,
            dataset: arguments.dataset,
            reference: arguments.reference,
            access: StoreAccess {
                endpoint: arguments.endpoint,
                region: arguments.region,
                access_key_id: arguments.access_key_id,
                secret_access_key: arguments.secret_access_key,
                allow_http,
                token: arguments.token,
            },
            verify,
            cache: arguments.cache_dir.map(|folder| CacheOptions {
                folder,
                bytes: arguments.cache_bytes,
            }),
            root: None,
        };
        let opened = interruptible(py, || loader::Dataset::open(options))?;
        opened.map(Self).map_err(|error| raise(py, &error))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn commit(&self) -> String {
        self.0.commit().to_string()
    }

    /// What the cache did, without names: hits, fetches, what found no room, damage, why not.
    fn cache(&self) -> Option<CacheCounts> {
        let report = self.0.cache_report()?;
        Some((
            report.hit_bytes,
            report.fetched_bytes,
            report.declined_bytes,
            report.damaged,
            report.failure,
        ))
    }

    /// The schema as JSON.
    fn schema(&self) -> String {
        self.0.schema().to_string()
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.0.find(key)
    }

    fn rows<'py>(&self, py: Python<'py>, arguments: RowsArguments) -> PyResult<Bound<'py, PyDict>> {
        let RowsArguments {
            rows,
            columns,
            decode,
            resize,
        } = arguments;
        let options = decode_options(decode.as_deref(), resize, None)?;
        let batch = py.detach(|| self.0.rows(&rows, columns.as_deref(), options));
        dictionary(py, batch.map_err(|error| raise(py, &error))?)
    }

    fn loader(&self, py: Python<'_>, arguments: LoaderArguments) -> PyResult<Loader> {
        let options: LoaderOptions = arguments.options()?;
        let version = self.0.clone();
        let made = interruptible(py, move || version.loader(options))?;
        made.map(Loader::new).map_err(|error| raise(py, &error))
    }
}
