//! Tests of the inference door on a model that was trained on real digits.
//!
//! The runtime is chosen once per process: ONNX Runtime where `ORT_DYLIB_PATH` names its
//! library, tract otherwise. Run them both ways.
mod digits;
mod refusals;
