//! Tests of the inference door on a model that was trained on real digits.
//!
//! The runtime is chosen once per process: ONNX Runtime where `ORT_DYLIB_PATH` names its
//! library, tract otherwise. Run them both ways.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod digits;
mod refusals;
