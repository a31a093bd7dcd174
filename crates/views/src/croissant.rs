//! A version described in Croissant 1.0, the JSON-LD vocabulary for data sets of machine learning.

use std::collections::BTreeMap;

use dataset::DatasetProfile;
use dataset::columns::{ColumnType, MetadataColumn};
use serde_json::{Map, Value, json};
use version_store::{ViewFile, ViewManifest};

/// What a version does not know of itself.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What people call the dataset; its name in the store if not given.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Licences: URLs or SPDX names.
    pub licences: Vec<String>,
    /// How to cite it, BibTeX by custom.
    pub citation: Option<String>,
    /// Where it is at home.
    pub url: Option<String>,
    /// Who made it; the authors of the version if not given.
    pub creators: Vec<String>,
}

/// A description, and which file it calls what.
#[derive(Debug, Clone)]
pub struct Croissant {
    /// The JSON-LD document.
    pub document: Value,
    /// Path beside the document, and the file of the view that belongs there.
    pub files: Vec<(String, ViewFile)>,
}

/// The record set of samples.
const SAMPLES: &str = "samples";
/// The set of all files.
const FILES: &str = "views";
const FOLDER: &str = "data";

impl Croissant {
    /// Describes a version by its views, its profile, and what is said about it. The date is that of
    /// the commit, `YYYY-MM-DD`.
    #[must_use]
    pub fn new(view: &ViewManifest, profile: &DatasetProfile, about: &About, date: &str) -> Self {
        let files: Vec<(String, ViewFile)> = view
            .files
            .iter()
            .map(|file| {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                (format!("{FOLDER}/{name}"), file.clone())
            })
            .collect();
        let mut document = header(view, about, date);
        document.insert("distribution".into(), distribution(&files));
        let mut sets = class_lists(profile);
        sets.push(samples(view));
        document.insert("recordSet".into(), Value::Array(sets));
        Self {
            document: Value::Object(document),
            files,
        }
    }
}

fn header(view: &ViewManifest, about: &About, date: &str) -> Map<String, Value> {
    let name = about.name.as_deref().unwrap_or(&view.dataset);
    let description = about.description.clone().unwrap_or_else(|| {
        let counts = view.commit.counts;
        format!(
            "Version {} of the dataset {name}: {} samples, {} labels.",
            view.hash, counts.samples, counts.labels
        )
    });
    let creators = if about.creators.is_empty() {
        vec![view.commit.author.clone()]
    } else {
        about.creators.clone()
    };
    let person = |name: String| json!({"@type": "sc:Person", "name": name});
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("@context", context());
    put("@type", json!("sc:Dataset"));
    put("conformsTo", json!("http://mlcommons.org/croissant/1.0"));
    put("name", json!(name));
    put("description", json!(description));
    put("version", json!(version_number(view)));
    put("datePublished", json!(date));
    put("creator", creators.into_iter().map(person).collect());
    put("identifier", json!(view.hash));
    if let Some(url) = &about.url {
        put("url", json!(url));
    }
    if !about.licences.is_empty() {
        put("license", json!(about.licences));
    }
    if let Some(citation) = &about.citation {
        put("citeAs", json!(citation));
    }
    let made_from = made_from(view);
    if !made_from.is_empty() {
        put("isBasedOn", Value::Array(made_from));
    }
    document
}

/// Where the version comes from: its parents and what it was made from.
fn made_from(view: &ViewManifest) -> Vec<Value> {
    let lineage = &view.commit.lineage;
    let named = |kind: &str, name: &dyn std::fmt::Display| json!(format!("strata:{kind}/{name}"));
    let parents = view.commit.parents.iter().map(|hash| named("commit", hash));
    let standards = lineage.standards.iter().map(|hash| named("standard", hash));
    let models = lineage.models.iter().map(|hash| named("model", hash));
    let projects = lineage.projects.iter().map(|id| named("project", id));
    let sources = lineage.sources.iter().map(|name| json!(name));
    parents
        .chain(standards)
        .chain(models)
        .chain(projects)
        .chain(sources)
        .collect()
}

/// Croissant wants three numbers; what is behind the plus names the version.
fn version_number(view: &ViewManifest) -> String {
    format!("1.0.0+{}", view.hash.short())
}

fn distribution(files: &[(String, ViewFile)]) -> Value {
    let mut all: Vec<Value> = files
        .iter()
        .map(|(path, file)| {
            json!({
                "@type": "cr:FileObject",
                "@id": path,
                "name": path,
                "description": format!("{} samples with {} labels, up to the key {:?}", file.samples, file.labels, file.last_key),
                "contentUrl": path,
                "contentSize": format!("{} B", file.bytes),
                "encodingFormat": "application/x-parquet",
                "sha256": file.sha256,
            })
        })
        .collect();
    all.push(json!({
        "@type": "cr:FileSet",
        "@id": FILES,
        "name": FILES,
        "description": "All samples of the version, in the order of their keys.",
        "encodingFormat": "application/x-parquet",
        "includes": format!("{FOLDER}/*.parquet"),
    }));
    Value::Array(all)
}

