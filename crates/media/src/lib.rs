//! The door to pixels and tokens: probing, thumbnails, decoding, tokenisation.
