//! Models that must not be stored.
use inference::{Device, Manifest, Runtime, Session, SessionOptions, inspect, validate};

use crate::digits::{GRAPH, MANIFEST, runtime};

fn changed(pointer: &str, value: serde_json::Value) -> Manifest {
    let mut json: serde_json::Value = serde_json::from_slice(MANIFEST).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    serde_json::from_value(json).unwrap()
}

fn code(runtime: &Runtime, graph: &[u8], manifest: &Manifest) -> &'static str {
    validate(runtime, graph, manifest).unwrap_err().code()
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let runtime = runtime();
    let cases = [
        ("/input/name", serde_json::json!("pixels"), "model_mismatch"),
        (
            "/output/name",
            serde_json::json!("classes"),
            "model_mismatch",
        ),
        ("/input/width", serde_json::json!(16), "model_mismatch"),
        ("/input/channels", serde_json::json!(3), "manifest_invalid"),
        ("/input/scale", serde_json::json!(0), "manifest_invalid"),
        ("/input/std", serde_json::json!([0]), "manifest_invalid"),
        ("/classes", serde_json::json!(["0", "1"]), "model_mismatch"),
        (
            "/classes",
            serde_json::json!(["0", "0"]),
            "manifest_invalid",
        ),
        ("/classes", serde_json::json!([]), "manifest_invalid"),
        ("/layer", serde_json::json!("a\u{0}b"), "manifest_invalid"),
    ];
    for (pointer, value, wanted) in cases {
        assert_eq!(
            code(&runtime, GRAPH, &changed(pointer, value)),
            wanted,
            "{pointer}"
        );
    }
    let error = validate(&runtime, GRAPH, &changed("/input/name", "pixels".into())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the model does not fit its manifest: there is no input \"pixels\"; the graph has [\"image\"]"
    );
}

#[test]
fn a_file_that_is_none_is_refused() {
    let png = b"\x89PNG\r\n\x1a\n";
    for bytes in [
        &b""[..],
        b"hello world",
        png,
        &GRAPH[..GRAPH.len() / 2],
        &[0xFF; 100],
    ] {
        assert_eq!(inspect(bytes).unwrap_err().code(), "model_not_onnx");
    }
}

#[test]
fn external_data_and_foreign_operators_are_refused_before_loading() {
    let external = include_bytes!("../fixtures/external_data.onnx");
    let error = inspect(external).unwrap_err();
    assert_eq!(error.code(), "model_refused");
    assert!(error.to_string().contains("external data"), "{error}");
    let foreign = inspect(include_bytes!("../fixtures/custom_operator.onnx")).unwrap_err();
    assert!(foreign.to_string().contains("evil.example"), "{foreign}");
}

#[test]
fn every_cut_of_a_model_is_refused_without_a_panic() {
    for keep in 0..GRAPH.len().min(600) {
        assert!(inspect(&GRAPH[..keep]).is_err(), "{keep}");
    }
}

#[test]
fn unknown_fields_in_a_manifest_are_named() {
    let mut json: serde_json::Value = serde_json::from_slice(MANIFEST).unwrap();
    json["postprocess"] = "eval".into();
    let error = Manifest::parse(&serde_json::to_vec(&json).unwrap()).unwrap_err();
    assert!(error.to_string().contains("postprocess"), "{error}");
}

#[test]
fn mutants_of_a_model_never_end_the_process() {
    let runtime = runtime();
    let manifest = Manifest::parse(MANIFEST).unwrap();
    // Xorshift: the same mutants in every run.
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 1).unwrap()
    };
    let mut taken = 0;
    for _ in 0..600 {
        let mut mutant = GRAPH.to_vec();
        for _ in 0..3 {
            // The structure lies at both ends of the file, the weights between them.
            let at = if next() % 2 == 0 {
                next() % 200
            } else {
                mutant.len() - 1 - next() % 300
            };
            mutant[at] = (next() % 256) as u8;
        }
        taken += usize::from(validate(&runtime, &mutant, &manifest).is_ok());
    }
    assert!(taken > 0, "some mutants differ only in a comment");
}

#[test]
fn a_device_that_is_not_there_is_named() {
    // Neither tract nor the CPU build of ONNX Runtime has CUDA; a GPU machine has the device.
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let device = Device::Cuda { index: 0 };
    let options = SessionOptions { device, threads: 0 };
    if let Err(error) = Session::load(&runtime(), GRAPH, manifest, options) {
        assert_eq!(error.code(), "device_unavailable", "{error}");
    }
}
