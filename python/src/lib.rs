//! The Python module over the loader and the version store.
