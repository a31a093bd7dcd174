//! Reading what others wrote.
mod csv_rows;
mod folder;
mod json_lines;
mod lines;
mod media_type;
mod page_headers;
mod parquet_rows;
mod row;
mod seen;
mod strict_json;
mod walk;

pub use csv_rows::CsvRows;
pub use folder::{PlacedFile, place_file};
pub use json_lines::JsonLines;
pub(crate) use lines::Lines;
pub use media_type::media_type_of;
pub use parquet_rows::parquet_rows;
pub use row::ImportRow;
pub use seen::SeenKeys;
pub(crate) use strict_json::{DUPLICATE, NULL_CHARACTER, Strict};
pub use walk::{FileStamp, FolderWalk, FoundFile, walk_folder};
