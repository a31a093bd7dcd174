//! `strata openapi`: prints the OpenAPI document of the service.

use std::io::Write;

/// Prints the document, as it is served at `/api/openapi.json`.
pub fn run() {
    // A reader that has seen enough closes the pipe: nobody is left to tell.
    let _ = std::io::stdout().write_all(backend::openapi_json().as_bytes());
}