/// A record set for each layer with its classes, and one with the splits.
fn class_lists(profile: &DatasetProfile) -> Vec<Value> {
    let layers = profile.layers.iter().map(|(layer, counts)| {
        let id = format!("classes/{layer}");
        listed(
            &id,
            "sc:Enumeration",
            "The classes of a layer of labels.",
            &counts.classes,
        )
    });
    let splits = (!profile.splits.is_empty()).then(|| {
        listed(
            "splits",
            "cr:Split",
            "The splits of the samples.",
            &profile.splits,
        )
    });
    layers.chain(splits).collect()
}

fn listed(id: &str, of: &str, description: &str, counts: &BTreeMap<String, u64>) -> Value {
    let (name, count) = (format!("{id}/name"), format!("{id}/count"));
    let rows: Vec<Value> = counts
        .iter()
        .map(|(text, number)| json!({name.as_str(): text, count.as_str(): number}))
        .collect();
    json!({
        "@type": "cr:RecordSet",
        "@id": id,
        "name": id,
        "description": description,
        "dataType": of,
        "key": {"@id": name},
        "field": [
            {"@type": "cr:Field", "@id": name, "name": "name", "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": count, "name": "count", "dataType": "sc:Integer"},
        ],
        "data": rows,
    })
}

/// Members of a blob's column and what they are.
const BLOB: [(&str, &str); 5] = [
    ("hash", "sc:Text"),
    ("media_type", "sc:Text"),
    ("bytes", "sc:Integer"),
    ("width", "sc:Integer"),
    ("height", "sc:Integer"),
];
/// Members of a label: what it says, and where it comes from.
const LABEL: [(&str, &str); 16] = [
    ("layer", "sc:Text"),
    ("item_id", "sc:Text"),
    ("shape", "sc:Text"),
    ("class", "sc:Text"),
    ("attributes", "sc:Text"),
    ("geometry", "sc:Text"),
    ("x", "sc:Float"),
    ("y", "sc:Float"),
    ("width", "sc:Float"),
    ("height", "sc:Float"),
    ("made_by_kind", "sc:Text"),
    ("made_by", "sc:Text"),
    ("standard", "sc:Text"),
    ("made_at", "sc:Text"),
    ("annotation_id", "sc:Text"),
    ("accepted_by", "sc:Text"),
];

fn samples(view: &ViewManifest) -> Value {
    let mut fields = vec![
        column(
            "key",
            "sc:Text",
            "The sample's name, unique in the dataset.",
        ),
        column(
            "split",
            "sc:Text",
            "The split that the sample is in, if any.",
        ),
    ];
    for of in &view.columns.fields {
        match of.inline {
            Some(inline) if !of.blob => {
                fields.push(column(
                    &of.name,
                    data_type(inline),
                    "A field of the sample.",
                ));
                continue;
            }
            Some(inline) => fields.extend(member(&of.name, "value", data_type(inline))),
            None => {}
        }
        let members = BLOB.iter();
        fields.extend(members.filter_map(|(name, of_type)| member(&of.name, name, of_type)));
    }
    match &view.columns.metadata {
        MetadataColumn::Typed(types) => fields.extend(
            types
                .iter()
                .filter_map(|(name, of)| member("metadata", name, data_type(*of))),
        ),
        MetadataColumn::Json => {
            fields.push(column(
                "metadata",
                "sc:Text",
                "What else is known of the sample.",
            ));
        }
    }
    for (name, of_type) in LABEL {
        fields.extend(member("labels", name, of_type).map(|mut field| {
            field["repeated"] = json!(true);
            field["description"] = json!("One for each label of the sample.");
            field
        }));
    }
    json!({
        "@type": "cr:RecordSet",
        "@id": SAMPLES,
        "name": SAMPLES,
        "description": "One record a sample.",
        "key": {"@id": format!("{SAMPLES}/key")},
        "field": fields,
    })
}

/// A whole column.
fn column(name: &str, data_type: &str, description: &str) -> Value {
    json!({
        "@type": "cr:Field",
        "@id": format!("{SAMPLES}/{name}"),
        "name": name,
        "description": description,
        "dataType": data_type,
        "source": {"fileSet": {"@id": FILES}, "extract": {"column": name}},
    })
}

/// A member of a column of structures; none where a JSON path can't say its name.
fn member(of: &str, name: &str, data_type: &str) -> Option<Value> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let path = match name {
        _ if name.contains(['\'', '"', '\\']) => return None,
        _ if name.chars().all(is_plain) && !name.starts_with(|c: char| c.is_ascii_digit()) => {
            name.to_owned()
        }
        _ => format!("'{name}'"),
    };
    let full = format!("{of}/{name}");
    let mut field = column(
        &full,
        data_type,
        &format!("The member {name} of the column {of}."),
    );
    field["source"] = json!({
        "fileSet": {"@id": FILES},
        "extract": {"column": of},
        "transform": {"jsonPath": path},
    });
    Some(field)
}

fn data_type(of: ColumnType) -> &'static str {
    match of {
        ColumnType::Boolean => "sc:Boolean",
        ColumnType::Integer => "sc:Integer",
        ColumnType::Float => "sc:Float",
        ColumnType::Text | ColumnType::Json => "sc:Text",
    }
}

/// The context of Croissant 1.0: what its names stand for.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "sc": "https://schema.org/",
        "samplingRate": "cr:samplingRate",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform"
    })
}
