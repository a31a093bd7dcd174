//! Datasets, what is uploaded and imported into them, and the samples of their versions.

mod create_dataset;
mod find;
mod import;
mod import_issues;
mod media;
mod pictures;
mod sample;
mod samples;
mod upload_files;
mod uploads;
mod view;

use api_types::access::Role;

pub use find::{Source, dataset, head, reference_or_main, repository, resolve, stored_hash};
pub use pictures::Pictures;
pub use view::{dataset_view, picture_url, sample_view};

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    let viewer = Policy::Workspace(Role::Viewer);
    let manager = Policy::Workspace(Role::Manager);
    routes
        .add(viewer, create_dataset::list_datasets)
        .add(manager, create_dataset::create_dataset)
        .add(viewer, create_dataset::get_dataset)
        .add(manager, uploads::begin_upload)
        .add(manager, upload_files::add_files)
        .add(manager, import::begin_import)
        .add(viewer, import_issues::list_import_issues)
        .add(viewer, samples::list_samples)
        .add(viewer, sample::get_sample)
        .add(viewer, media::get_media);
}
