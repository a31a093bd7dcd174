//! A loaded model that answers for batches of pictures.
use annotation::{AnnotationResult, Item};
use ort::ep::{CUDA, ExecutionProviderDispatch};
use ort::value::{Tensor, ValueType};

use crate::preprocess::{self, Picture};
use crate::rehearsal::Rehearsal;
use crate::{Activation, Backend, Device, Error, Manifest, Result, Runtime, inspect};

/// How a session computes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SessionOptions {
    /// Where it computes.
    pub device: Device,
    /// Threads of one run; 0 lets the runtime decide. ONNX Runtime only.
    pub threads: usize,
}

/// What a model says about one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// One probability per class, in the manifest's order.
    pub probabilities: Vec<f32>,
    /// Probability of the best class.
    pub score: f32,
    /// The best class as one classification item, with its score.
    pub result: AnnotationResult,
}

/// A loaded model.
#[derive(Debug)]
pub struct Session {
    inner: ort::session::Session,
    manifest: Manifest,
    /// The batch size that the graph insists on, if it does.
    fixed_batch: Option<usize>,
}

impl Session {
    /// Inspects, loads and checks `graph` against `manifest`.
    ///
    /// # Errors
    /// As [`Manifest::check`] and [`inspect`]; [`Error::Load`] where the runtime refuses the
    /// graph, [`Error::Mismatch`] where names, types or shapes are not the manifest's,
    /// [`Error::Device`] where the device is missing.
    pub fn load(
        runtime: &Runtime,
        graph: &[u8],
        manifest: Manifest,
        options: SessionOptions,
    ) -> Result<Self> {
        manifest.check()?;
        inspect(graph)?;
        let rehearsal = match runtime.backend() {
            Backend::Tract => Some(Rehearsal::load(graph)?),
            Backend::OnnxRuntime => None,
        };
        let inner = open(runtime, graph, options)?;
        let fixed_batch = check_input(&inner, &manifest)?;
        check_output(&inner, &manifest)?;
        if let Some(rehearsal) = rehearsal {
            rehearsal.run(&manifest, fixed_batch.unwrap_or(1))?;
        }
        Ok(Self {
            inner,
            manifest,
            fixed_batch,
        })
    }

    /// The manifest that the model was loaded with.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The batch size that the graph insists on, if it does.
    #[must_use]
    pub fn fixed_batch(&self) -> Option<usize> {
        self.fixed_batch
    }

