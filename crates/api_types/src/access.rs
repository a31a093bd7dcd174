//! Signing in, workspaces, members and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a member may do, from the lowest to the highest.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// And labels tasks.
    Annotator,
    /// And reviews.
    Reviewer,
    /// And changes datasets, standards, projects and models.
    Manager,
    /// And changes members and the workspace.
    Owner,
}

/// Whether the installation has its first person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupState {
    /// True until the first person was made.
    pub needs_setup: bool,
}

/// The first person and the first workspace.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// The address to sign in with.
    pub email: String,
    /// What others see.
    pub name: String,
    /// At least 8 characters.
    pub password: String,
    /// The first workspace; its slug is made from it.
    pub workspace_name: String,
}

/// Signing in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A person, as shown to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// The person.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// What others see.
    pub name: String,
}

/// A workspace the caller is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceView {
    /// Its name in addresses.
    pub slug: String,
    /// What people see.
    pub name: String,
    /// The caller's role in it.
    pub role: Role,
}

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Who it is.
    pub user: UserView,
    /// Send it as `x-strata-csrf` with every change made with the session cookie; null with a token.
    pub csrf_token: Option<String>,
    /// Where the caller is a member.
    pub workspaces: Vec<WorkspaceView>,
}

/// A new workspace; the caller becomes its owner.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspace {
    /// 1 to 40 of `a-z`, `0-9` and `-`.
    pub slug: String,
    /// What people see.
    pub name: String,
}

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberView {
    /// The person.
    pub user: UserView,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A new member. An unknown address makes a new person, who needs a name and a password; a known one
/// joins with the password they have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// The address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// What others see; for a new person.
    #[serde(default)]
    pub name: Option<String>,
    /// A first password; for a new person.
    #[serde(default)]
    pub password: Option<String>,
}

/// A new role for a member.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    /// What they may do from now on.
    pub role: Role,
}

/// A new API token of the caller.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// At most what it may do; never more than the caller.
    pub role: Role,
    /// When it stops to work; never when not given.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    /// The token's id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// At most what it may do.
    pub role: Role,
    /// Its first characters.
    pub prefix: String,
    /// Whose it is.
    pub user_id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops to work.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// The secret: shown here and never again.
    pub token: String,
    /// What it is.
    #[serde(flatten)]
    pub view: TokenView,
}
