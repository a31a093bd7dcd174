//! Predictions on real digits are those of ONNX Runtime in Python.
use inference::{Backend, Manifest, Picture, Runtime, Session, SessionOptions, validate};
use serde::Deserialize;

pub(crate) const GRAPH: &[u8] = include_bytes!("../fixtures/digits.onnx");
pub(crate) const MANIFEST: &[u8] = include_bytes!("../fixtures/digits.json");

#[derive(Deserialize)]
struct Expected {
    label: String,
    pixels: Vec<u8>,
    probabilities: Vec<f32>,
}

fn compare(runtime: &Runtime) {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let facts = validate(runtime, GRAPH, &manifest).unwrap();
    assert_eq!(facts.operators, ["Flatten", "Gemm", "Relu"]);
    assert_eq!(facts.fixed_batch, None);
    let expected: Vec<Expected> =
        serde_json::from_slice(include_bytes!("../fixtures/expected.json")).unwrap();
    let pictures: Vec<Picture<'_>> = expected
        .iter()
        .map(|row| Picture {
            width: 8,
            height: 8,
            channels: 1,
            data: &row.pixels,
        })
        .collect();
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    let mut session = Session::load(runtime, GRAPH, manifest, options).unwrap();
    let answers = session.predict(&pictures).unwrap();
    assert_eq!(answers.len(), expected.len());
    let mut right = 0;
    for (answer, wanted) in answers.iter().zip(&expected) {
        for (ours, theirs) in answer.probabilities.iter().zip(&wanted.probabilities) {
            assert!((ours - theirs).abs() < 1e-5, "{ours} is not {theirs}");
        }
        let item = &answer.result.items[0];
        assert_eq!(
            (item.layer.as_str(), item.score),
            ("label", Some(answer.score))
        );
        right += usize::from(item.class == wanted.label);
    }
    assert!(
        right * 100 >= expected.len() * 90,
        "{right} of {} are right",
        expected.len()
    );
    assert!(session.predict(&[]).unwrap().is_empty());
}

/// The runtime of this test process: the library of the `onnxruntime` wheel where the test run
/// names one, tract otherwise.
pub(crate) fn runtime() -> Runtime {
    #[allow(clippy::disallowed_methods)]
    // Where a test finds its library is the environment's to say.
    let library = std::env::var_os("ORT_DYLIB_PATH").map(std::path::PathBuf::from);
    let runtime = Runtime::initialise(library.as_deref()).unwrap();
    let backend = if library.is_some() {
        Backend::OnnxRuntime
    } else {
        Backend::Tract
    };
    assert_eq!(runtime.backend(), backend);
    runtime
}

#[test]
fn predictions_agree_with_python() {
    compare(&runtime());
}
