//! What every route shares: who calls, what they may do, how bodies are read and errors answered.

pub mod caller;
pub mod cursor;
pub mod edge;
pub mod etag;
pub mod idempotency;
pub mod json;
pub mod policy;
pub mod range;
pub mod routes;
pub mod strict;

pub use caller::{Caller, Member};
pub use idempotency::{Answer, Effect, answered, once_if};
pub use json::Json;
pub use policy::Policy;
pub(crate) use range::{asked_range, ranged_response};
pub use routes::Routes;
