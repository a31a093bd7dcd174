//! The table of routes: each has an address, methods, a policy and its part of the OpenAPI document.
//!
//! A route can only be added with a policy, and what is not in the table is not answered.

use actix_web::dev::{HttpServiceFactory, ResourceDef};
use actix_web::http::Method;
use actix_web::web::ServiceConfig;
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa_actix_web::OpenApiFactory;

use super::policy::Policy;

/// One route of the table.
#[derive(Clone)]
pub struct Route {
    /// The address, as in the OpenAPI document.
    pub path: String,
    /// The methods it answers.
    pub methods: Vec<Method>,
    /// Who may call it.
    pub policy: Policy,
    resource: ResourceDef,
}

/// Puts one handler into an application.
type Mount = Box<dyn FnOnce(&mut ServiceConfig)>;

/// The routes of the service, in the making.
pub struct Routes {
    table: Vec<Route>,
    mounts: Vec<Mount>,
    openapi: OpenApi,
}

/// What a request's address and method are in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    /// This policy rules.
    Route(&'a str, Policy),
    /// The address is there, with other methods.
    OtherMethods,
    /// There is no such address.
    Nothing,
}

impl Routes {
    /// No routes yet, and what the OpenAPI document says of itself.
    #[must_use]
    pub fn new(openapi: OpenApi) -> Self {
        Self {
            table: Vec::new(),
            mounts: Vec::new(),
            openapi,
        }
    }

    /// Adds a handler made with `#[utoipa::path]` and actix's `#[get]`, `#[post]`, … macros. A last
    /// segment named `{path}` takes the rest of the address.
    pub fn add<H>(&mut self, policy: Policy, handler: H) -> &mut Self
    where
        H: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static,
    {
        let path = H::path();
        let pattern = path
            .strip_suffix("/{path}")
            .map_or_else(|| path.clone(), |stem| format!("{stem}/{{path:.*}}"));
        self.table.push(Route {
            resource: ResourceDef::new(pattern),
            methods: H::methods().iter().map(method).collect(),
            path,
            policy,
        });
        self.document(policy, &handler);
        self.mounts.push(Box::new(move |config| {
            config.service(handler);
        }));
        self
    }

    fn document<H: OpenApiFactory>(&mut self, policy: Policy, handler: &H) {
        let mut paths = handler.paths();
        for item in paths.paths.values_mut() {
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.patch,
                &mut item.delete,
                &mut item.head,
            ];
            for operation in operations.into_iter().flatten() {
                let problem =
                    Content::new(Some(RefOr::Ref(Ref::from_schema_name("ProblemDetails"))));
                let response = ResponseBuilder::new()
                    .description(format!("The request is refused. {}", policy.in_words()))
                    .content("application/problem+json", problem)
                    .build();
                operation
                    .responses
                    .responses
                    .insert("default".to_owned(), RefOr::T(response));
            }
        }
        self.openapi.paths.merge(paths);
        let mut schemas = Vec::new();
        handler.schemas(&mut schemas);
        let components = self.openapi.components.get_or_insert_default();
        components.schemas.extend(schemas);
    }

    /// The table, the OpenAPI document, and what mounts the handlers.
    pub fn into_parts(self) -> (Table, OpenApi, impl FnOnce(&mut ServiceConfig)) {
        let mounts = self.mounts;
        let mount = move |config: &mut ServiceConfig| {
            for mount in mounts {
                mount(config);
            }
        };
        (Table(self.table), self.openapi, mount)
    }
}

/// The finished table.
#[derive(Clone)]
pub struct Table(Vec<Route>);

impl Table {
    /// Every route, in the order in which they are tried.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.0
    }

    /// Looks a request up. HEAD is answered where GET is only if the route says so.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Match<'_> {
        let mut found = Match::Nothing;
        for route in self.0.iter().filter(|route| route.resource.is_match(path)) {
            if route.methods.contains(method) {
                return Match::Route(&route.path, route.policy);
            }
            found = Match::OtherMethods;
        }
        found
    }

    /// The methods this address has.
    #[must_use]
    pub fn methods(&self, path: &str) -> Vec<&str> {
        let routes = self.0.iter().filter(|route| route.resource.is_match(path));
        routes
            .flat_map(|route| route.methods.iter().map(Method::as_str))
            .collect()
    }
}

fn method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}
