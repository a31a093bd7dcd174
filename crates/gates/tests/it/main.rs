//! Gates and protected branches from outside, on real stores and with a real webhook.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod asking;
mod faults;
mod moving;
mod webhooks;
mod world;
