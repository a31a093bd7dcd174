//! Who may call a route, and the one place where that is decided.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use api_types::ErrorCode;
use api_types::access::Role;

use super::caller::{self, Member, RoutePattern};
use super::routes::{Match, Table};
use crate::problem::Problem;
use crate::state::AppState;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everybody.
    Open,
    /// Everybody who is signed in.
    SignedIn,
    /// Members of the `{workspace}` in the address with at least this role. For everybody else the
    /// workspace is not there.
    Workspace(Role),
}

impl Policy {
    /// For the OpenAPI document.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Open => "Needs no caller.".to_owned(),
            Self::SignedIn => "Needs a caller.".to_owned(),
            Self::Workspace(role) => {
                format!(
                    "Needs a member with at least the role {}.",
                    caller::role_name(role)
                )
            }
        }
    }
}

/// Lets a request through to its handler when its route's policy allows it, with a
/// [`Caller`](super::Caller) and a [`Member`] in its extensions; answers the problem otherwise.
///
/// # Errors
/// Those of the handler's own layers.
pub async fn enforce<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    match decide(&request).await {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}

async fn decide(request: &ServiceRequest) -> Result<(), Problem> {
    let table = request
        .app_data::<Data<Table>>()
        .ok_or_else(|| Problem::internal("the table of routes is missing"))?
        .clone();
    // The path as the router sees it, with what was needlessly escaped read plainly: were the two read
    // differently, a route could be reached that was not looked up.
    let path = request.match_info().as_str();
    match table.find(request.method(), path) {
        Match::Nothing => Ok(()),
        Match::OtherMethods => {
            let allow = table.methods(path).join(", ");
            let detail = format!("this address answers {allow}");
            Err(Problem::new(ErrorCode::MethodNotAllowed, detail))
        }
        Match::Route(pattern, policy) => {
            request
                .extensions_mut()
                .insert(RoutePattern(pattern.to_owned()));
            admit(request, policy).await
        }
    }
}

async fn admit(request: &ServiceRequest, policy: Policy) -> Result<(), Problem> {
    let needed = match policy {
        Policy::Open => return Ok(()),
        Policy::SignedIn => None,
        Policy::Workspace(role) => Some(role),
    };
    let state = request
        .app_data::<Data<AppState>>()
        .ok_or_else(|| Problem::internal("the state is missing"))?;
    let signed_in = caller::authenticate(&state.db, request).await?;
    if let Some(expected) = &signed_in.csrf_token
        && !is_safe(request.method())
    {
        let given = request
            .headers()
            .get("x-strata-csrf")
            .and_then(|value| value.to_str().ok());
        if !given.is_some_and(|given| same(given, expected)) {
            return Err(Problem::new(
                ErrorCode::CsrfMissing,
                "a change with the session cookie needs the header x-strata-csrf",
            )
            .at(header::HeaderName::from_static("x-strata-csrf").as_str()));
        }
    }
    if let Some(needed) = needed {
        let slug = workspace_of(request.match_info().as_str()).unwrap_or_default();
        let member: Member = caller::member(&state.db, &signed_in, &slug).await?;
        if member.role < needed {
            return Err(Problem::new(
                ErrorCode::Forbidden,
                format!(
                    "this needs the role {}, and yours is {}",
                    caller::role_name(needed),
                    caller::role_name(member.role)
                ),
            ));
        }
        request.extensions_mut().insert(member);
    }
    request.extensions_mut().insert(signed_in);
    Ok(())
}

/// The segment after `/api/v1/workspaces/`: routing has not taken the address apart yet.
fn workspace_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/api/v1/workspaces/")?;
    rest.split('/').next().map(str::to_owned)
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Compares in a time that does not tell how much of `given` was right.
fn same(given: &str, expected: &str) -> bool {
    let differing = given
        .bytes()
        .zip(expected.bytes())
        .fold(0_u8, |sum, (a, b)| sum | (a ^ b));
    given.len() == expected.len() && differing == 0
}