    /// Answers for each picture of `batch`, in its order. Blocks; the pictures must have the
    /// manifest's size.
    ///
    /// # Errors
    /// [`Error::Picture`], [`Error::Run`], or [`Error::Output`] for NaN and wrong shapes.
    pub fn predict(&mut self, batch: &[Picture<'_>]) -> Result<Vec<Prediction>> {
        let Some(fixed) = self.fixed_batch else {
            return if batch.is_empty() {
                Ok(Vec::new())
            } else {
                self.run(batch, batch.len())
            };
        };
        let mut answers = Vec::with_capacity(batch.len());
        for part in batch.chunks(fixed) {
            answers.extend(self.run(part, fixed)?);
        }
        Ok(answers)
    }

    /// Runs `part` as a batch of `size`, filled up with zeros.
    fn run(&mut self, part: &[Picture<'_>], size: usize) -> Result<Vec<Prediction>> {
        let input = &self.manifest.input;
        let mut values = preprocess::tensor(input, part)?;
        values.resize(values.len() / part.len().max(1) * size, 0.0);
        let failed = |error: ort::Error| Error::Run(error.to_string());
        let tensor =
            Tensor::from_array((preprocess::shape(input, size), values)).map_err(failed)?;
        let outputs = self
            .inner
            .run(ort::inputs![input.name.as_str() => tensor])
            .map_err(failed)?;
        let output = outputs
            .get(&self.manifest.output.name)
            .ok_or_else(|| Error::Output("no output of the manifest's name".to_owned()))?;
        let (shape, numbers) = output.try_extract_tensor::<f32>().map_err(failed)?;
        let classes = self.manifest.classes.len();
        if numbers.len() != size * classes {
            return Err(Error::Output(format!(
                "the shape {shape} for {size} pictures and {classes} classes"
            )));
        }
        numbers
            .chunks_exact(classes)
            .take(part.len())
            .map(|row| answer(&self.manifest, row))
            .collect()
    }
}

fn open(runtime: &Runtime, graph: &[u8], options: SessionOptions) -> Result<ort::session::Session> {
    let failed = |detail: String| Error::Load {
        runtime: runtime.backend().name(),
        detail,
    };
    let mut builder = ort::session::Session::builder(runtime.environment())
        .map_err(|error| failed(error.to_string()))?;
    if options.threads > 0 && runtime.backend() == Backend::OnnxRuntime {
        builder = builder
            .with_intra_threads(options.threads)
            .map_err(|error| failed(error.to_string()))?;
    }
    if let Device::Cuda { index } = options.device {
        if runtime.backend() == Backend::Tract {
            return Err(Error::Device(
                "CUDA needs an ONNX Runtime library".to_owned(),
            ));
        }
        let cuda: ExecutionProviderDispatch = CUDA::default()
            .with_device_id(i32::try_from(index).unwrap_or(i32::MAX))
            .build();
        builder = builder
            .with_execution_providers([cuda.error_on_failure()])
            .map_err(|error| Error::Device(error.to_string()))?;
    }
    builder
        .commit_from_memory(graph)
        .map_err(|error| failed(error.to_string()))
}

/// Checks the input and gives the batch size that the graph insists on.
fn check_input(session: &ort::session::Session, manifest: &Manifest) -> Result<Option<usize>> {
    let outlets = session.inputs();
    let names: Vec<&str> = outlets.iter().map(ort::value::Outlet::name).collect();
    let [outlet] = outlets else {
        return Err(Error::Mismatch(format!(
            "one input is expected, the graph has {names:?}"
        )));
    };
    let wanted = &manifest.input.name;
    if outlet.name() != wanted {
        return Err(Error::Mismatch(format!(
            "there is no input {wanted:?}; the graph has {names:?}"
        )));
    }
    let shape = float_shape(outlet.dtype(), "input")?;
    let expected = preprocess::shape(&manifest.input, 1);
    let fits = shape.len() == 4
        && shape[1..]
            .iter()
            .zip(&expected[1..])
            .all(|(has, want)| *has == -1 || has == want);
    if !fits {
        return Err(Error::Mismatch(format!(
            "the input's shape is {shape:?}, the manifest's [batch, {}, {}, {}]",
            expected[1], expected[2], expected[3]
        )));
    }
    match shape[0] {
        -1 => Ok(None),
        count => usize::try_from(count)
            .ok()
            .filter(|count| (1..=4096).contains(count))
            .map(Some)
            .ok_or_else(|| {
                Error::Mismatch(format!("the batch size {count} is not between 1 and 4096"))
            }),
    }
}

fn check_output(session: &ort::session::Session, manifest: &Manifest) -> Result<()> {
    let wanted = &manifest.output.name;
    let outlet = session
        .outputs()
        .iter()
        .find(|outlet| outlet.name() == wanted)
        .ok_or_else(|| {
            let names: Vec<&str> = session
                .outputs()
                .iter()
                .map(ort::value::Outlet::name)
                .collect();
            Error::Mismatch(format!(
                "there is no output {wanted:?}; the graph has {names:?}"
            ))
        })?;
    let shape = float_shape(outlet.dtype(), "output")?;
    let classes = i64::try_from(manifest.classes.len()).unwrap_or(i64::MAX);
    let known = shape.len() > 1 && shape[1..].iter().all(|side| *side >= 0);
    if known && shape[1..].iter().product::<i64>() != classes {
        return Err(Error::Mismatch(format!(
            "the output's shape is {shape:?}, the manifest has {classes} classes"
        )));
    }
    Ok(())
}

fn float_shape<'a>(kind: &'a ValueType, which: &str) -> Result<&'a [i64]> {
    match kind {
        ValueType::Tensor {
            ty: ort::value::TensorElementType::Float32,
            shape,
            ..
        } => Ok(shape),
        other => Err(Error::Mismatch(format!(
            "the {which} is {other}, a float32 tensor is expected"
        ))),
    }
}

fn answer(manifest: &Manifest, row: &[f32]) -> Result<Prediction> {
    if row.iter().any(|number| !number.is_finite()) {
        return Err(Error::Output("a number that is not finite".to_owned()));
    }
    let probabilities = match manifest.output.activation {
        Activation::Softmax => softmax(row),
        Activation::None if row.iter().all(|number| (-1e-4..=1.0001).contains(number)) => {
            row.iter().map(|number| number.clamp(0.0, 1.0)).collect()
        }
        Activation::None => {
            return Err(Error::Output(
                "numbers outside 0 to 1; is the activation softmax?".to_owned(),
            ));
        }
    };
    let (best, score) = probabilities
        .iter()
        .copied()
        .enumerate()
        .fold(
            (0, -1.0),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        );
    let mut item = Item::classification("class", &manifest.layer, &manifest.classes[best]);
    item.score = Some(score);
    Ok(Prediction {
        probabilities,
        score,
        result: AnnotationResult { items: vec![item] },
    })
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - top).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}
