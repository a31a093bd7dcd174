//! The door to ONNX Runtime: model manifests, sessions, pre- and post-processing.
