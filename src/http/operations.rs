//! Operations of the API, each declared once: the attribute `utoipa::path` of its handler has path, method and
//! description, its first parameter is the guard.
//!
//! A feature lists its handlers with `operations!`. From that list come the resources of the server
//! ([`Operations::configure`]), the OpenAPI document ([`Operations::describe`]), and the rows of the test of every role
//! ([`Operations::rows`]). A handler without a description, or whose first parameter is not a [`Guard`], does not
//! compile, so every served operation is described and guarded.
//!
//! Resources are matched in the order of their paths, literal segments before parameters. The order of declaration does
//! not matter.
//!
//! Left out: pages, which are declared with the same guards (`web::declaration`), and `CardDAV`. They have no
//! description.

use std::cmp::Ordering;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::guard::GuardContext;
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpRequest, Resource, Responder, Route, guard, web};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::HttpMethod;

use super::{BodyLimit, ServedPath};
use crate::error::Error;

/// The prefix of the API proper; its resources are one scope.
const API: &str = "/api/v1";

/// The first parameter of a handler, which says who may call it.
pub trait Guard: FromRequest + 'static {
    /// The name of the guard in the table of roles.
    const NAME: &'static str;
    /// Whether the client must be logged in.
    const IS_LOGIN: bool = true;
}

/// The guard of a public operation: all clients may call it.
pub struct Anyone;

impl Guard for Anyone {
    const NAME: &'static str = "Anyone";
    const IS_LOGIN: bool = false;
}

impl FromRequest for Anyone {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

/// The guard of a page behind a mailed link: all may open it, and the service asks for the token of the link.
pub struct MailedLink;

impl Guard for MailedLink {
    const NAME: &'static str = "MailedLink";
    const IS_LOGIN: bool = false;
}

impl FromRequest for MailedLink {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

/// A handler whose first parameter is a guard.
pub trait GuardedHandler<Args>: Handler<Args> {
    /// Its guard.
    type Guard: Guard;
}

macro_rules! guarded_handlers {
    ($($parameter:ident)*) => {
        impl<Function, First: Guard, $($parameter,)*> GuardedHandler<(First, $($parameter,)*)> for Function
        where
            Function: Handler<(First, $($parameter,)*)>,
        {
            type Guard = First;
        }
    };
}

guarded_handlers! {}
guarded_handlers! { B }
guarded_handlers! { B C }
guarded_handlers! { B C D }
guarded_handlers! { B C D E }
guarded_handlers! { B C D E F }
guarded_handlers! { B C D E F G }
guarded_handlers! { B C D E F G H }
guarded_handlers! { B C D E F G H I }

/// Access to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The name of its guard.
    pub guard: &'static str,
    /// Whether the client must be logged in.
    pub is_login: bool,
}

struct Operation {
    method: Method,
    path: String,
    access: Access,
    limit: Option<BodyLimit>,
    /// The routes of other representations, then the described one.
    routes: Vec<Route>,
    is_negotiated: bool,
}

/// The operations of a feature, or of several.
#[derive(Default)]
pub struct Operations {
    operations: Vec<Operation>,
    descriptions: Vec<fn() -> OpenApi>,
}

impl Operations {
    /// No operations, with the description of those that [`Self::serve`] will add; called by the macro.
    #[must_use]
    pub fn described_by(description: fn() -> OpenApi) -> Self {
        Self { operations: Vec::new(), descriptions: vec![description] }
    }

    /// Adds the operation that `D` describes; called by the macro.
    #[must_use]
    pub fn serve<D, F, Args>(mut self, handler: F) -> Self
    where
        D: utoipa::Path,
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let access = Access { guard: F::Guard::NAME, is_login: F::Guard::IS_LOGIN };
        // An operation has one method here, though utoipa's attribute may name several.
        if let Some(method) = D::methods().first().map(method) {
            self.operations.push(Operation {
                routes: vec![web::method(method.clone()).to(handler)],
                method,
                path: D::path(),
                access,
                limit: None,
                is_negotiated: false,
            });
        }
        self
    }

    /// Serves another representation of a path if `wants` says so, in place of the described one.
    #[must_use]
    pub fn negotiated<F, Args>(mut self, path: &str, wants: fn(&GuardContext<'_>) -> bool, handler: F) -> Self
    where
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let is_read = |operation: &&mut Operation| operation.path == path && operation.method == Method::GET;
        if let Some(operation) = self.operations.iter_mut().find(is_read) {
            operation.routes.insert(0, web::get().guard(guard::fn_guard(wants)).to(handler));
            operation.is_negotiated = true;
        }
        self
    }

    /// Answers HEAD as GET, for programs that check availability.
    #[must_use]
    pub fn with_head<F, Args>(mut self, path: &str, handler: F) -> Self
    where
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        if let Some(operation) = self.operations.iter_mut().find(|operation| operation.path == path) {
            operation.routes.push(web::head().to(handler));
        }
        self
    }

    /// Sets the limit for bodies of all operations so far.
    #[must_use]
    pub fn limited(mut self, limit: BodyLimit) -> Self {
        self.operations.iter_mut().for_each(|operation| operation.limit = Some(limit));
        self
    }

