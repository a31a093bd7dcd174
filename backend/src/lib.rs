//! The HTTP service, one folder per room.
