//! The other half of the table: codes that no response has as its own, but that stand in the report of an
//! import, in the error of a job, in the detail of a refusal, or in an error of the command line or of Python.

/// A stable name for one thing that is wrong with a file, a row, a model, a store or a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportCode {
    /// Where it is met, as a heading.
    pub area: &'static str,
    /// The name.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What can be done.
    pub remedy: &'static str,
}

macro_rules! report_codes {
    ($($area:literal { $($code:literal, $meaning:literal, $remedy:literal;)* })*) => {
        /// Every code of reports and jobs that is not an [`ErrorCode`](crate::ErrorCode), too.
        pub const REPORT_CODES: &[ReportCode] = &[$($(ReportCode {
            area: $area, code: $code, meaning: $meaning, remedy: $remedy,
        },)*)*];
    };
}

// Area { code, meaning, remedy }.
report_codes! {
    "Imports: files" {
        "source_unreadable", "What is to be imported is not there or can't be listed.",
            "Check the path and its permissions.";
        "file_unreadable", "The file can't be opened or read to its end.",
            "Check its permissions and the disk, then import again.";
        "file_too_large", "The file has more bytes than are read.",
            "Save the picture smaller.";
        "not_a_file", "The path is a socket, a device or something else without content.",
            "Remove it from the folder.";
        "link_outside", "A link in the folder leads out of it.",
            "Copy the file into the folder in place of the link.";
        "format_mismatch", "The file's ending is not one of the chosen format.",
            "Choose the format of the file, or leave it out.";
        "image_truncated", "The file ends before the picture does.",
            "Get a whole copy of the file.";
        "image_invalid", "The file begins like a picture but does not decode.",
            "Save it anew with a program that can open it.";
        "image_too_large", "The header claims more pixels than are decoded.",
            "Scale the picture down.";
        "invalid_size", "A picture was asked for in a size of zero or over the limit.",
            "Ask for a size within the limits of the message.";
        "image_resize_failed", "A picture could not be brought to the asked size.", "Ask for another size or crop.";
        "image_encode_failed", "A picture could be read but not written again.",
            "Tell the operator: the message names the encoder's reason.";
    }
    "Imports: rows" {
        "duplicate_key", "Another file or row of the same import has this key.",
            "Give each sample a key of its own.";
        "key_invalid", "A key is empty, longer than 1,024 bytes or holds a control character.",
            "Rename the file or correct the key.";
        "label_invalid", "A label is empty, longer than 200 characters or holds a control character.",
            "Correct the label or the folder's name.";
        "labels_invalid", "The labels of a row are no list of items, or two have one id.",
            "Write items as an export of JSON lines does.";
        "split_invalid", "A split is empty, longer than 64 characters or holds a control character.",
            "Correct the split.";
        "metadata_invalid", "The name of a metadata value is empty, too long or holds a control character.",
            "Rename the column or member.";
        "text_missing", "The row has no text, or an empty one.",
            "Give the row a text or leave it out.";
        "field_type", "A member of the line is of another type than it must be.",
            "Write what the message names.";
        "field_unknown", "A member of the line has a name that is not read.",
            "Put further values into metadata.";
        "json_invalid", "The line is no JSON object.",
            "Write one object a line; the message names the column.";
        "json_duplicate_name", "An object of the line says a name twice.",
            "Remove one of the two.";
        "utf8_invalid", "The text or the file's name is not UTF-8.",
            "Save the file as UTF-8.";
        "null_character", "A text holds U+0000.",
            "Remove the character.";
        "line_too_long", "The line is longer than lines are read.",
            "Split the text, or import it as a file of its own.";
        "column_count", "The row has more or fewer fields than the header.",
            "Put texts with separators or line ends in quotes.";
        "parquet_invalid", "The Parquet file is damaged, or says of its sizes what can't be.",
            "Write it anew; the message names the part.";
        "header_invalid", "The header lacks the column text, or names a column twice or not at all.",
            "Correct the first line.";
    }
    "Exports" {
        "export_does_not_fit", "A sample holds what the format can't.",
            "Export as Parquet, or leave the sample out by a query.";
        "export_failed", "The file could not be written.",
            "Check the space and permissions of the target.";
        "file_unwritable", "A sample's file could not be written, or a link or file is where its folder must be.",
            "Check the space and permissions of the folder; write into an empty one.";
        "folder_not_empty", "The folder of a checkout holds something.",
            "Name an empty folder, or say --force.";
    }
    "Standards and annotations" {
        "config_not_xml", "A labelling configuration is no XML, or has a document type.", "Correct it at the place that is named.";
        "config_tag_unsupported", "A tag of a labelling configuration has no counterpart here.",
            "Leave it out, or ask in another way.";
        "config_invalid", "A tag of a labelling configuration contradicts itself or names what is not shown.",
            "Correct it at the place that is named.";
        "empty_title", "The standard has no title.", "Write one.";
        "no_layers", "The standard has no layer.", "Add one.";
        "no_classes", "A layer has no class.", "Add one.";
        "too_many_classes", "A layer has more classes than one may have.", "Divide it into layers.";
        "empty_name", "A name is empty.", "Write one.";
        "name_too_long", "A name is longer than names may be.", "Shorten it.";
        "too_long", "A text is longer than it may be.", "Shorten it.";
        "control_character", "A text holds a control character.", "Remove it.";
        "duplicate_name", "Two layers, or two classes or attributes of one, have the same name.", "Rename one.";
        "duplicate_hotkey", "Two classes have the same key.", "Choose another key.";
        "reserved_hotkey", "The key is one of the workbench's commands.", "Choose a digit or a free letter.";
        "invalid_color", "A colour is not #rrggbb.", "Write six hexadecimal digits.";
        "invalid_rule", "A rule's number is out of its range.", "Correct the number.";
        "rule_not_applicable", "The rule is for shapes of another kind than the layer's.", "Remove the rule.";
        "skeleton_missing", "A layer of skeletons does not say which joints they have.", "List its joints.";
        "invalid_skeleton", "A skeleton has no joints or too many, or a line joins what is no joint.", "Correct its joints and lines.";
        "values_missing", "An attribute to choose has no values.", "List them.";
        "values_not_allowed", "An attribute that is not chosen lists values.", "Remove them.";
        "empty_value", "A value of an attribute is empty.", "Write or remove it.";
        "duplicate_value", "An attribute lists a value twice.", "Remove one.";
        "invalid_default", "The default is not a value of the attribute.", "Choose one that is.";
        "unknown_layer", "The standard has no such layer.", "Use a layer of the project's standard.";
        "unknown_class", "The layer has no such class.", "Use a class of the layer.";
        "unknown_attribute", "The class has no such attribute.", "Remove it.";
        "missing_attribute", "A required attribute has no value.", "Answer it.";
        "invalid_attribute", "The value does not fit the attribute.", "Choose one that does.";
        "invalid_id", "The id of an item is empty, too long or holds other characters than names have.", "Use letters, digits, - and _.";
        "duplicate_id", "Two items have the same id.", "Give each its own.";
        "wrong_kind", "The item is of another kind than its layer.", "Draw what the layer takes.";
        "not_finite", "A coordinate is not a number.", "Send numbers.";
        "empty_box", "A box or an ellipse has no area.", "Draw it again.";
        "empty_shape", "A mask has no pixel, or a skeleton no joint that is there.", "Draw it again or leave it out.";
        "empty_span", "A span or an interval does not end after its start.", "Mark it again.";
        "invalid_angle", "An angle is below 0 or not below 360 degrees.", "Turn it into that range.";
        "too_few_points", "A polygon has fewer than three points, or a line fewer than two.", "Draw it again.";
        "too_many_points", "A polygon or line has more points than it may have.", "Simplify it, or paint a mask.";
        "wrong_joints", "A skeleton has other joints than its layer says.", "Place every joint of the layer.";
        "invalid_mask", "The runs of a mask do not fill its rectangle.", "Send runs that sum to width times height; only the first may be empty.";
        "unknown_item", "A relation joins what is no other item of the answer.", "Join two other items.";
        "no_text", "The sample has no text in the layer's field.", "Skip the task, or correct the layer's field.";
        "outside_text", "A span ends after the text.", "Mark it again; offsets count Unicode code points.";
        "too_small", "A shape is smaller than the layer allows.", "Draw it larger or leave it out.";
        "outside_picture", "A shape leaves the picture.", "Move it inside.";
        "missing_layer", "A required layer has no answer.", "Answer it, or skip the task.";
        "too_many_items", "There are more items than may be.", "Remove some.";
        "not_multiple", "The layer takes one class only.", "Choose one.";
        "duplicate_class", "The same class was chosen twice.", "Remove one.";
    }
    "Models" {
        "manifest_invalid", "The manifest contradicts itself.", "The message names the part.";
        "model_not_onnx", "The file is not an ONNX model.", "Export the model as ONNX.";
        "model_refused", "The graph asks for what is never run here, such as external files.",
            "Export it as one file of standard operators.";
        "model_mismatch", "The graph, its manifest and the project's standard do not fit together.",
            "The message names the two that differ.";
        "model_load_failed", "The runtime can't load the graph.", "Export it for an older operator set.";
        "model_run_failed", "The graph failed on an input.", "Try the model outside on the same sample.";
        "model_output_invalid", "The model answered with something that is no probability.",
            "Check the manifest's activation.";
        "picture_shape_invalid", "A picture has another shape than the manifest says.",
            "Check the manifest's input.";
        "runtime_unavailable", "ONNX Runtime could not be started.",
            "Check the library the worker is told to load.";
        "device_unavailable", "The asked device is not there.", "Run on the processor.";
    }
    "Stores" {
        "store_url_invalid", "The URL names no store.", "Give a folder, file://, s3:// or http(s):// URL.";
        "store_path_invalid", "A path in the store has empty, dot or dot-dot parts.", "Correct the path.";
        "store_missing", "There is no store at the URL.", "Make one with strata init.";
        "store_object_not_found", "An object is not in the store.", "Run strata fsck.";
        "store_object_exists", "Another object with other bytes stands there.", "Run strata fsck.";
        "store_object_short", "An object ends before it should.", "Run strata fsck; get the object from a copy.";
        "store_conflict", "Somebody else changed the object at the same time.", "Try again.";
        "store_read_only", "This kind of store can only be read.", "Write through the service, or to the store itself.";
        "store_denied", "The store refused the caller.", "Check the keys or the token.";
        "store_failed", "The store failed or could not be reached.", "Try again; the message has the store's words.";
        "store_format_newer", "The stored bytes are of a newer format.", "Use a newer strata.";
        "store_format_older", "The store has a layout that is no longer read.", "Import its data into a new store.";
        "store_damaged", "Stored bytes are not what they must be.", "Run strata fsck; restore the named object from a copy.";
        "scratch_failed", "What is too much for memory can't be kept on scratch storage.", "Make space for temporary files, or name another folder for them (TMPDIR), and try again.";
        "store_content_missing", "Something that is referred to is not in the store.", "Run strata fsck; restore the pack from a copy.";
        "ref_unknown", "No branch, tag or commit has the name.", "List them with strata branch and strata log.";
        "commit_ambiguous", "The shortened hash fits several commits.", "Give more digits.";
        "name_invalid", "The name can't be one of a dataset, branch or tag.", "The message says the rule.";
        "split_rules_differ", "Both sides of a merge set another rule for splits.", "Give one side the rule of the other with strata split, and merge again.";
        "erased_before", "What is to be written was erased on purpose; its tombstone keeps it away.", "Leave it out of the import.";
        "outbound_not_listed", "The address of a webhook is not on the list of addresses that may be called.", "An operator adds it to STRATA_OUTBOUND.";
        "change_invalid", "A sample or label can't be stored.", "The message names it.";
    }
    "Search" {
        "page_too_deep", "Results that far are not paged.", "Narrow the query.";
        "search_index_failed", "The index could not be read or written.", "Check the worker's disk; the job is tried again.";
        "search_index_invalid", "The stored archive is not a search index.", "Run the index job again.";
    }
    "Jobs" {
        "nothing_imported", "Every file or row was refused.", "Read the import's report.";
        "branch_busy", "The branch moved each time the job wanted to move it.", "Run the job again when less is committed.";
        "still_written", "Versions with the samples to erase keep being made.", "Stop what makes them, then erase again.";
        "payload_invalid", "The job was written by another version of the service.", "Bring service and workers to one version.";
        "view_failed", "The Parquet views of a version could not be made.", "The job is tried again; the message has the reason.";
        "statistics_failed", "The statistics of a version could not be computed.", "The job is tried again; the message has the reason.";
        "time_limit", "The job took longer than a job may.", "Divide the work.";
        "worker_stopped", "The worker was stopped; the job is tried again.", "Nothing to do.";
        "worker_lost", "The worker was gone each time before the job ended.", "Look for the worker's end in its log: often too little memory.";
        "database_unavailable", "The database did not answer as it should; the job is tried again.", "Look at the worker's log.";
        "io", "The worker's disk failed; the job is tried again.", "Check its space and permissions.";
        "stopped", "The job was cancelled, or another worker has it.", "Nothing to do.";
    }
    "The command line" {
        "not_over_http", "The command works on a store itself, and this one was named by the address of its server.",
            "Do what the message says: ask the server for it, or name the store that the server keeps.";
        "options_invalid", "Options of a command do not go together.", "The message says which.";
    }
    "Loading and Python" {
        "split_unknown", "The version has no such split.", "The message lists those there are.";
        "column_unknown", "The version has no such column.", "The message lists those there are.";
        "argument_invalid", "An argument, or the batch size with rank and world size, makes no sense.", "The message says why.";
        "state_mismatch", "The saved state belongs to another version, query or order.", "Open the loader as when it was saved.";
        "state_invalid", "This is not a loader's saved state.", "Give what state_dict() answered.";
        "sample_not_found", "There is no sample with this key.", "Check the key and the version.";
        "field_missing", "A sample lacks a field that the batch needs.", "Choose columns every sample has, or a query.";
        "blob_damaged", "The bytes read are not the bytes that were written.", "Run strata fsck; restore the pack from a copy.";
        "decode_failed", "The bytes are whole but do not decode.", "Leave the sample out by a query, and import it anew.";
        "cancelled", "The iteration was ended while it read.", "Nothing to do.";
        "cache_failed", "The folder of the loader's cache can't be used.", "The message says why; give another `cache_dir`.";
        "loader_start_failed", "The operating system refused threads.", "Ask for fewer workers or raise the limit.";
        "tokenizer_invalid", "The tokenizer file is not one.", "Give a tokenizer.json.";
        "tokenise_failed", "The tokenizer refused a text.", "Try the text with the tokenizer's own library.";
    }
}

/// The second half of `docs/errors.md`.
pub(crate) fn as_markdown() -> String {
    let mut text = String::from(
        "\n## Codes of reports and jobs\n\nThese stand in reports of imports, errors of jobs, details of refusals, and \
         errors of the command line and of Python. A code of the first table means the same there.\n",
    );
    let mut area = "";
    for code in REPORT_CODES {
        if code.area != area {
            area = code.area;
            text.push_str(&format!(
                "\n### {area}\n\n| code | meaning | what to do |\n| --- | --- | --- |\n"
            ));
        }
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            code.code, code.meaning, code.remedy
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::ErrorCode;

    #[test]
    fn every_code_is_there_once() {
        let mut seen: HashSet<&str> = ErrorCode::ALL.iter().map(|code| code.code()).collect();
        for code in REPORT_CODES {
            assert!(seen.insert(code.code), "{} is there twice", code.code);
        }
    }
}