    /// Joins two lists.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.operations.extend(others.operations);
        self.descriptions.extend(others.descriptions);
        self
    }

    /// Method, path and access of each operation, in the order of declaration.
    pub fn rows(&self) -> impl Iterator<Item = (&Method, &str, Access)> {
        self.operations.iter().map(|operation| (&operation.method, operation.path.as_str(), operation.access))
    }

    /// Adds the description of the operations to `document`.
    pub fn describe(&self, document: &mut OpenApi) {
        for description in &self.descriptions {
            document.merge(description());
        }
    }

    /// Registers the resources of all operations.
    pub fn configure(mut self, config: &mut web::ServiceConfig) {
        self.operations.sort_by(|one, other| precedence(&one.path, &other.path));
        let mut below_api = Vec::new();
        let mut operations = self.operations.into_iter().peekable();
        while let Some(first) = operations.next() {
            let mut of_path = vec![first];
            while let Some(next) = operations.next_if(|next| of_path.iter().all(|one| one.path == next.path)) {
                of_path.push(next);
            }
            let path = of_path.first().map(|operation| operation.path.clone()).unwrap_or_default();
            match path.strip_prefix(API) {
                Some(below) => below_api.push((below.to_owned(), of_path)),
                None => {
                    config.service(resource(&path, of_path));
                }
            }
        }
        let api =
            by_section(below_api, |(path, _)| path).into_iter().fold(web::scope(API), |api, (section, of_section)| {
                let resources = of_section.into_iter().map(|(path, of_path)| {
                    let below = path.strip_prefix(section.as_str()).unwrap_or(&path);
                    resource(below, of_path)
                });
                if section.is_empty() {
                    resources.fold(api, actix_web::Scope::service)
                } else {
                    api.service(resources.fold(web::scope(&section), actix_web::Scope::service))
                }
            });
        config.service(api);
    }
}

/// Sorted paths by their first segments: `/contacts` and those below it. A request is compared with every path of its
/// scope until one matches, most of them regular expressions; with a scope for each first segment it is compared with
/// some thirty words and the paths behind one of them. Paths that are alone, or begin with a parameter, are in sections
/// of their own whose name is empty.
pub(crate) fn by_section<T>(sorted: Vec<T>, path: impl Fn(&T) -> &String) -> Vec<(String, Vec<T>)> {
    let mut sections: Vec<(String, Vec<T>)> = Vec::new();
    for one in sorted {
        let name = first_segment(path(&one)).to_owned();
        match sections.last_mut() {
            Some((last, members)) if *last == name && !name.is_empty() => members.push(one),
            _ => sections.push((name, vec![one])),
        }
    }
    for (name, members) in &mut sections {
        if members.len() == 1 {
            name.clear();
        }
    }
    sections
}

/// The first segment of a path with its slash; empty if it is empty or has a parameter.
fn first_segment(path: &str) -> &str {
    let end = path.char_indices().skip(1).find(|(_, c)| *c == '/').map_or(path.len(), |(at, _)| at);
    path.get(..end).filter(|first| first.len() > 1 && !first.contains('{')).unwrap_or_default()
}

/// The resource of a path, with the data that the layers around it read.
fn resource(path: &str, operations: Vec<Operation>) -> Resource {
    let pattern = operations.first().map(|operation| operation.path.as_str()).unwrap_or_default();
    let is_negotiated = operations.iter().any(|operation| operation.is_negotiated);
    let mut resource = web::resource(path).app_data(ServedPath::new(pattern).negotiated(is_negotiated));
    for operation in operations {
        if let Some(limit) = operation.limit {
            resource = resource.app_data(limit);
        }
        resource = operation.routes.into_iter().fold(resource, Resource::route);
    }
    resource
}

/// The order of matching of two paths: a literal segment before a parameter, and a parameter with a suffix before one
/// that takes the whole segment.
pub(crate) fn precedence(one: &str, other: &str) -> Ordering {
    let rank = |segment: &str| match segment {
        _ if !segment.starts_with('{') => 0,
        _ if !segment.ends_with('}') => 1,
        _ => 2,
    };
    let key = |path: &str| path.split('/').map(|segment| (rank(segment), segment.to_owned())).collect::<Vec<_>>();
    key(one).cmp(&key(other))
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

/// Declares the operations of these handlers of the present module.
macro_rules! operations {
    ($($handler:ident),+ $(,)?) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler),+))]
        struct Description;

        let operations = $crate::http::Operations::described_by(<Description as utoipa::OpenApi>::openapi);
        pastey::paste! {
            $(let operations = operations.serve::<[<__path_ $handler>], _, _>($handler);)+
        }
        operations
    }};
}
pub(crate) use operations;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_together_by_their_first_segments() {
        let paths = ["/", "/a", "/a/{id}", "/ab", "/b/c", "/b/d/e", "/{x}"].map(str::to_owned).to_vec();
        let sections = by_section(paths, |path| path);
        let sections: Vec<_> = sections.iter().map(|(name, paths)| (name.as_str(), paths.len())).collect();
        assert_eq!(sections, [("", 1), ("/a", 2), ("", 1), ("/b", 2), ("", 1)]);
    }

    #[test]
    fn a_literal_segment_is_matched_before_a_parameter() {
        let mut paths = ["/a/{id}/{deed}", "/a/{id}", "/a/{id}.vcf", "/a/{id}/letter", "/a/confirm", "/a"];
        paths.sort_by(|one, other| precedence(one, other));
        assert_eq!(paths, ["/a", "/a/confirm", "/a/{id}.vcf", "/a/{id}", "/a/{id}/letter", "/a/{id}/{deed}"]);
    }
}
