//! Label standards: ontology, rules, guideline, versions and their differences.
#![forbid(unsafe_code)]
