//! Reading what others wrote.
mod csv_rows;
mod folder;
mod json_lines;
mod row;
mod seen;
mod strict_json;

pub use csv_rows::CsvRows;
pub use folder::{FoundFile, PlacedFile, place_file, walk_folder};
pub use json_lines::JsonLines;
pub use row::ImportRow;
pub use seen::SeenKeys;
