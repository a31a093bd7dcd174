//! `strata openapi`: prints the OpenAPI document of the service.

/// Prints the document, as it is served at `/api/openapi.json`.
pub fn run() {
    print!("{}", backend::openapi_json());
}
