//! The door to file formats and statistics: folders, JSONL, CSV, Parquet.
