//! The one table of error codes: `docs/errors.md` is made from it.

macro_rules! error_codes {
    ($($variant:ident = $code:literal, $status:literal, $title:literal,
        $meaning:literal,
        $remedy:literal;)*) => {
        /// A stable name for one way in which a request is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The same sentence for every problem of this code.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What the caller can do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }
    };
}

impl ErrorCode {
    /// The code with this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }
}

// Name = code, status, title, meaning, remedy.
error_codes! {
    // the request itself
    InvalidJson = "invalid_json", 400, "The body is not JSON",
        "The body can't be read as JSON, or says a key twice.",
        "Send one JSON document; the place names the line and column.";
    InvalidBody = "invalid_body", 422, "The body does not fit",
        "A field is missing, unknown, of another type or out of its range.",
        "Compare with the OpenAPI document; the place names the field.";
    InvalidParameter = "invalid_parameter", 400, "A parameter does not fit",
        "A query or path parameter is missing, unknown or out of its range.",
        "The place names the parameter.";
    InvalidText = "invalid_text", 422, "A text can't be taken",
        "A text holds U+0000 or is not UTF-8.",
        "Remove the character; the place names the text.";
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one of ours",
        "A cursor was changed or belongs to another list.",
        "Begin again without a cursor.";
    InvalidName = "invalid_name", 422, "The name can't be used",
        "A name is empty, too long or holds characters that names can't have.",
        "The detail says which characters can be used.";
    UnsupportedMediaType = "unsupported_media_type", 415, "This content type is not taken here",
        "The body, or a file of an import, is of another type than is taken.",
        "Send the content type the OpenAPI document names; a picture is a JPEG, PNG, WebP, GIF, BMP or TIFF.";
    PayloadTooLarge = "payload_too_large", 413, "The body is too large",
        "The body is over the limit of this operation.",
        "Send less at once; files can be sent in several requests.";
    NotFound = "not_found", 404, "There is no such thing, or you may not see it",
        "The address names nothing that the caller may see.",
        "Check the address, the workspace and the caller's membership.";
    MethodNotAllowed = "method_not_allowed", 405, "This address has no such method",
        "The address is there, but not with this method.",
        "The Allow header names the methods.";
    RangeNotSatisfiable = "range_not_satisfiable", 416, "The range is outside of the object",
        "The Range header asks for bytes that are not there.",
        "Ask for a range within the object's size.";
    RateLimited = "rate_limited", 429, "Too many attempts",
        "The caller tried too often in a short time.",
        "Wait as long as Retry-After says.";
    Internal = "internal", 500, "Something went wrong in the service",
        "The service met an error of its own; nothing was changed.",
        "Try again; if it stays, look for the request id in the service's log.";
    Unavailable = "unavailable", 503, "The service can't do this now",
        "The database or the store does not answer.",
        "Try again in a moment.";
    StoreFull = "store_full", 507, "The disk is full",
        "The disk of the store, or of the one who reads or writes, has no room left; nothing that was acknowledged is lost.",
        "Free some space where the message says, then do the same again.";
    IdempotencyKeyMissing = "idempotency_key_missing", 400, "An Idempotency-Key is needed",
        "This operation has an effect that must not happen twice.",
        "Send an Idempotency-Key header with a new UUID for each new effect.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The Idempotency-Key was used for something else",
        "The same key came with another operation or body.",
        "Use a new key for a new effect.";
    PreconditionRequired = "precondition_required", 428, "An If-Match is needed",
        "Two people could change this at once.",
        "Send the ETag or revision you have read as If-Match.";
    PreconditionFailed = "precondition_failed", 412, "It was changed in the meantime",
        "The revision in If-Match is not the newest.",
        "Read it again, and repeat your change on what is there now.";
    Conflict = "conflict", 409, "It was changed at the same time",
        "Somebody else changed the same thing at the same time.",
        "Read it again and repeat.";
    // access
    NotSignedIn = "not_signed_in", 401, "You are not signed in",
        "No session or token came with the request, or it is no longer good.",
        "Sign in, or send a token as Authorization: Bearer.";
    WrongCredentials = "wrong_credentials", 401, "The address or the password is wrong",
        "No person with this address and password can sign in.",
        "Check both.";
    CsrfMissing = "csrf_missing", 403, "The CSRF header is missing or wrong",
        "A change with the session cookie needs the header x-strata-csrf.",
        "Send the csrf_token of GET /api/v1/me in the header.";
    Forbidden = "forbidden", 403, "Your role does not allow this",
        "The caller can see this but may not do it.",
        "Ask an owner of the workspace for a higher role.";
    SetupDone = "setup_done", 409, "The installation has its first person already",
        "The first person can be made only once.",
        "Sign in.";
    EmailInvalid = "email_invalid", 422, "This is no email address",
        "An address needs a name, an @ and a host.",
        "Correct the address.";
    PasswordTooWeak = "password_too_weak", 422, "The password is too short",
        "A password has 8 to 200 characters.",
        "Choose a longer one.";
    WorkspaceExists = "workspace_exists", 409, "There is a workspace with this slug",
        "Slugs are unique in the installation.",
        "Choose another slug.";
    MemberExists = "member_exists", 409, "This person is a member already",
        "A person is in a workspace once.",
        "Change the member's role instead.";
    LastOwner = "last_owner", 409, "A workspace needs an owner",
        "The last owner can't leave or be made less.",
        "Make another member owner first.";
    RoleTooHigh = "role_too_high", 403, "You can't give more than you have",
        "A token's role is at most that of the one who makes it.",
        "Choose a lower role.";
    // datasets
    DatasetExists = "dataset_exists", 409, "There is a dataset with this name",
        "Names are unique in a workspace.",
        "Choose another name.";
    UploadClosed = "upload_closed", 409, "The upload is closed",
        "The upload was imported already.",
        "Begin a new upload.";
    UploadEmpty = "upload_empty", 422, "The upload has no files",
        "There is nothing to import.",
        "Send files first.";
    PathRefused = "path_refused", 422, "The file's path can't be taken",
        "A path is relative, at most 1,024 bytes, without empty, dot or dot-dot parts.",
        "Correct the file name; the place names it.";
    DuplicatePath = "duplicate_path", 409, "The upload has a file with this path",
        "Each path is sent once.",
        "Rename the file, or begin a new upload.";
    NoPicture = "no_picture", 404, "There is no picture here",
        "The field is missing or is not a picture.",
        "Name a field whose media type is an image.";
    MediaRefused = "media_refused", 422, "The picture can't be read",
        "The bytes are truncated, too large or not what their type says.",
        "Look at the import's report.";
    QueryInvalid = "query_invalid", 422, "The query can't be understood",
        "A condition is misspelt or names an unknown field.",
        "The place names the position in the query.";
    // versioning
    RefNotFound = "ref_not_found", 404, "There is no such branch, tag or commit",
        "The name or hash leads to no commit of the dataset.",
        "List the refs of the dataset.";
    RefExists = "ref_exists", 409, "There is a ref with this name",
        "A branch or tag with this name is there already.",
        "Choose another name.";
    RefMoved = "ref_moved", 409, "The branch moved in the meantime",
        "Somebody else committed at the same time.",
        "Try again on the new head.";
    RefProtected = "ref_protected", 409, "The branch is protected",
        "A protected branch can't be deleted.",
        "Choose another branch.";
    MergeConflicts = "merge_conflicts", 409, "Both sides changed the same things",
        "Conflicts are left that no resolution and no policy settles; nothing was changed.",
        "Look at the preview, and send a resolution for each conflict.";
    ResolutionInvalid = "resolution_invalid", 422, "A resolution does not fit",
        "A resolution names no conflict, or can't be carried out.",
        "Read the preview again; the detail names the conflict.";
    MergeBaseMissing = "merge_base_missing", 409, "The two commits have no common history",
        "Neither comes from anything the other comes from.",
        "Merge commits of one dataset.";
    RevertFirstCommit = "revert_first_commit", 422, "A first commit can't be undone",
        "There is nothing before the first commit to go back to.",
        "Begin a branch at another commit instead.";
    BranchProtected = "branch_protected", 409, "A rule protects the branch",
        "A rule of the dataset forbids to delete the branch, or to move it anywhere but forward.",
        "Commit on top of the branch, or ask an owner to change the rule.";
    GatesFailed = "gates_failed", 409, "The commit has not passed the branch's gates",
        "The branch only goes to commits that passed its gates; the detail names those in the way.",
        "Read the report of the gates, correct what it names, and commit again.";
    GatesPending = "gates_pending", 409, "The branch's gates are not done yet",
        "The gates of the branch need longer than a request has; nothing was changed.",
        "Ask the gates about the commit, wait for that job, and try again: what passed is not asked again.";
    PreviewTooLong = "preview_too_long", 422, "The preview takes too long",
        "The two sides differ in so much that a preview of the merge or revert is not made within a request.",
        "Merge without a preview: that becomes a job, and names the conflicts it can't settle.";
    SplitRuleInvalid = "split_rule_invalid", 422, "The rule for splits can't be used",
        "It names no split, one twice, an empty one, or a text that is too long.",
        "The detail says what is wrong.";
    ProtectionInvalid = "protection_invalid", 422, "The rules can't be used",
        "A rule for branches contradicts itself or has a value out of its range.",
        "The detail names the rule and what is wrong.";
    ContentErased = "content_erased", 410, "It was erased",
        "What stood there was erased on purpose.",
        "Ask who erased it; the log says who and why.";
    ExternalChanged = "external_changed", 410, "What lies outside the store was changed",
        "The bytes were imported in place, and other ones lie there now; the detail names the object.",
        "Put the object back, or import it anew.";
    ExternalUnreachable = "external_unreachable", 502, "What lies outside the store can't be read",
        "The bytes were imported in place, and the object is gone or its place does not answer.",
        "Check that it is there, and that the store's keys may read it; import it in place from where it is now.";
    StoreCorrupt = "store_corrupt", 500, "The store holds damaged data",
        "Bytes of the store do not have the hash they are named by.",
        "Run strata fsck.";
    // search
    NotIndexed = "not_indexed", 409, "The branch is not indexed yet",
        "The search index of this branch was not built yet.",
        "Wait for the index job to end.";
    // jobs
    JobFinished = "job_finished", 409, "The job has ended",
        "A job that ended can't be cancelled.",
        "Nothing to do.";
    // upkeep
    UpkeepRunning = "upkeep_running", 409, "The store is being worked on",
        "A check, a collection or an erasure of the workspace's store waits or runs, and only one may.",
        "Follow or cancel that job, then ask again.";
    // standards
    StandardExists = "standard_exists", 409, "There is a standard with this name",
        "Names are unique in a workspace.",
        "Choose another name.";
    StandardInvalid = "standard_invalid", 422, "The standard is not valid",
        "The standard contradicts itself or misses something.",
        "The place names the part.";
    StandardUnchanged = "standard_unchanged", 409, "There is nothing to publish",
        "The draft is equal to the newest version.",
        "Change the draft first.";
    // labeling and review
    ProjectExists = "project_exists", 409, "There is a project with this name",
        "Names are unique in a workspace.",
        "Choose another name.";
    ProjectNotActive = "project_not_active", 409, "The project is not open for work",
        "The project's tasks are being made, or it is closed.",
        "Wait, or choose another project.";
    WorkflowInvalid = "workflow_invalid", 422, "The workflow is not valid",
        "A number of the workflow is out of its range.",
        "The place names it.";
    AnnotationInvalid = "annotation_invalid", 422, "The result breaks the standard",
        "A class, attribute, shape or rule does not fit the standard.",
        "The place names the item.";
    LeaseLost = "lease_lost", 409, "The task is no longer yours",
        "The lease ran out, was released, or the task went to somebody else.",
        "Take the next task.";
    TaskState = "task_state", 409, "The task is in another state",
        "What was asked for is not possible in the task's state.",
        "Read the task again.";
    TaskUnavailable = "task_unavailable", 409, "The task can't be taken",
        "As many people as it needs have it already, or it waits for someone else.",
        "Take the next task.";
    OwnAnnotation = "own_annotation", 409, "Nobody reviews their own work",
        "The annotation was made by the reviewer.",
        "Leave it to another reviewer.";
    AnnotationNotPresent = "annotation_not_present", 409, "The annotation is not current",
        "The annotation is not among the present answers of the task.",
        "Read the task again.";
    DraftStale = "draft_stale", 409, "The draft was saved elsewhere",
        "A newer revision of the draft is there.",
        "Read the task again.";
    NothingToCommit = "nothing_to_commit", 409, "There is nothing to commit",
        "No annotation was accepted since the last commit.",
        "Review first.";
    // models
    ModelExists = "model_exists", 409, "There is this version already",
        "A version of the model with the same hash is there.",
        "Use that version.";
    ModelInvalid = "model_invalid", 422, "The model can't be used",
        "The file is not an ONNX graph, or the manifest does not fit it.",
        "The place names the part of the manifest or graph.";
}

/// `docs/errors.md`, as it has to be.
#[must_use]
pub fn as_markdown() -> String {
    let mut text = String::from(
        "# Error codes\n\nEvery refused request is answered with `application/problem+json`; programs look at \
         its `code`.\nThis page is made from `crates/api_types/src/{error_code,report_code}.rs`: \
         `UPDATE=1 cargo test -p backend errors_page` writes it.\n\n\
         ## Codes of requests\n\n\
         | code | status | meaning | what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in ErrorCode::ALL {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            code.code(),
            code.status(),
            code.meaning(),
            code.remedy()
        ));
    }
    text.push_str(&crate::report_code::as_markdown());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_and_found() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_code(code.code()), Some(*code));
            assert!((400..600).contains(&code.status()));
        }
    }
}
