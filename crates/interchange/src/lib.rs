//! The door to file formats and statistics: folders, JSON lines, CSV, Parquet, WebDataset, MDS, Hugging Face.
//!
//! Readers are iterators that yield a row or a [`Refusal`] and never give up on the rest for
//! one bad row. Writers take samples one by one and say how many they wrote. The only crate
//! that names `polars` and `csv`.
#![forbid(unsafe_code)]

mod checkout_line;
mod export;
mod import;
mod refusal;
mod statistics;

pub use checkout_line::{CHECKOUT_FILE, CheckoutBlob, CheckoutField, CheckoutLine, CheckoutLines};
pub use export::{
    CsvExport, ExportError, FileNames, HuggingFaceExport, JsonLinesExport, MdsExport, Overview,
    ParquetExport, ShardExport, WebDatasetExport, WholeSample, key_of_file,
};
pub use import::{
    CsvRows, FileStamp, FolderWalk, FoundFile, ImportRow, JsonLines, PlacedFile, SeenKeys,
    media_type_of, parquet_rows, place_file, walk_folder,
};
pub use refusal::Refusal;
pub use statistics::{
    ClassCount, ImageSizeCount, LengthBin, SplitCount, Statistics, StatisticsBuilder, TextLengths,
};
