//! Who may come in and what they may do: the first person, sessions, workspaces, members, tokens.

pub(crate) mod limit;
pub mod members;
pub mod password;
pub mod session;
pub mod setup;
pub mod text;
pub mod tokens;
pub mod workspaces;

use api_types::access::Role;

use crate::http::{Policy, Routes};

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    routes
        .add(Policy::Open, setup::setup_state)
        .add(Policy::Open, setup::set_up)
        .add(Policy::Open, session::sign_in)
        .add(Policy::SignedIn, session::sign_out)
        .add(Policy::SignedIn, session::me)
        .add(Policy::SignedIn, workspaces::list_workspaces)
        .add(Policy::SignedIn, workspaces::create_workspace)
        .add(Policy::Workspace(Role::Viewer), members::list_members)
        .add(Policy::Workspace(Role::Owner), members::add_member)
        .add(Policy::Workspace(Role::Owner), members::change_member)
        .add(Policy::Workspace(Role::Owner), members::remove_member)
        .add(Policy::Workspace(Role::Viewer), tokens::list_tokens)
        .add(Policy::Workspace(Role::Viewer), tokens::create_token)
        .add(Policy::Workspace(Role::Viewer), tokens::revoke_token);
}
