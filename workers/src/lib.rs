//! Job runners, one folder per room.
