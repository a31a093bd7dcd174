//! The version store from outside, on a folder and on a real S3 server.

mod blaming;
mod blobs;
mod builder;
mod damage;
mod damage_everywhere;
mod decoders;
mod erasing;
mod every_step;
mod faults;
mod faulty_erasure;
mod folder_moves;
mod garbage;
mod golden;
mod histories;
mod merges;
mod model;
mod places;
mod processes;
mod races;
mod segments;
mod splits;
mod stores;
mod versions;
mod world;
