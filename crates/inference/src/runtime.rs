//! Which runtime runs the graphs of this process.
use std::path::Path;
use std::sync::Mutex;

use ort::environment::Environment;

use crate::{Error, Result};

/// What runs the graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Microsoft's ONNX Runtime, loaded from a library file.
    OnnxRuntime,
    /// tract, pure Rust, always there; fewer operators, CPU only.
    Tract,
}

impl Backend {
    /// The name a person uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OnnxRuntime => "ONNX Runtime",
            Self::Tract => "tract (built in)",
        }
    }
}

/// Where a session computes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// An NVIDIA GPU, by its index; needs an ONNX Runtime library built with CUDA.
    Cuda {
        /// Index of the GPU, from 0.
        index: u32,
    },
}

/// The one runtime of the process.
#[derive(Debug, Clone)]
pub struct Runtime {
    environment: Environment,
    backend: Backend,
}

/// The runtime is chosen once per process: `ort` keeps one library for good.
static CHOSEN: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// Starts the runtime: ONNX Runtime from `library` where one is given, tract otherwise.
    ///
    /// The first successful call decides for the process; later calls get the same runtime,
    /// whatever they ask for.
    ///
    /// # Errors
    /// [`Error::Runtime`] where `library` can't be loaded or is too old. Nothing is chosen then.
    pub fn initialise(library: Option<&Path>) -> Result<Self> {
        let mut chosen = CHOSEN
            .lock()
            .map_err(|_| Error::Runtime("an earlier start panicked".to_owned()))?;
        if let Some(runtime) = &*chosen {
            return Ok(runtime.clone());
        }
        let failed = |detail: String| Error::Runtime(detail);
        let (builder, backend) = match library {
            Some(path) => {
                let builder = ort::init_from(path).map_err(|error| failed(error.to_string()))?;
                (builder, Backend::OnnxRuntime)
            }
            None => {
                ort::set_api(ort_tract::api());
                (ort::init(), Backend::Tract)
            }
        };
        let environment = builder
            .with_name("strata")
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        tracing::info!(runtime = backend.name(), "inference runtime started");
        let runtime = Self {
            environment,
            backend,
        };
        *chosen = Some(runtime.clone());
        Ok(runtime)
    }

    /// What runs the graphs.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }
}
